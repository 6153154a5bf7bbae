import { openStore } from '../../src/store/index.js';
import type { DecodedBlock } from '../../src/model/block.js';
import { grantScope } from '../../src/model/scope.js';
import { ledgerKind, type LedgerId } from '../../src/model/ids.js';
import type { HeadNotice, Store } from '../../src/store/store.js';
import { Governing } from '../../src/ingest/governing.js';
import { CountingObserver } from './governance.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER, makeChain, type ChainPlan } from './blocks.js';
import type { Told } from './storeOracle.js';

export const OTHER_LEDGER: LedgerId = 'eip155:10';
export const everything = grantScope([ETHEREUM_LEDGER, FABRIC_LEDGER, OTHER_LEDGER]);
export const ethereumPlan: ChainPlan = { ledger: ETHEREUM_LEDGER, seed: 1 };
export const otherPlan: ChainPlan = { ledger: OTHER_LEDGER, seed: 2 };
export const fabricPlan: ChainPlan = { ledger: FABRIC_LEDGER, seed: 3 };

export const headAt = (block: DecodedBlock, finalized: number): HeadNotice => ({
  ...{ number: block.number, hash: block.hash, finalized, safe: finalized, seenAtMs: 1_700_000_000_000 },
});

export async function declareAll(store: Store, startBlock = 0): Promise<void> {
  for (const id of everything.ledgers) {
    await store.declare({ id, kind: ledgerKind(id), name: id, startBlock });
  }
}

export interface Filled {
  readonly store: Store;
  readonly told: readonly Told[];
  /** Heights for pages that see everything. */
  readonly snapshot: Readonly<Record<LedgerId, number>>;
}

/**
 * A store with two chains and a channel. The first chain has lost a branch of four blocks to a longer one, and is final up to a
 * number between.
 */
export async function fill(url: string, blocks = 60): Promise<Filled> {
  const store = await openStore(url);
  await declareAll(store);
  const chain = makeChain(ethereumPlan, blocks);
  const kept = chain.slice(0, blocks - 4);
  const branch = makeChain(ethereumPlan, 6, { on: kept.at(-1) ?? null, branch: 'longer' });
  const other = makeChain(otherPlan, blocks);
  const channel = makeChain({ ...fabricPlan, startMs: Date.UTC(2026, 0, 1, 0, 1) }, blocks + 30);
  const append = (blocks: readonly DecodedBlock[], head: HeadNotice | null): Promise<void> =>
    new Governing(blocks[0]?.ledger ?? ETHEREUM_LEDGER, [new CountingObserver()], store).whole(blocks, (derived) =>
      store.append(derived, head),
    );
  await append(chain, null);
  const last = kept.at(-1);
  await store.rewind(ETHEREUM_LEDGER, last === undefined ? null : { number: last.number, hash: last.hash });
  const finalized = blocks - 20;
  const tip = branch.at(-1);
  await append(branch, tip === undefined ? null : headAt(tip, finalized));
  await append(other, null);
  const top = channel.at(-1);
  await append(channel, top === undefined ? null : headAt(top, top.number));
  const canonical = (list: readonly DecodedBlock[], until: number): Told[] =>
    list.map((block) => ({ block, canonical: true, finalized: until }));
  return {
    store,
    told: [
      ...canonical([...kept, ...branch], finalized),
      ...chain.slice(blocks - 4).map((block) => ({ block, canonical: false, finalized })),
      ...canonical(other, -1),
      ...canonical(channel, channel.length),
    ],
    snapshot: { [ETHEREUM_LEDGER]: 1e6, [OTHER_LEDGER]: 1e6, [FABRIC_LEDGER]: 1e6 },
  };
}
