import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rebuildLedger } from '../../../src/ingest/index.js';
import { Governing } from '../../../src/ingest/governing.js';
import { openStore } from '../../../src/store/index.js';
import type { DecodedBlock } from '../../../src/model/block.js';
import type { ProposalState } from '../../../src/model/governance.js';
import { grantScope } from '../../../src/model/scope.js';
import type { DerivedRow, ProposalCriteria, ProposalPage, ProposalRow, Store } from '../../../src/store/store.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER, makeBlock, makeChain } from '../../support/blocks.js';
import {
  declareAll,
  ethereumPlan,
  everything,
  fabricPlan,
  OTHER_LEDGER,
  otherPlan,
} from '../../support/filledStore.js';
import { CountingObserver, proposalState, voteState } from '../../support/governance.js';
import { ModelLedger } from '../../support/modelLedger.js';
import type { Fresh } from '../store.contract.js';

const firstPage: ProposalPage = {
  ...{ limit: 100, towards: 'forward', after: null, before: null },
  order: { field: 'CREATED', direction: 'DESC' },
};
const all: ProposalCriteria = { nowMs: 5_000 };
const names = (rows: readonly ProposalRow[]): string[] => rows.map(({ state }) => state.nativeId);

function blockWith(on: DecodedBlock | null, proposals: readonly ProposalState[], plan = fabricPlan): DecodedBlock {
  const versions = proposals.map((state) => ({ state, statusBefore: null }));
  const votes = proposals
    .filter(({ status }) => status === 'EXECUTED')
    .map(({ nativeId }) => voteState(nativeId, 'HarvestMSP'));
  return { ...makeBlock(plan, on), governance: { proposals: versions, votes, invitations: [], consortium: null } };
}

/** Proposals, votes and invitations as versions that blocks made. */
export function governance(fresh: Fresh): void {
  describe('governance', () => {
    lists(fresh);
    versions(fresh);
  });
}

