import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BlockRef } from '../../../src/model/block.js';
import { grantScope } from '../../../src/model/scope.js';
import { foldMemberships } from '../../../src/store/memberships.js';
import { openReader, openStore } from '../../../src/store/index.js';
import type { OutboxEntry, StoreReader } from '../../../src/store/store.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER, makeChain } from '../../support/blocks.js';
import { declareAll, ethereumPlan, everything, fabricPlan, fill, type Filled } from '../../support/filledStore.js';
import type { Fresh } from '../store.contract.js';

const BLOCKS = 50;
const nobody = grantScope([]);

/** What the feed reads. */
export function changes(fresh: Fresh): void {
  describe('changes', () => {
    let filled: Filled;
    let url: string;
    beforeAll(async () => {
      url = await fresh();
      filled = await fill(url, BLOCKS);
    });
    afterAll(() => filled.store.close());
    const blocksOf = (ledger: string, canonical = true) =>
      filled.told.filter((told) => told.block.ledger === ledger && told.canonical === canonical);
    const refsOf = (ledger: string, canonical = true): BlockRef[] =>
      blocksOf(ledger, canonical).map(({ block: { number, hash } }) => ({ number, hash }));

    test('standings of the ledgers in sight', async () => {
      const rows = await filled.store.standings(everything);
      expect(rows).toHaveLength(3);
      expect(rows.find(({ ledger }) => ledger === ETHEREUM_LEDGER)).toEqual({
        ...{ ledger: ETHEREUM_LEDGER, generation: 1, tip: refsOf(ETHEREUM_LEDGER).at(-1) },
        // Appended and retracted, then the longer branch, and what became final with it.
        ...{ position: BLOCKS + 4 + 6 + (BLOCKS - 20 + 1), finalized: BLOCKS - 20, rebuilding: false },
      });
      expect(await filled.store.standings(nobody)).toEqual([]);
    });

    test('the outbox page by page folds to the canonical chain', async () => {
      const entries: OutboxEntry[] = [];
      for (;;) {
        const page = await filled.store.outbox(everything, ETHEREUM_LEDGER, entries.length, 7);
        if (page === null || page.entries.length === 0) break;
        expect(page.standing).toEqual((await filled.store.standings(grantScope([ETHEREUM_LEDGER])))[0]);
        entries.push(...page.entries);
      }
      expect(entries.map(({ position }) => position)).toEqual(entries.map((_, at) => at + 1));
      const chain: BlockRef[] = [];
      for (const { kind, block } of entries) {
        if (kind === 'APPENDED') chain.push(block);
        if (kind === 'RETRACTED') expect(chain.pop()).toEqual(block);
      }
      expect(chain).toEqual(refsOf(ETHEREUM_LEDGER));
      expect(await filled.store.outbox(nobody, ETHEREUM_LEDGER, 0, 5)).toBeNull();
    });

    test('a block that was taken back, down to the first that was not', async () => {
      const retracted = refsOf(ETHEREUM_LEDGER, false);
      const [top] = retracted.slice(-1);
      const way = await filled.store.branch(everything, ETHEREUM_LEDGER, top?.hash ?? '', 100);
      const fork = refsOf(ETHEREUM_LEDGER).find(({ number }) => number === BLOCKS - 5);
      expect(way).toEqual([
        ...[...retracted].reverse().map((ref) => ({ ...ref, canonical: false })),
        { ...fork, canonical: true },
      ]);
      expect(await filled.store.branch(everything, ETHEREUM_LEDGER, top?.hash ?? '', 2)).toEqual(way.slice(0, 2));
      expect(await filled.store.branch(everything, ETHEREUM_LEDGER, fork?.hash ?? '', 9)).toEqual(way.slice(-1));
      expect(await filled.store.branch(everything, ETHEREUM_LEDGER, '0xdead', 9)).toEqual([]);
      expect(await filled.store.branch(nobody, ETHEREUM_LEDGER, top?.hash ?? '', 9)).toEqual([]);
    });

    test('canonical blocks of ranges of several ledgers', async () => {
      const ranges = [
        { ledger: FABRIC_LEDGER, from: 3, to: 5 },
        { ledger: ETHEREUM_LEDGER, from: BLOCKS - 6, to: 1e9 },
        { ledger: ETHEREUM_LEDGER, from: 9, to: 8 },
      ] as const;
      const of = (ledger: string, from: number, to: number) =>
        refsOf(ledger).filter(({ number }) => number >= from && number <= to);
      expect(await filled.store.chainOf(everything, ranges)).toEqual(
        ranges.map(({ ledger, from, to }) => of(ledger, from, to)),
      );
      expect(await filled.store.chainOf(nobody, ranges)).toEqual([[], [], []]);
    });

    test.each([ETHEREUM_LEDGER, FABRIC_LEDGER])(
      'events of a block page by page, of those that happened (%s)',
      async (id) => {
        const { store } = filled;
        let found = 0;
        for (const { block, canonical } of filled.told.filter((told) => told.block.ledger === id)) {
          const all = await store.eventsOfBlock(everything, block, null, 1000);
          expect(all.hasMore).toBe(false);
          const failed = new Set(
            block.transactions.filter(({ outcome }) => outcome === 'FAILED').map(({ index }) => index),
          );
          const expected = block.transactions
            .filter(({ index }) => !failed.has(index))
            .flatMap(({ index, events }) => events.map((event) => [index, event.index]));
          expect(all.rows.map((row) => [row.transactionIndex, row.index])).toEqual(expected);
          expect(all.rows.every((row) => (row.confirmation === 'RETRACTED') === !canonical)).toBe(true);
          found += expected.length;
          const paged = [];
          let after: { transaction: number; index: number } | null = null;
          for (let more = expected.length > 0; more;) {
            const page: Awaited<ReturnType<typeof store.eventsOfBlock>> = await store.eventsOfBlock(
              everything,
              block,
              after,
              2,
            );
            paged.push(...page.rows);
            const last = page.rows.at(-1);
            after = last === undefined ? after : { transaction: last.transactionIndex, index: last.index };
            more = page.hasMore;
          }
          expect(paged).toEqual(all.rows);
        }
        expect(found).toBeGreaterThan(10);
        const [one] = blocksOf(id);
        if (one !== undefined) expect((await store.eventsOfBlock(nobody, one.block, null, 9)).rows).toEqual([]);
      },
    );

    test('a snapshot sees nothing of what is written meanwhile, and holds neither writers nor other reads', async () => {
      const store = await openStore(await fresh());
      await declareAll(store);
      const chain = makeChain(ethereumPlan, 4);
      await store.append(chain.slice(0, 2), null);
      const seen = await store.snapshot(async (reads) => {
        const before = await reads.standings(everything);
        await store.append(chain.slice(2), null);
        const outside = await store.standings(everything);
        expect(outside.find(({ ledger }) => ledger === ETHEREUM_LEDGER)?.position).toBe(4);
        const entries = await reads.outbox(everything, ETHEREUM_LEDGER, 0, 10);
        expect(await reads.standings(everything)).toEqual(before);
        return entries?.entries.length;
      });
      expect(seen).toBe(2);
      const after = await store.snapshot((reads) => reads.outbox(everything, ETHEREUM_LEDGER, 0, 10));
      expect(after?.entries).toHaveLength(4);
      await store.close();
    });

    test('many snapshots at once take turns, and one that fails holds none up', async () => {
      const reader = await openReader(url);
      const failing = reader.snapshot(() => Promise.reject(new RangeError('by intent')));
      const many = Array.from({ length: 30 }, () => reader.snapshot((reads) => reads.standings(everything)));
      await expect(failing).rejects.toThrow('by intent');
      const [first, ...others] = await Promise.all(many);
      for (const other of others) expect(other).toEqual(first);
      expect(reader.statements).toBeGreaterThan(30);
      await reader.close();
    });

    test('the generation changes when positions begin anew', async () => {
      const store = await openStore(await fresh());
      await declareAll(store);
      const standing = async () => (await store.standings(grantScope([ETHEREUM_LEDGER])))[0];
      await store.append(makeChain(ethereumPlan, 2), null);
      const { generation: first } = (await standing()) ?? {};
      await store.clearDerived(ETHEREUM_LEDGER);
      const cleared = await standing();
      expect(cleared).toMatchObject({ position: 0, tip: null, rebuilding: true });
      await store.forgetLedger(ETHEREUM_LEDGER);
      const forgotten = await standing();
      expect(forgotten).toMatchObject({ position: 0, rebuilding: false });
      expect(new Set([first, cleared?.generation, forgotten?.generation]).size).toBe(3);
      await store.close();
    });
  });

  membershipHistory(fresh);
}

