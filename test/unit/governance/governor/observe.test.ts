import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Known } from '../../../../src/governance/mechanism.js';
import type { ProposalState } from '../../../../src/model/governance.js';
import { governed, type Governed } from '../../../support/governed.js';
import {
  addressOf,
  DELAY,
  governorContract,
  governorWorld,
  IDLE,
  PERIOD,
  VOTES,
  type GovernorWorld,
} from '../../../support/governorWorld.js';

/** `IGovernor.ProposalState`, in Solidity's order. */
const NATIVE = ['Pending', 'Active', 'Canceled', 'Defeated', 'Succeeded', 'Queued', 'Expired', 'Executed'];

const nothingKnown: Known = {
  proposal: () => Promise.resolve(null),
  open: () => Promise.resolve([]),
  votes: () => Promise.resolve([]),
  invitation: () => Promise.resolve(null),
  consortium: () => Promise.resolve(null),
  config: () => Promise.resolve(null),
  channel: () => Promise.resolve(null),
};

describe.each([
  ['blocks', 'BLOCK_NUMBER'],
  ['seconds', 'TIMESTAMP'],
] as const)('A governor whose clock counts %s', (clock, mode) => {
  let world: GovernorWorld;
  beforeAll(async () => {
    world = await governorWorld(clock);
  }, 60_000);
  afterAll(() => world?.close());

  const index = async (aTime?: number): Promise<Governed> =>
    governed(world.ledger.id, await world.blocks(), [world.observer()], aTime);
  const found = async (proposal: bigint): Promise<ProposalState> => {
    const { states } = await index();
    const state = states.find(({ nativeId }) => nativeId === `${world.governor}.${proposal}`);
    if (state === undefined) throw new Error('It was not found');
    expect(state.nativeStatus).toBe(NATIVE[Number(await world.state(proposal))]);
    return state;
  };

  test('is proposed to, voted on, queued and executed', async () => {
    const wanted = world.wanted('Longer voting');
    const proposal = await world.propose(1, wanted);
    expect(await found(proposal)).toMatchObject({
      ...{ status: 'PENDING', statusSource: 'OBSERVED', title: 'Longer voting', body: 'Voting lasts 40.' },
      ...{ proposer: addressOf(1), payloadDigest: proposal.toString(16).padStart(64, '0'), lapsesTo: null },
      actions: [
        {
          kind: 'EVM_CALL',
          target: world.governor,
          value: '0',
          method: { name: 'setVotingPeriod', arguments: [{ value: '40' }] },
        },
      ],
      native: { kind: 'GOVERNOR', governor: world.governor, clock: mode, timelock: world.timelock, graceMs: null },
    });
    await world.pass(DELAY + 1);
    expect(await found(proposal)).toMatchObject({
      ...{ status: 'ACTIVE', statusSource: 'DERIVED', opensAtMs: expect.any(Number) },
      requirement: {
        kind: 'TOKEN_QUORUM',
        quorumWeight: String(VOTES * 2n),
        countingMode: 'support=bravo&quorum=for,abstain',
      },
      // The fourth holds weight, but has not taken it up.
      tally: {
        eligible: String(VOTES * 4n),
        satisfied: false,
        stillReachable: true,
        missing: [1, 2, 3].map(addressOf),
      },
    });
    await world.governs(1, 'castVoteWithReason', [proposal, 1, 'More time to think']);
    await world.governs(2, 'castVote', [proposal, 2]);
    await world.governs(3, 'castVote', [proposal, 0]);
    await world.governs(3, 'castVote', [proposal, 0]);
    const voted = await found(proposal);
    expect(voted).toMatchObject({
      status: 'ACTIVE',
      tally: {
        choices: [
          { choice: 'NO', count: 1, weight: String(VOTES) },
          { choice: 'YES', count: 1, weight: String(VOTES) },
          { choice: 'ABSTAIN', count: 1, weight: String(VOTES) },
        ],
        ...{ outstanding: String(VOTES), satisfied: false, stillReachable: true, missing: [] },
      },
    });
    await world.governs(IDLE, 'castVote', [proposal, 1]);
    expect(
      (await index()).votes.map(({ voter, nativeChoice, weight, reason }) => [voter, nativeChoice, weight, reason]),
    ).toEqual([
      [addressOf(1), 'For', String(VOTES), 'More time to think'],
      [addressOf(2), 'Abstain', String(VOTES), null],
      [addressOf(3), 'Against', String(VOTES), null],
      [addressOf(IDLE), 'For', '0', null],
    ]);
    await world.pass(PERIOD + 1);
    // A tie does not carry it.
    expect(await found(proposal)).toMatchObject({
      status: 'REJECTED',
      statusSource: 'DERIVED',
      nativeStatus: 'Defeated',
    });
  }, 60_000);

  test('carries out what succeeded, through its timelock', async () => {
    const wanted = world.wanted('Longer still', 41);
    const proposal = await world.propose(2, wanted);
    await world.pass(DELAY + 1);
    for (const voter of [1, 2]) await world.governs(voter, 'castVote', [proposal, 1]);
    expect(await found(proposal)).toMatchObject({
      status: 'ACTIVE',
      tally: { satisfied: true, missing: [addressOf(3)] },
    });
    await world.pass(PERIOD + 1);
    expect(await found(proposal)).toMatchObject({
      status: 'APPROVED',
      statusSource: 'DERIVED',
      closesAtMs: expect.any(Number),
    });
    await world.again(2, 'queue', wanted);
    const queued = await found(proposal);
    expect(queued).toMatchObject({ status: 'QUEUED', statusSource: 'OBSERVED', native: { etaMs: expect.any(Number) } });
    await world.again(2, 'execute', wanted);
    expect(await found(proposal)).toMatchObject({ status: 'QUEUED', execution: null });
    await world.seconds(3);
    await world.again(3, 'execute', wanted);
    const executed = await found(proposal);
    expect(executed).toMatchObject({
      ...{ status: 'EXECUTED', statusSource: 'OBSERVED' },
      execution: { attempts: [{ by: addressOf(3), error: null }], evidence: { kind: 'TRANSACTION' } },
    });
    expect(executed.history.map(({ status, cause }) => [status, cause?.kind ?? null])).toEqual([
      ...[
        ['PENDING', 'TRANSACTION'],
        ['ACTIVE', null],
        ['APPROVED', null],
      ],
      ...[
        ['QUEUED', 'TRANSACTION'],
        ['EXECUTED', 'TRANSACTION'],
      ],
    ]);
  }, 60_000);

  test('is canceled by its proposer', async () => {
    const early = world.wanted('Withdrawn', 42);
    const first = await world.propose(1, early);
    await world.again(1, 'cancel', early);
    expect(await found(first)).toMatchObject({ status: 'CANCELED' });
  }, 60_000);

  test('is forgotten by a timelock that waits no longer', async () => {
    const wanted = world.wanted('Waiting', 44);
    const proposal = await world.propose(1, wanted);
    await world.pass(DELAY + 1);
    for (const voter of [1, 2]) await world.governs(voter, 'castVote', [proposal, 1]);
    // The poll lasts longer since the proposal above.
    await world.pass(PERIOD + 20);
    await world.again(1, 'queue', wanted);
    const queued = await found(proposal);
    expect(queued.status).toBe('QUEUED');
    if (queued.native.kind !== 'GOVERNOR') throw new Error('It is no governor’s');
    // As Compound's timelock does, which names a GRACE_PERIOD.
    const waiting = { ...queued, native: { ...queued.native, graceMs: 100_000 } };
    const known = { ...nothingKnown, open: () => Promise.resolve([waiting]) };
    const observed = async (): Promise<readonly ProposalState[]> => {
      const block = (await world.blocks()).at(-1);
      return block === undefined ? [] : (await world.observer().observe(block, known)).proposals;
    };
    expect(await observed()).toEqual([]);
    await world.seconds(110);
    expect(await observed()).toMatchObject([{ status: 'EXPIRED', nativeStatus: 'Expired', statusSource: 'DERIVED' }]);
  }, 60_000);

  test('says of itself whatever its proposer wrote', async () => {
    const { targets, values, calldatas } = world.wanted('x', 43);
    // Forty thousand characters, a NUL and bytes that are no UTF-8, which Solidity's strings do not mind.
    const long = `## ${'a'.repeat(40_000)}\u0000\nrest`;
    const plain = governorContract.encodeFunctionData('propose', [targets, values, calldatas, long]);
    const broken = plain.replace(Buffer.from('rest').toString('hex'), 'ff80fe72');
    await world.call(1, world.governor, broken);
    const { states } = await index();
    const title = states.map((state) => state.title).find((text) => text.startsWith('aaa')) ?? '';
    expect(title).toBe(`${'a'.repeat(199)}…`);
    expect(states.find((state) => state.title === title)?.body).toBe('\ufffd\ufffd\ufffdr');
  }, 60_000);

  test('has the same index however its blocks come', async () => {
    const [one, all] = [await index(1), await index(10_000)];
    expect(one).toEqual(all);
    expect(one.versions.length).toBeGreaterThan(10);
  }, 60_000);
});
