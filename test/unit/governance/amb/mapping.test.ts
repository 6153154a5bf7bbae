import type { MemberStatus } from '@aws-sdk/client-managedblockchain';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AmbObserver, unpackRecord, type AmbSnapshot } from '../../../../src/governance/amb/index.js';
import { rebuildLedger } from '../../../../src/ingest/index.js';
import type { ProposalState } from '../../../../src/model/governance.js';
import { grantScope } from '../../../../src/model/scope.js';
import {
  ambLedger,
  HOUR_MS,
  invitation,
  LEDGER,
  member,
  NETWORK,
  node,
  proposal,
  recordsOf,
  snapshot,
  stored,
  T0,
  vote,
} from '../../../support/ambShapes.js';
import { workbench, type Workbench } from '../../../support/indexing.js';

// On the shapes that AWS documents: moto lacks much of them (see test/support/moto.ts).

const scope = grantScope([LEDGER]);
/** When the first snapshot of a test is taken; the others follow by the hour. */
const POLLED = T0 + 100 * HOUR_MS;
let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(() => bench.close());

const take = async (...snapshots: readonly AmbSnapshot[]): Promise<void> => stored(bench.store, recordsOf(snapshots));
const state = async (name: string): Promise<ProposalState | undefined> => {
  const key = { ledger: LEDGER, mechanism: 'AMB', nativeId: `p-${name.toUpperCase()}` } as const;
  return (await bench.store.proposalsByKey(scope, [key]))[0]?.state;
};
const one = (
  name: string,
  more: Parameters<typeof proposal>[1] = {},
  votes: readonly ReturnType<typeof vote>[] = [],
) => ({
  proposals: [{ proposal: proposal(name, more), votes }],
});