/** Changes of standing with what they led to, on the chain and on a branch of it. */
function membershipHistory(fresh: Fresh): void {
  describe('membership changes', () => {
    const main = makeChain(fabricPlan, 130);
    const branch = makeChain(fabricPlan, 45, { on: main[99] ?? null, branch: 'b' });
    let reader: StoreReader;
    beforeAll(async () => {
      const url = await fresh();
      const store = await openStore(url);
      await declareAll(store);
      await store.append(main, null);
      await store.rewind(FABRIC_LEDGER, { number: 99, hash: main[99]?.hash ?? '' });
      await store.append(branch, null);
      await store.close();
      reader = await openReader(url);
    });
    afterAll(() => reader.close());

    const chain = [...main.slice(0, 100), ...branch];
    /** The blocks' own changes, each with the fold of all up to it. */
    const told = (blocks: typeof chain) => {
      const events = blocks.flatMap((block) =>
        (block.config?.memberships ?? []).map((change, ordinal) => ({
          ...{ nativeId: change.mspId, role: change.role, change: change.change, ordinal },
          ...{ atMs: block.timestampMs, evidence: { number: block.number, hash: block.hash } },
        })),
      );
      return events.map((event, at) => ({
        ...{ ledger: FABRIC_LEDGER, block: event.evidence, ordinal: event.ordinal, change: event.change },
        timestampMs: event.atMs,
        standing: {
          ledger: FABRIC_LEDGER,
          ...foldMemberships(events.slice(0, at + 1)).find(({ nativeId }) => nativeId === event.nativeId),
        },
      }));
    };

    test('in order, page by page, each with the standing as of it', async () => {
      const all = await reader.membershipChanges(everything, FABRIC_LEDGER, {}, null, 100);
      expect(all).toEqual({ rows: told(chain), hasMore: false });
      const paged = [];
      for (let after: { block: number; ordinal: number } | null = null, more = true; more;) {
        const page = await reader.membershipChanges(everything, FABRIC_LEDGER, {}, after, 3);
        paged.push(...page.rows);
        const last = page.rows.at(-1);
        after = last === undefined ? after : { block: last.block.number, ordinal: last.ordinal };
        more = page.hasMore;
      }
      expect(paged).toEqual(all.rows);
      const ranged = await reader.membershipChanges(everything, FABRIC_LEDGER, { range: { from: 1, to: 80 } }, null, 9);
      expect(ranged.rows).toEqual(all.rows.filter(({ block }) => block.number >= 1 && block.number <= 80));
      expect(ranged.rows.length).toBeGreaterThan(0);
      expect((await reader.membershipChanges(grantScope([]), FABRIC_LEDGER, {}, null, 9)).rows).toEqual([]);
    });

    test('of blocks of any branch, with the standing on their own branch', async () => {
      const asked = [main[0], main[1], main[80], main[120], branch[20]].flatMap((block) => (block ? [block] : []));
      const found = await reader.membershipChangesOfBlocks(everything, asked);
      const expected = asked.map((block) =>
        told(main.includes(block) ? main : chain).filter((row) => row.block.hash === block.hash),
      );
      expect(found).toEqual(expected);
      expect(found.map((rows) => rows.length > 0)).toEqual([true, false, true, true, true]);
      expect(await reader.membershipChangesOfBlocks(grantScope([]), asked)).toEqual(asked.map(() => []));
    });
  });
}