function lists(fresh: Fresh): void {
  describe('lists', () => {
    let store: Store;
    const key = (nativeId: string) => ({ ledger: FABRIC_LEDGER, mechanism: 'CONSORTIUM', nativeId }) as const;
    beforeAll(async () => {
      store = await openStore(await fresh());
      await declareAll(store);
      const first = blockWith(null, [
        proposalState('a', { createdMs: 1, closesAtMs: 9_000, lapsesTo: 'EXPIRED' }),
        proposalState('b', { createdMs: 2, closesAtMs: 4_000, lapsesTo: 'EXPIRED' }),
        proposalState('c', { createdMs: 3, proposer: 'MeridianMSP', decision: key('a') }),
      ]);
      const second = blockWith(first, [
        proposalState('c', { createdMs: 3, proposer: 'MeridianMSP', status: 'EXECUTED', decision: key('a') }),
        proposalState('d', { createdMs: 3, tally: { ...proposalState('').tally, missing: ['NorthwindMSP'] } }),
      ]);
      await store.append([first, second], null);
      const elsewhere = proposalState('e', { mechanism: 'GOVERNOR', createdMs: 3, closesAtMs: 6_000 });
      await store.append([blockWith(null, [elsewhere], otherPlan)], null);
    });
    afterAll(() => store.close());
    test('versions are kept as blocks made them, column for column, the newest marked', async () => {
      const first = blockWith(null, [proposalState('v', { createdMs: 1, decision: key('a') })]);
      const made = blockWith(first, [
        proposalState('v', { createdMs: 1, status: 'EXECUTED', decision: key('a') }),
        proposalState('w', { createdMs: 2 }),
      ]);
      const retracted = blockWith(made, [proposalState('v', { createdMs: 1, status: 'EXECUTED', title: 'Other' })]);
      const other = await openStore(await fresh());
      try {
        await declareAll(other);
        await other.append([first, made, retracted], null);
        await other.rewind(FABRIC_LEDGER, made);
        const sorted = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row, null, 1)).sort();
        const own = (rows: readonly DerivedRow[]) =>
          sorted(rows.map(({ columns, ...row }) => ({ ...row, columns: Object.entries(columns).sort() })));
        for (const [name, blocks, rows] of [
          ['v', [first, made], 6],
          ['w', [made], 4],
        ] as const) {
          const stored = await other.storedProposal(key(name));
          expect(stored.tip).toEqual({ number: made.number, hash: made.hash });
          expect(stored.highest).toBe(made.number);
          expect(stored.rows).toHaveLength(rows);
          expect(own(stored.rows)).toEqual(own(other.expectedProposal(key(name), blocks)));
        }
      } finally {
        await other.close();
      }
    });

    const find = async (criteria: Partial<ProposalCriteria>, page: Partial<ProposalPage> = {}): Promise<string[]> =>
      names((await store.proposals(everything, { ...all, ...criteria }, { ...firstPage, ...page })).rows);

    test('newest first, over ledgers, each as the newest block has it', async () => {
      expect(await find({})).toEqual(['d', 'c', 'e', 'b', 'a']);
      const [row] = await store.proposalsByKey(everything, [key('c')]);
      expect(row).toMatchObject({ state: { status: 'EXECUTED' }, confirmation: 'CONFIRMED' });
      expect(await store.proposalsByKey(grantScope([OTHER_LEDGER]), [key('c')])).toEqual([null]);
    });

    test('by status at a moment: what lapsed is expired though no block says so', async () => {
      expect(await find({ statuses: ['ACTIVE'] })).toEqual(['d', 'e', 'a']);
      expect(await find({ statuses: ['EXPIRED'] })).toEqual(['b']);
      expect(await find({ statuses: ['EXPIRED', 'EXECUTED'], nowMs: 10_000 })).toEqual(['c', 'b', 'a']);
      expect(await find({ statuses: [] })).toEqual([]);
      expect(await store.countProposals(everything, { ...all, statuses: ['ACTIVE'] })).toBe(3);
    });

    test('what waits for a party, the one that closes first being first', async () => {
      const order = { field: 'CLOSES', direction: 'ASC' } as const;
      const awaiting = [{ ledger: FABRIC_LEDGER, nativeId: 'HarvestMSP' }];
      expect(await find({ awaiting }, { order })).toEqual(['a']);
      const northwind = [
        { ledger: FABRIC_LEDGER, nativeId: 'NorthwindMSP' },
        { ledger: OTHER_LEDGER, nativeId: 'HarvestMSP' },
      ];
      expect(await find({ awaiting: northwind }, { order })).toEqual(['e', 'a', 'd']);
      expect(await store.countProposals(everything, { ...all, awaiting: northwind })).toBe(3);
      expect(await find({ awaiting: [] })).toEqual([]);
    });

    test('by proposer, mechanism and ledger', async () => {
      expect(await find({ proposers: [{ ledger: FABRIC_LEDGER, nativeId: 'MeridianMSP' }] })).toEqual(['c']);
      expect(await find({ mechanisms: ['GOVERNOR', 'AMB'] })).toEqual(['e']);
      expect(await find({ ledgers: [OTHER_LEDGER] })).toEqual(['e']);
      expect(await find({ ledgers: [] })).toEqual([]);
    });

    test('page by page, both ways and in every order, without a gap or a double', async () => {
      for (const field of ['CREATED', 'CLOSES'] as const) {
        for (const direction of ['ASC', 'DESC'] as const) {
          const order = { field, direction };
          const whole = await store.proposals(everything, all, { ...firstPage, order });
          const places = whole.rows.map(({ ledger, state }) => ({
            ...{ ledger, mechanism: state.mechanism, nativeId: state.nativeId },
            atMs: field === 'CREATED' ? state.createdMs : (state.closesAtMs ?? 8.64e15),
          }));
          for (const [at, after] of places.entries()) {
            expect(await find({}, { order, after, limit: 2 })).toEqual(names(whole.rows).slice(at + 1, at + 3));
            const back = { order, before: after, towards: 'backward', limit: 2 } as const;
            expect(await find({}, back)).toEqual(names(whole.rows).slice(Math.max(0, at - 2), at));
          }
        }
      }
    });

    test('what carries a decision out', async () => {
      const [of, none] = await store.proposalsOfDecisions(everything, [key('a'), key('b')]);
      expect([names(of ?? []), none]).toEqual([['c'], []]);
      expect(await store.proposalsOfDecisions(grantScope([OTHER_LEDGER]), [key('a')])).toEqual([[]]);
    });
  });
}