describe('what Amazon says', () => {
  test('of the network, its members and nodes', async () => {
    const members = [
      member('harvest'),
      member('late', { Status: 'CREATING' }),
      member('never', { Status: 'CREATE_FAILED' }),
      member('gone', { Status: 'DELETED' }),
    ];
    await take(snapshot({ members, nodes: [node('one', 'harvest', { Status: 'UNHEALTHY' })] }));
    const [row] = await bench.store.consortia(scope, [LEDGER]);
    expect(row?.state).toMatchObject({
      ...{ networkId: NETWORK, name: 'trade', description: 'Coffee from farm to roaster' },
      policy: { threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 },
      amb: {
        ...{ framework: 'HYPERLEDGER_FABRIC 2.2', nativeStatus: 'AVAILABLE', createdMs: T0, observedAtMs: POLLED },
        nodes: [{ nativeId: 'nd-ONE', member: 'm-HARVEST', nativeStatus: 'UNHEALTHY' }],
      },
    });
    expect(row?.state.members.map(({ nativeId, status, untilMs }) => [nativeId, status, untilMs])).toEqual([
      ['m-GONE', 'REMOVED', POLLED],
      ['m-HARVEST', 'ACTIVE', null],
      ['m-LATE', 'JOINING', null],
    ]);
    const standings = await bench.store.memberships(scope);
    expect(standings.map(({ nativeId, status, sinceMs }) => [nativeId, status, sinceMs])).toEqual([
      ['m-GONE', 'REMOVED', T0 + HOUR_MS],
      ['m-HARVEST', 'ACTIVE', T0 + HOUR_MS],
      ['m-LATE', 'JOINING', T0 + HOUR_MS],
    ]);
  });

  test('of one that is being created: it is invited, then there, or never was', async () => {
    const coming = (...statuses: readonly MemberStatus[]) =>
      snapshot({ members: statuses.map((Status, at) => member(at === 0 ? 'late' : 'never', { Status })) });
    await take(coming('CREATING', 'CREATING'), coming('AVAILABLE', 'CREATE_FAILED'), coming('UPDATING'));
    const { rows } = await bench.store.membershipChanges(scope, LEDGER, {}, null, 100);
    expect(
      rows.map(({ block, change, standing }) => [block.number, standing.nativeId, change, standing.status]),
    ).toEqual([
      ...[
        [0, 'm-LATE', 'INVITED', 'JOINING'],
        [0, 'm-NEVER', 'INVITED', 'JOINING'],
        [1, 'm-LATE', 'JOINED', 'ACTIVE'],
        [1, 'm-NEVER', 'REMOVED', 'REMOVED'],
      ],
    ]);
  });

  test('of a proposal with several actions, before anybody voted', async () => {
    const Actions = { Invitations: [{ Principal: '444455556666' }], Removals: [{ MemberId: 'm-NORTHWIND' }] };
    await take(snapshot(one('first', { Actions, Description: 'A new roaster\nand one less.' })));
    expect(await state('first')).toMatchObject({
      ...{ mechanism: 'AMB', nativeId: 'p-FIRST', title: 'A new roaster', body: 'A new roaster\nand one less.' },
      ...{ proposer: 'm-HARVEST', proposerInferred: false, status: 'ACTIVE', nativeStatus: 'IN_PROGRESS' },
      actions: [
        { kind: 'INVITE_MEMBER', memberName: null, principal: '444455556666' },
        { kind: 'REMOVE_MEMBER', nativeId: 'm-NORTHWIND' },
      ],
      ...{ createdMs: T0 + 10 * HOUR_MS, opensAtMs: T0 + 10 * HOUR_MS, closesAtMs: T0 + 34 * HOUR_MS },
      requirement: { kind: 'THRESHOLD', threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 },
      tally: {
        ...{ eligible: '3', outstanding: '3', satisfied: false, stillReachable: true },
        missing: ['m-HARVEST', 'm-MERIDIAN', 'm-NORTHWIND'],
      },
      ...{ lapsesTo: 'EXPIRED', execution: null },
      history: [{ status: 'ACTIVE', atMs: T0 + 10 * HOUR_MS }],
      native: { kind: 'AMB', arn: 'arn:aws:managedblockchain:us-east-1:111122223333:proposals/p-FIRST' },
    });
  });

  test.each([
    ['APPROVED', 'EXECUTED', POLLED],
    ['REJECTED', 'REJECTED', POLLED],
    ['EXPIRED', 'EXPIRED', T0 + 34 * HOUR_MS],
    ['ACTION_FAILED', 'EXECUTION_FAILED', POLLED],
  ] as const)('of a proposal that is %s', async (Status, status, atMs) => {
    await take(snapshot(one('first', { Status, YesVoteCount: 2, OutstandingVoteCount: 1 })));
    const found = await state('first');
    expect(found).toMatchObject({ status, nativeStatus: Status, statusSource: 'OBSERVED', tally: { missing: [] } });
    expect(found?.history.map((entry) => [entry.status, entry.atMs])).toEqual([
      ['ACTIVE', T0 + 10 * HOUR_MS],
      [status, atMs],
    ]);
    expect(found?.execution?.attempts.map(({ error }) => error?.code)).toEqual(
      { EXECUTED: [], EXECUTION_FAILED: ['ACTION_FAILED'] }[status as string],
    );
  });

  test.each([
    ['GREATER_THAN', 2, 0, 2, false, true],
    ['GREATER_THAN_OR_EQUAL_TO', 2, 0, 2, true, true],
    ['GREATER_THAN', 1, 2, 1, false, false],
    ['GREATER_THAN_OR_EQUAL_TO', 1, 2, 1, false, true],
  ] as const)(
    'of a threshold of 50, %s, at %i to %i with %i to come',
    async (comparator, yes, no, out, satisfied, reachable) => {
      const base = snapshot(one('first', { YesVoteCount: yes, NoVoteCount: no, OutstandingVoteCount: out }));
      const policy = { ThresholdPercentage: 50, ProposalDurationInHours: 24, ThresholdComparator: comparator };
      await take({ ...base, network: { ...base.network, VotingPolicy: { ApprovalThresholdPolicy: policy } } });
      expect((await state('first'))?.tally).toMatchObject({ eligible: '4', satisfied, stillReachable: reachable });
    },
  );

  test('of votes: no time, no proof, and nothing twice', async () => {
    const voted = (count: number, ...votes: ReturnType<typeof vote>[]) =>
      snapshot(one('first', { YesVoteCount: count, OutstandingVoteCount: 3 - count }, votes));
    await take(
      voted(0),
      voted(1, vote('meridian', 'YES')),
      // Cast after the votes were counted, before they were listed.
      voted(1, vote('meridian', 'YES'), vote('harvest', 'YES')),
      voted(2, vote('meridian', 'YES'), vote('harvest', 'YES')),
    );
    const { rows } = await bench.store.voteVersions(scope, LEDGER, {}, null, 100);
    expect(
      rows.map(({ state: { voter, choice, castAtMs, verified }, block }) => [
        block.number,
        voter,
        choice,
        castAtMs,
        verified,
      ]),
    ).toEqual([
      [1, 'm-MERIDIAN', 'YES', null, false],
      [2, 'm-HARVEST', 'YES', null, false],
    ]);
    expect(rows[0]?.state.evidence).toMatchObject({ kind: 'API', source: LEDGER, observedAtMs: POLLED + HOUR_MS });
    expect((await state('first'))?.tally.missing).toEqual(['m-NORTHWIND']);
  });

  test('of invitations: whom it invites stands in its name alone', async () => {
    await take(
      snapshot({ invitations: [invitation('one')] }),
      snapshot({ invitations: [invitation('one', { Status: 'ACCEPTED' })] }),
    );
    const [row] = await bench.store.invitations(scope, [LEDGER]);
    expect(row?.state).toEqual({
      ...{
        nativeId: 'in-ONE',
        name: null,
        principal: '111122223333',
        status: 'ACCEPTED',
        proposal: null,
        member: null,
      },
      ...{ createdMs: T0 + 20 * HOUR_MS, expiresMs: T0 + 44 * HOUR_MS },
    });
  });
});

