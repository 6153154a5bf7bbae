import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { common } from '@hyperledger/fabric-protos';
import { configureTrade, registerLot, rpc, transferTokens } from '../support/devActors.js';
import { operations } from '../support/operations.js';
import { collect } from '../support/streamClients/collecting.js';
import { streamClients, type Collected, type StreamClient } from '../support/streamClients/index.js';
import { ask, eventually, startWorld, type World } from '../support/world.js';

// What partners build on: every operation of streams.graphql on the dev world, over every transport, with clients as they are published.

const named = operations();
const kinds = await streamClients();
const STREAMS = ['Blocks', 'Transactions', 'LedgerEvents', 'MembershipChanges', 'NodeHealth'] as const;
type Stream = (typeof STREAMS)[number];

let world: World;
let clients: readonly StreamClient[];
beforeAll(async () => {
  world = await startWorld(['--no-story']);
  clients = kinds.map((kind) => kind.connect(world.dev.parley.url));
}, 240_000);
afterAll(async () => {
  await Promise.all((clients ?? []).map((client) => client.close()));
  await world.dispose();
}, 240_000);

const open = (client: StreamClient, operationName: Stream, after: string | null): Collected =>
  client.open({ query: named.get(operationName) ?? '', operationName, variables: after === null ? {} : { after } });

interface Item {
  readonly cursor: string;
}
interface BlockItem extends Item {
  readonly kind: string;
  readonly ledger: { readonly name: string };
  readonly block: { readonly id: string; readonly hash: string; readonly transactionCount: number };
}
interface TransactionItem extends Item {
  readonly transaction: { readonly hash: string; readonly ledger: { readonly name: string } };
}
interface EventItem extends Item {
  readonly event: { readonly name: string | null; readonly transaction: { readonly hash: string } };
}
interface MembershipItem extends Item {
  readonly change: string;
  readonly kind: string;
  readonly membership: { readonly nativeId: string; readonly status: string };
  readonly cause: { readonly id: string } | null;
}
interface NodeItem extends Item {
  readonly before: string;
  readonly node: { readonly id: string; readonly role: string; readonly health: string };
}

/** A cursor is sealed anew each time; a block becomes final; a channel's organisations are those of now. */
const PASSING = ['cursor', 'confirmation', 'organizations', 'at', '__typename'];

/** What must be the same for every client, and when it resumes: not what time changes, nor what a client adds to a selection. */
function core(item: unknown): unknown {
  if (Array.isArray(item)) return item.map(core);
  if (item === null || typeof item !== 'object') return item;
  const { role, health, id } = item as Partial<NodeItem['node']>;
  if (role !== undefined && health !== undefined) return { id, role, health };
  const kept = Object.entries(item).filter(([key]) => !PASSING.includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, core(value)]));
}

/** Of each ledger in its own order: between ledgers only arrival counts. */
function byLedger(items: readonly unknown[]): unknown {
  const ledgerOf = (item: unknown): string => /eip155:\d+|fabric:[0-9a-f]{32}/.exec(JSON.stringify(item))?.[0] ?? '';
  return Object.groupBy(items.map(core), ledgerOf);
}

const JOINED_BY = { Blocks: 'blocks', Transactions: 'transactions', LedgerEvents: 'events' } as const;

/** Where a page was read: its stream goes on there. */
async function pageCursor(name: Stream): Promise<string | null> {
  if (name === 'MembershipChanges' || name === 'NodeHealth') return null;
  const list = JOINED_BY[name];
  const { data } = await ask(world.dev.parley.url, `{ ${list}(first: 1) { streamCursor } }`);
  return (data as Record<string, { streamCursor: string }>)[list]?.streamCursor ?? null;
}