function versions(fresh: Fresh): void {
  describe('versions', () => {
    const { signal } = new AbortController();
    const observers = () => [new CountingObserver()];

    async function shown(store: Store): Promise<unknown> {
      const { rows } = await store.proposals(everything, all, firstPage);
      const keys = rows.map(({ ledger, state }) => ({ ledger, mechanism: state.mechanism, nativeId: state.nativeId }));
      const each = { limit: 10, after: null };
      return [
        rows.map(({ ledger, block, state }) => [ledger, block, state]),
        (await store.votesOfProposals(everything, keys, each)).map((page) =>
          page.rows.map(({ block, state }) => [block, state]),
        ),
        (await store.proposalVersions(everything, ETHEREUM_LEDGER, {}, null, 100)).rows.map(
          ({ block, state, statusBefore }) => [...[block, state.status, statusBefore]],
        ),
        (await store.voteVersions(everything, ETHEREUM_LEDGER, {}, null, 100)).rows.map(({ block, state }) => [
          block,
          state.voter,
        ]),
        await store.countProposals(everything, {
          ...all,
          awaiting: [{ ledger: ETHEREUM_LEDGER, nativeId: 'NorthwindMSP' }],
        }),
      ];
    }

    async function appended(store: Store, blocks: readonly DecodedBlock[], aTime: number): Promise<void> {
      const governing = new Governing(ETHEREUM_LEDGER, observers(), store);
      for (let at = 0; at < blocks.length; at += aTime)
        await governing.whole(blocks.slice(at, at + aTime), (derived) => store.append(derived, null));
    }

    test('are taken back with their blocks, come again with them, and are the same after a rebuild', async () => {
      const store = await openStore(await fresh());
      await declareAll(store);
      const chain = makeChain(ethereumPlan, 14);
      await appended(store, chain, 3);
      const whole = await shown(store);
      expect(await store.proposals(everything, { ...all, statuses: ['EXECUTED'] }, firstPage)).toMatchObject({
        rows: [{ statusBefore: 'ACTIVE' }, { statusBefore: 'ACTIVE' }, { statusBefore: 'ACTIVE' }],
      });
      await store.rewind(ETHEREUM_LEDGER, chain[5] ?? null);
      const shorter = await openStore(await fresh());
      await declareAll(shorter);
      await appended(shorter, chain.slice(0, 6), 1);
      expect(await shown(store)).toEqual(await shown(shorter));
      await shorter.close();
      await appended(store, makeChain(ethereumPlan, 3, { on: chain[5] ?? null, branch: 'other' }), 2);
      await store.rewind(ETHEREUM_LEDGER, chain[5] ?? null);
      await appended(store, chain.slice(6), 5);
      expect(await shown(store)).toEqual(whole);
      const ledger = new ModelLedger({ plan: ethereumPlan, reorgBound: 20 }, 1);
      await rebuildLedger({ ledger, store, signal, observers });
      expect(await shown(store)).toEqual(whole);
      expect(await store.contradictions(ETHEREUM_LEDGER)).toEqual([]);
      await store.close();
    });

    test('of a block that was taken back are still told by the block', async () => {
      const store = await openStore(await fresh());
      await declareAll(store);
      const chain = makeChain(ethereumPlan, 3);
      await appended(store, chain, 1);
      const blocks = chain.map(({ ledger, hash }) => ({ ledger, hash }));
      const before = await store.proposalVersionsOfBlocks(everything, blocks);
      expect(before.map((rows) => rows.map(({ state }) => state.tally.missing.length))).toEqual([[3], [2], [1]]);
      await store.rewind(ETHEREUM_LEDGER, chain[0] ?? null);
      const after = await store.proposalVersionsOfBlocks(everything, blocks);
      expect(after.flat().map(({ confirmation }) => confirmation)).toEqual(['CONFIRMED', 'RETRACTED', 'RETRACTED']);
      expect((await store.voteVersionsOfBlocks(everything, blocks)).flat()).toHaveLength(2);
      await store.close();
    });

    test('of votes: a later one of the same voter supersedes', async () => {
      const store = await openStore(await fresh());
      await declareAll(store);
      const [first, second] = makeChain(fabricPlan, 2);
      if (first === undefined || second === undefined) throw new Error('no blocks');
      const opened = { state: proposalState('a'), statusBefore: null };
      const none = { invitations: [], consortium: null };
      const votes = (choice: 'YES' | 'NO') => [voteState('a', 'HarvestMSP', { choice })];
      await store.append(
        [
          { ...first, governance: { proposals: [opened], votes: votes('NO'), ...none } },
          { ...second, governance: { proposals: [], votes: votes('YES'), ...none } },
        ],
        null,
      );
      const key = { ledger: FABRIC_LEDGER, mechanism: 'CONSORTIUM', nativeId: 'a' } as const;
      const [page] = await store.votesOfProposals(everything, [key], { limit: 10, after: null });
      expect(page?.rows.map(({ state, supersededBy }) => [state.choice, supersededBy])).toEqual([
        ['NO', { ledger: FABRIC_LEDGER, number: 1, ordinal: 0 }],
        ['YES', null],
      ]);
      const harvest = [{ ledger: FABRIC_LEDGER, nativeId: 'HarvestMSP' }];
      expect(await store.votesOn(everything, [key], harvest)).toMatchObject([{ state: { choice: 'YES' } }]);
      const ofParty = await store.votesOfParties(everything, harvest, { limit: 1, before: null });
      expect([ofParty.rows.map(({ state }) => state.choice), ofParty.hasMore]).toEqual([['YES'], true]);
      const before = { ledger: FABRIC_LEDGER, number: 1, ordinal: 0 };
      expect((await store.votesOfParties(everything, harvest, { limit: 5, before })).rows).toHaveLength(1);
      expect(await store.votesByPlace(everything, [before])).toMatchObject([{ state: { choice: 'YES' } }]);
      expect(await store.votesKnown(FABRIC_LEDGER, 'CONSORTIUM', 'a')).toHaveLength(1);
      await store.close();
    });
  });
}