describe('what Amazon says no more', () => {
  test.each([
    ['whose time is over', 'EXPIRED', {}],
    ['that was open', 'CANCELED', { ExpirationDate: new Date(POLLED + 10 * HOUR_MS) }],
  ])('of a proposal %s makes it %s', async (_, status, more) => {
    await take(snapshot(one('first', more)), snapshot());
    expect(await state('first')).toMatchObject({
      ...{ status, nativeStatus: null, statusSource: 'DERIVED', tally: { missing: [], stillReachable: false } },
      history: [{ status: 'ACTIVE' }, { status, cause: { kind: 'API', record: { listed: false } } }],
    });
  });

  test('of a proposal that was over leaves it as it was', async () => {
    await take(snapshot(one('first', { Status: 'REJECTED' })), snapshot());
    expect(await state('first')).toMatchObject({ status: 'REJECTED', nativeStatus: null });
  });

  test('of a member removes it, and its vote is wanted no more', async () => {
    const open = one('first', { ExpirationDate: new Date(POLLED + 10 * HOUR_MS) });
    await take(snapshot(open), snapshot({ ...open, members: [member('harvest'), member('meridian')] }));
    expect((await state('first'))?.tally.missing).toEqual(['m-HARVEST', 'm-MERIDIAN']);
    const { rows } = await bench.store.membershipChanges(scope, LEDGER, {}, { block: 0, ordinal: 99 }, 10);
    expect(rows).toMatchObject([
      { change: 'REMOVED', timestampMs: POLLED + HOUR_MS, standing: { nativeId: 'm-NORTHWIND', status: 'REMOVED' } },
    ]);
    const [row] = await bench.store.consortia(scope, [LEDGER]);
    expect(row?.state.members.at(-1)).toMatchObject({ nativeId: 'm-NORTHWIND', status: 'REMOVED', nativeStatus: null });
  });

  test('of an invitation ends it', async () => {
    await take(snapshot({ invitations: [invitation('one')] }), snapshot());
    expect((await bench.store.invitations(scope, [LEDGER])).map((row) => row.state.status)).toEqual(['EXPIRED']);
  });
});

describe('polls', () => {
  const story = [
    snapshot(),
    snapshot({ ...one('first'), invitations: [invitation('one')] }),
    snapshot(one('first', { YesVoteCount: 1, OutstandingVoteCount: 2 }, [vote('harvest', 'YES')])),
    snapshot({ members: [member('harvest')], nodes: [node('one', 'harvest')] }),
  ];

  test('that find the same, in whatever order, change nothing', () => {
    const both = { ...one('first'), invitations: [invitation('one'), invitation('two')] };
    const [there] = both.proposals;
    const proposals = there === undefined ? [] : [there, ...one('second').proposals];
    const turned = {
      ...{ ...both, proposals: [...proposals].reverse(), invitations: [...both.invitations].reverse() },
      members: [...snapshot().members].reverse(),
    };
    expect(
      recordsOf([snapshot({ ...both, proposals }), snapshot(turned), snapshot({ ...both, proposals })]),
    ).toHaveLength(1);
  });

  test('make the same records of the same answers, each on the one before', () => {
    const records = recordsOf(story);
    expect(recordsOf(story)).toEqual(records);
    expect(records.map(({ number, parentHash }) => [number, parentHash])).toEqual(
      records.map((_, at) => [at, records[at - 1]?.hash ?? null]),
    );
    const [, , third] = records;
    if (third === undefined) throw new Error('a record is missing');
    expect(() => unpackRecord({ ...third, bytes: Buffer.from(third.bytes).fill(0x20, 30, 31) })).toThrow(
      /cannot be read/,
    );
  });

  test('that do not read what is over again miss nothing', () => {
    const over = one('first', { Status: 'REJECTED' });
    const unread = { ...snapshot(), listed: ['p-FIRST'] };
    expect(recordsOf([snapshot(over), unread])).toHaveLength(1);
  });

  test('keep nothing of logs, keys and tags', () => {
    const [record] = recordsOf([
      snapshot({ members: [member('harvest', { KmsKeyArn: 'arn:…', Tags: { cost: '1' } })] }),
    ]);
    expect(Buffer.from(record?.bytes ?? []).toString()).not.toMatch(/KmsKeyArn|Tags/);
  });

  test('are derived again from their records as they were', async () => {
    await take(...story);
    const rows = async (): Promise<unknown[]> => {
      const all: unknown[] = [];
      for await (const row of bench.store.rowsOfBlocks(LEDGER, 0, 100)) all.push(row);
      return all;
    };
    const before = await rows();
    const { signal } = new AbortController();
    const observers = () => [new AmbObserver(NETWORK)];
    const result = await rebuildLedger({ ledger: ambLedger(), store: bench.store, signal, observers });
    expect(result).toEqual({ blocks: story.length, finished: true });
    expect(await rows()).toEqual(before);
    expect(await bench.store.contradictions(LEDGER)).toEqual([]);
  });
});
