import { describe, expect, test } from '@jest/globals';
import { dueChanges, standingOf, type Due } from '../../../src/app/carryOut.js';
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

  test('nothing where nothing was decided: founders on no channel, and who left by itself', () => {
    const members = [member('HMSP', 'ACTIVE'), member('BMSP', 'ACTIVE'), member('NMSP', 'REMOVED')];
    expect(dueChanges({ home: home(...members), executed: [], invitations: [], channels })).toEqual([]);
  });
});

test('what is there already of a decision on a channel', () => {
  const [due] = dueChanges({ home: home(member('NMSP', 'REMOVED')), executed: [voteOut], invitations: [], channels });
  if (due === undefined) throw new Error('nothing is due');
  const config = (status: ProposalState['status'], ledger: ProposalRow['ledger'] = TRADE): ProposalRow =>
    row(proposalState('c1', { mechanism: 'FABRIC_CONFIG', status }), { ledger });
  expect(standingOf(due, [])).toBe('MISSING');
  expect(standingOf(due, [config('ACTIVE', PAYMENTS)])).toBe('MISSING');
  expect(standingOf(due, [config('SUPERSEDED'), config('APPROVED')])).toBe('UNDER_WAY');
  expect(standingOf(due, [config('SUPERSEDED')])).toBe('STALE');
  expect(standingOf(due, [config('WITHDRAWN'), config('EXPIRED')])).toBe('MISSING');
});
