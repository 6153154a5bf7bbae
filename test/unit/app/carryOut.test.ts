import { describe, expect, test } from '@jest/globals';
import { dueChanges, openOf, type Due } from '../../../src/app/carryOut.js';
import type { ConsortiumState, ProposalState } from '../../../src/model/governance.js';
import type { InvitationRow, ProposalRow } from '../../../src/store/store.js';
import { FABRIC_LEDGER } from '../../support/blocks.js';
import { proposalState } from '../../support/governance.js';

const TRADE = FABRIC_LEDGER;
const PAYMENTS = 'fabric:ffffffffffffffffffffffffffffffff';
const at = {
  ledger: TRADE,
  block: { number: 1, hash: 'aa' },
  ordinal: 0,
  timestampMs: 1,
  confirmation: 'FINAL',
} as const;
const row = (state: ProposalState, facts: Partial<ProposalRow> = {}): ProposalRow => ({
  ...{ ...at, state, statusBefore: null },
  ...facts,
});
const member = (nativeId: string, status: 'JOINING' | 'ACTIVE' | 'REMOVED') => ({
  ...{
    nativeId,
    name: `${nativeId} Ltd`,
    status,
    sinceMs: 10,
    untilMs: status === 'REMOVED' ? 20 : null,
    accounts: [],
  },
});
const home = (...members: ConsortiumState['members']) => ({
  ...at,
  state: {
    ...{ networkId: 'harbour', name: 'Harbour', description: null, members },
    policy: { threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 } as const,
  },
});
const voteOut = row(
  proposalState('p1', {
    title: 'Northwind goes',
    status: 'EXECUTED',
    actions: [{ kind: 'REMOVE_MEMBER', nativeId: 'NMSP' }],
  }),
);
const invite = row(
  proposalState('p2', {
    ...{ title: 'Invite Atlas', status: 'EXECUTED' },
    actions: [{ kind: 'INVITE_MEMBER', memberName: 'Atlas', principal: 'ab'.repeat(32) }],
  }),
);
const accepted: InvitationRow = {
  ...at,
  state: {
    ...{ nativeId: 'p2', name: 'Atlas', principal: 'ab'.repeat(32), status: 'ACCEPTED', createdMs: 1 },
    ...{ expiresMs: null, proposal: 'p2', member: 'AMSP' },
  },
};
const channels = new Map([
  [TRADE, ['HMSP', 'NMSP']],
  [PAYMENTS, ['NMSP', 'MMSP']],
] as const);
const short = (due: readonly Due[]): string[] =>
  due.map(
    ({ change, channel, mspId, decision }) =>
      `${change} ${mspId} ${channel === TRADE ? 'trade' : 'payments'} ${decision.nativeId}`,
  );

describe('what a decision makes due', () => {
  test('who was voted out goes from every channel that it is on', () => {
    const due = dueChanges({ home: home(member('NMSP', 'REMOVED')), executed: [voteOut], invitations: [], channels });
    expect(short(due)).toEqual(['REMOVE NMSP trade p1', 'REMOVE NMSP payments p1']);
  });

  test('who accepted comes to the channel that keeps the consortium, and only where it is not there', () => {
    const parts = { home: home(member('AMSP', 'JOINING')), executed: [invite], invitations: [accepted] };
    expect(short(dueChanges({ ...parts, channels }))).toEqual(['ADD AMSP trade p2']);
    expect(dueChanges({ ...parts, channels: new Map([[TRADE, ['AMSP']]]) })).toEqual([]);
    expect(dueChanges({ ...parts, channels: new Map() })).toEqual([]);
  });

  test('nothing where nothing was decided: founders on no channel', () => {
    const members = [member('HMSP', 'ACTIVE'), member('BMSP', 'ACTIVE'), member('NMSP', 'ACTIVE')];
    expect(dueChanges({ home: home(...members), executed: [], invitations: [], channels })).toEqual([]);
  });

  test('who left by itself goes too: one departure on every channel, opened by the first of those who stay', () => {
    const members = [member('NMSP', 'REMOVED'), member('MMSP', 'ACTIVE'), member('HMSP', 'ACTIVE')];
    const due = dueChanges({ home: home(...members), executed: [], invitations: [], channels });
    expect(due.map(({ change, mspId, channel, opener }) => [change, mspId, channel, opener])).toEqual([
      ['REMOVE', 'NMSP', TRADE, 'HMSP'],
      ['REMOVE', 'NMSP', PAYMENTS, 'MMSP'],
    ]);
    const [first, second] = due.map(({ decision }) => decision.nativeId);
    expect(first).toMatch(/^departure-[0-9a-f]{32}$/);
    expect(second).toBe(first);
    expect(due[0]?.because).toBe('NMSP Ltd left the consortium by itself.');
  });

  test('a removal of an earlier time is not why somebody who came back has left', () => {
    const before = row({ ...voteOut.state, history: [{ status: 'EXECUTED', atMs: 5, cause: null }] });
    const parts = { home: home(member('NMSP', 'REMOVED'), member('HMSP', 'ACTIVE')), invitations: [], channels };
    const decisions = (executed: readonly ProposalRow[]) =>
      dueChanges({ ...parts, executed }).map(({ decision }) => decision.nativeId.split('-')[0]);
    expect(decisions([before])).toEqual(['departure', 'departure']);
    expect(decisions([voteOut])).toEqual(['p1', 'p1']);
  });
});

test('what is there already of a decision on a channel', () => {
  const [due] = dueChanges({ home: home(member('NMSP', 'REMOVED')), executed: [voteOut], invitations: [], channels });
  if (due === undefined) throw new Error('nothing is due');
  const config = (status: ProposalState['status'], ledger: ProposalRow['ledger'] = TRADE): ProposalRow =>
    row(proposalState('c1', { mechanism: 'FABRIC_CONFIG', status }), { ledger });
  const open = (...carrying: readonly ProposalRow[]) => openOf(due, carrying).map(({ state }) => state.status);
  expect(open(config('ACTIVE', PAYMENTS))).toEqual([]);
  expect(open(config('SUPERSEDED'), config('APPROVED'))).toEqual(['APPROVED']);
  expect(open(config('SUPERSEDED'), config('WITHDRAWN'), config('EXPIRED'))).toEqual([]);
  expect(open(config('EXECUTION_FAILED'), config('EXECUTED'))).toEqual(['EXECUTION_FAILED']);
});
