import type { LedgerId } from '../../src/model/ids.js';
import type { DecodedBlock } from '../../src/model/block.js';
import type { ChainTree } from './chains.js';
import type { ChainNode } from './chainNode.js';
import type { Site } from './site.js';
import type { World } from './world.js';

/** Something that happens in a world. */
export interface Op {
  readonly name: string;
  readonly weight: number;
  run(): Promise<void> | void;
}

/** How much of each happens differs between worlds. */
export function opsOf(world: World): readonly Op[] {
  const { random } = world;
  const reorgs = random.pick([0, 1, 3, 3]);
  const finality = random.pick([0.3, 1, 4]);
  const trouble = random.pick([0, 1, 1, 2]);
  const op = (name: string, weight: number, run: Op['run']): Op => ({ name, weight, run });
  const ledger = (): LedgerId => random.pick(world.ledgers);
  const site = (): Site => random.pick(world.sites);
  return [
    op('blocks', 8, () => mine(world, ledger(), 1 + random.below(random.pick([3, 3, 12])))),
    op('many blocks', 0.3, () => mine(world, ledger(), 40 + random.below(40))),
    op('reorg', 2 * reorgs, () => reorg(world, ledger(), 1 + random.below(5))),
    op('deep reorg', 0.4 * reorgs, () => reorg(world, ledger(), 1 + random.below(64))),
    op('back to an old branch', reorgs, () => goBack(world, ledger())),
    op('nodes tell each other', world.sites.length > 1 ? 4 : 0, () => gossip(world, ledger())),
    op('finality', 2 * finality, () => finalize(world, ledger())),
    op('ingest starts', 6, async () => void (await site().work(ledger()))),
    op('ingest dies', trouble, () => site().crash(ledger())),
    op('ingest dies in a statement', trouble, () => site().crash(ledger(), random.below(40))),
    op('ingest is stopped', 0.5 * trouble, () => site().stop(ledger())),
    op('who was stopped wakes up', trouble, () => site().wakeUp()),
    op('a write fails', trouble, () =>
      site().failSoon(ledger(), 1 + random.below(8), random.pick(['before', 'after'] as const)),
    ),
    op('a read fails', trouble, () => {
      const { replicas } = site();
      if (replicas.length > 0) random.pick(replicas).faults.arm(1 + random.below(12), random.pick(['before', 'after']));
    }),
    op('a node goes down or up', trouble, () => {
      const node = site().node(ledger());
      node.setDown(!node.down);
    }),
    op('rebuild', 0.6 * trouble, () => site().rebuild(ledger())),
    op('a replica starts', 0.5, async () => {
      const one = site();
      if (one.replicas.length < 3) await one.serve();
    }),
    op('a replica dies', 0.5 * trouble, () => killReplica(world, site())),
    op('a client joins', world.clients.length < 5 ? 0.7 : 0, () => world.join()),
    op('a client vanishes', 3, () => random.pick(world.clients).vanish()),
    op('a ledger comes into sight', 0.1, () => world.reveal()),
    op('time passes', 2, async () => {
      for (let timers = random.below(6); timers > 0; timers -= 1) await world.time.advance(2_000);
    }),
  ];
}

async function killReplica(world: World, site: Site): Promise<void> {
  const { replicas } = site;
  if (replicas.length === 0) return;
  const feed = await site.leave(world.random.pick(replicas));
  for (const client of world.clients) client.left(feed);
}

const nodesOf = (world: World, ledger: LedgerId): readonly ChainNode[] => world.sites.map((site) => site.node(ledger));

function mine(world: World, ledger: LedgerId, blocks: number): void {
  const tree = world.tree(ledger);
  const nodes = nodesOf(world, ledger);
  if (nodes[0]?.kind === 'fabric') {
    // A channel has one chain; nodes have more or less of it.
    const chain = [...tree.chainTo(tree.final), ...tree.grow(tree.final, blocks)];
    tree.final = chain.at(-1) ?? null;
    world.random.pick(nodes).show(chain);
    return;
  }
  const node = world.random.pick(nodes);
  node.show([...node.chain, ...tree.grow(node.tip, blocks)]);
}

/** A node turns to a new branch. */
function reorg(world: World, ledger: LedgerId, wanted: number): void {
  const node = world.random.pick(nodesOf(world, ledger));
  if (node.kind === 'fabric') return;
  const { tree, chain, tip } = node;
  const depth = Math.min(wanted, chain.length - 1 - tree.finalized);
  if (tip === null || depth < 1) return;
  tree.tips.push(tip);
  const kept = chain.slice(0, chain.length - depth);
  node.show([...kept, ...tree.grow(kept.at(-1) ?? null, Math.max(1, depth - 1 + world.random.below(4)))]);
}

/** A node turns to a branch that was left before, which may have grown. */
function goBack(world: World, ledger: LedgerId): void {
  const { random } = world;
  const node = random.pick(nodesOf(world, ledger));
  const { tree, tip } = node;
  const tips = tree.tips.filter((one) => one.hash !== tip?.hash && tree.keepsFinal(one));
  if (tips.length === 0 || tip === null) return;
  const old = partOf(tree, random.pick(tips), random.pick([0, 0, 1, 3]));
  if (old.hash === tip.hash) return;
  const chain = [...tree.chainTo(old), ...tree.grow(old, random.below(4))];
  if (!mayTurnTo(node, chain)) return;
  tree.tips.push(tip);
  node.show(chain);
}

/** A block some places below the end of a branch, which keeps what is final. */
function partOf(tree: ChainTree, end: DecodedBlock, below: number): DecodedBlock {
  let block = end;
  for (let left = below; left > 0; left -= 1) {
    const parent = tree.parent(block);
    if (parent === null || !tree.keepsFinal(parent)) break;
    block = parent;
  }
  return block;
}

/** A node takes over what another one shows. */
function gossip(world: World, ledger: LedgerId): void {
  const nodes = nodesOf(world, ledger);
  const [from, to] = [world.random.pick(nodes), world.random.pick(nodes)];
  if (from === to || from.chain.length < to.chain.length || !mayTurnTo(to, from.chain)) return;
  if (to.tip !== null && to.kind !== 'fabric') to.tree.tips.push(to.tip);
  to.show(from.chain);
}

/** What all nodes agree on may become final. */
function finalize(world: World, ledger: LedgerId): void {
  const nodes = nodesOf(world, ledger);
  const [first] = nodes;
  if (first === undefined || first.kind === 'fabric') return;
  const agreed = first.chain.filter((block, at) => nodes.every(({ chain }) => chain[at]?.hash === block.hash));
  const { tree } = first;
  const from = tree.finalized + 1;
  if (agreed.length <= from) return;
  tree.final = agreed[from + world.random.below(agreed.length - from)] ?? tree.final;
  for (const node of nodes) node.tellFinality();
}

/** True where the turn keeps what is final. */
const mayTurnTo = (node: ChainNode, chain: readonly DecodedBlock[]): boolean => {
  const common = node.chain.findIndex((block, at) => chain[at]?.hash !== block.hash);
  return common === -1 || common > node.tree.finalized;
};