async function subscribers(): Promise<number> {
  const text = await (await fetch(`${world.dev.parley.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('parley_stream_subscribers{'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function northwindLeavesAndComesBack(): Promise<void> {
  let removed: common.ConfigGroup | undefined;
  const members = (root: common.ConfigGroup) => root.getGroupsMap().get('Application')?.getGroupsMap();
  await configureTrade(world.dev, (root) => {
    removed = members(root)?.get('NorthwindMSP');
    members(root)?.del('NorthwindMSP');
  });
  await configureTrade(world.dev, (root) => {
    if (removed === undefined) throw new Error('Northwind was no member of trade');
    members(root)?.set('NorthwindMSP', removed);
  });
}

/** The chain's node hangs, and comes back: what both did is waited for. */
async function nodeHangs(isTold: (health: string) => Promise<unknown>): Promise<void> {
  const { pid } = world.dev.ethereum;
  process.kill(pid, 'SIGSTOP');
  try {
    await isTold('UNREACHABLE');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await isTold('HEALTHY');
}

const isHealthOf =
  (health: string) =>
  (items: readonly NodeItem[]): boolean =>
    items.filter(({ node }) => node.role === 'CHAIN_NODE').at(-1)?.node.health === health;

/** What each client was shown by each operation, in the order of `kinds`. */
const shown = new Map<Stream, readonly (readonly Item[])[]>();
const told = <T extends Item>(name: Stream): readonly (readonly T[])[] => (shown.get(name) ?? []) as never;

describe(`over WebSocket, SSE and multipart, with ${kinds.map(({ name }) => name).join('; ')}`, () => {
  test('each operation shows every client what happens, as it happens', async () => {
    const opened = new Map<Stream, readonly Collected[]>();
    const before = await subscribers();
    for (const name of STREAMS) {
      const after = await pageCursor(name);
      opened.set(
        name,
        clients.map((client) => open(client, name, after)),
      );
    }
    const wanted = before + clients.length * STREAMS.length;
    await eventually('all are subscribed', async () => (await subscribers()) === wanted);
    const all = <T extends Item>(name: Stream, isEnough: (items: readonly T[]) => boolean) =>
      Promise.all(
        (opened.get(name) ?? []).map((stream, i) => collect<T>(`${name}, ${kinds[i]?.name}`, stream, isEnough)),
      );

    const hash = await transferTokens(world.dev, 5);
    await registerLot(world.dev, 'streamed');
    await northwindLeavesAndComesBack();
    const blocks = await all<BlockItem>(
      'Blocks',
      (items) => items.filter(({ ledger }) => ledger.name === 'trade').length >= 3 && items.length >= 4,
    );
    shown.set('Blocks', blocks);
    const isMined = (items: readonly TransactionItem[]): boolean =>
      items.some(({ transaction }) => transaction.hash === hash) && items.length >= 4;
    shown.set('Transactions', await all('Transactions', isMined));
    shown.set('LedgerEvents', await all<EventItem>('LedgerEvents', (items) => items.length >= 2));
    shown.set('MembershipChanges', await all<MembershipItem>('MembershipChanges', (items) => items.length >= 2));
    await nodeHangs((health) => all<NodeItem>('NodeHealth', isHealthOf(health)));
    shown.set('NodeHealth', await all<NodeItem>('NodeHealth', isHealthOf('HEALTHY')));
    for (const stream of [...opened.values()].flat()) stream.stop();
    await eventually('all have left', async () => (await subscribers()) === before);

    for (const name of STREAMS)
      for (const [i, items] of told(name).entries())
        expect([name, kinds[i]?.name, byLedger(items)]).toEqual([name, kinds[i]?.name, byLedger(told(name)[0] ?? [])]);
  }, 240_000);

  test('what they were shown is what happened', async () => {
    const [blocks = []] = told<BlockItem>('Blocks');
    const [head] = blocks.filter(({ ledger }) => ledger.name === 'settlement');
    expect(head?.block.hash).toBe(
      (await rpc<{ hash: string }>(world.dev, 'eth_getBlockByNumber', 'latest', false)).hash,
    );
    const [events = []] = told<EventItem>('LedgerEvents');
    expect(events.map(({ event }) => event.name).sort()).toEqual(['LotRegistered', 'Transfer']);
    const [memberships = []] = told<MembershipItem>('MembershipChanges');
    const trade = world.dev.fabric.channels['trade']?.id;
    const [, out, back] = blocks.filter(({ ledger }) => ledger.name === 'trade').map(({ block }) => block.id);
    expect(memberships.map(({ change, kind, membership, cause }) => [change, kind, membership, cause?.id])).toEqual([
      ['REMOVED', 'APPENDED', expect.objectContaining({ nativeId: 'NorthwindMSP', status: 'REMOVED' }), out],
      ['JOINED', 'APPENDED', expect.objectContaining({ nativeId: 'NorthwindMSP', status: 'ACTIVE' }), back],
    ]);
    expect(out).toMatch(new RegExp(`^${trade}/block/\\d+$`));
  });

  test('each operation goes on from a cursor, over every transport', async () => {
    for (const name of STREAMS) {
      const resumed = told(name).map((items, i) => {
        const client = clients[i];
        // Health is a state: from where the node hung, only that it came back is left to tell.
        const from = name === 'NodeHealth' ? items.length - 2 : 0;
        if (client === undefined) throw new Error('a client is missing');
        return { rest: items.slice(from + 1), stream: open(client, name, items[from]?.cursor ?? null), i };
      });
      for (const { rest, stream, i } of resumed) {
        const what = `${name} of ${kinds[i]?.name} goes on`;
        const items = await collect<Item>(what, stream, (all) => all.length >= rest.length);
        stream.stop();
        expect([what, byLedger(items)]).toEqual([what, byLedger(rest)]);
      }
    }
  }, 240_000);

  test('Nodes: every endpoint that Parley knows, as it is', async () => {
    const { data, errors } = await ask(world.dev.parley.url, named.get('Nodes') ?? '', { network: 'network/harbour' });
    expect(errors).toBeUndefined();
    interface Nodes {
      readonly network: {
        readonly nodes: { readonly edges: readonly { readonly node: { role: string; health: string } }[] };
      };
    }
    const nodes = (data as unknown as Nodes).network.nodes.edges.map(({ node }) => node);
    const count = (role: string): number => nodes.filter((node) => node.role === role).length;
    expect([count('PEER'), count('ORDERER'), count('CHAIN_NODE')]).toEqual([3, 4, 1]);
    expect(new Set(nodes.map(({ health }) => health))).toEqual(new Set(['HEALTHY']));
  });
});
