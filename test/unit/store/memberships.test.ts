import { describe, expect, test } from '@jest/globals';
import { foldMemberships, standingsAfter, type MembershipEvent } from '../../../src/store/memberships.js';

const at = (number: number) => ({ number, hash: `b${number}` });
const event = (
  number: number,
  change: MembershipEvent['change'],
  role: MembershipEvent['role'] = 'MEMBER',
): MembershipEvent => ({
  ...{ nativeId: 'HarvestMSP', role, change, atMs: number * 1000, evidence: at(number) },
});
const fold = (...events: MembershipEvent[]) => foldMemberships(events)[0];

describe('memberships folded from changes', () => {
  test('joined, and still there', () => {
    expect(fold(event(1, 'JOINED'))).toEqual({
      ...{ nativeId: 'HarvestMSP', role: 'MEMBER', status: 'ACTIVE', sinceMs: 1000, untilMs: null, evidence: at(1) },
    });
  });
  test('removed: the block that says so is the evidence', () => {
    expect(fold(event(1, 'JOINED'), event(4, 'REMOVED'))).toMatchObject({
      ...{ status: 'REMOVED', sinceMs: 1000, untilMs: 4000, evidence: at(4) },
    });
  });
  test('joined again: since the second time', () => {
    expect(fold(event(1, 'JOINED'), event(4, 'REMOVED'), event(6, 'JOINED'))).toMatchObject({
      ...{ status: 'ACTIVE', sinceMs: 6000, untilMs: null },
    });
  });
  test('in both roles it is a member, until it is one no more', () => {
    const both = [event(1, 'JOINED', 'ORDERER'), event(2, 'JOINED')];
    expect(fold(...both)).toMatchObject({ role: 'MEMBER', sinceMs: 1000 });
    expect(fold(...both, event(3, 'REMOVED'))).toMatchObject({ role: 'ORDERER', status: 'ACTIVE' });
    expect(fold(...both, event(3, 'REMOVED'), event(4, 'REMOVED', 'ORDERER'))).toMatchObject({ status: 'REMOVED' });
  });
  test('a changed role replaces the other; a changed identity is evidence alone', () => {
    expect(fold(event(1, 'JOINED', 'ORDERER'), event(2, 'ROLE_CHANGED'))).toMatchObject({
      role: 'MEMBER',
      sinceMs: 1000,
    });
    expect(fold(event(1, 'JOINED'), event(5, 'IDENTITY_CHANGED'))).toMatchObject({ sinceMs: 1000, evidence: at(5) });
  });
  test('invited: on its way until it joins, or until nobody waits for it any more', () => {
    expect(fold(event(2, 'INVITED'))).toEqual({
      ...{ nativeId: 'HarvestMSP', role: 'MEMBER', status: 'JOINING', sinceMs: 2000, untilMs: null, evidence: at(2) },
    });
    expect(fold(event(2, 'INVITED'), event(3, 'JOINED'))).toMatchObject({ status: 'ACTIVE', sinceMs: 3000 });
    expect(fold(event(2, 'INVITED'), event(3, 'REMOVED'))).toMatchObject({
      ...{ status: 'REMOVED', sinceMs: 2000, untilMs: 3000 },
    });
    expect(fold(event(1, 'JOINED'), event(3, 'REMOVED'), event(5, 'INVITED'))).toMatchObject({
      ...{ status: 'JOINING', sinceMs: 5000, untilMs: null },
    });
    expect(fold(event(1, 'JOINED', 'ORDERER'), event(5, 'INVITED'))).toMatchObject({ status: 'ACTIVE', sinceMs: 1000 });
  });
});

test('the standing after each change is the fold of all up to it, whatever the organisations', () => {
  const of = (nativeId: string, one: MembershipEvent): MembershipEvent => ({ ...one, nativeId });
  const events = [
    of('AMSP', event(1, 'JOINED')),
    of('BMSP', event(1, 'JOINED', 'ORDERER')),
    of('AMSP', event(2, 'IDENTITY_CHANGED')),
    of('BMSP', event(3, 'ROLE_CHANGED')),
    of('AMSP', event(4, 'REMOVED')),
    of('BMSP', event(5, 'REMOVED')),
    of('BMSP', event(5, 'INVITED')),
    of('AMSP', event(6, 'JOINED')),
    of('BMSP', event(7, 'JOINED')),
  ];
  expect(standingsAfter(events)).toEqual(
    events.map(({ nativeId }, last) =>
      foldMemberships(events.slice(0, last + 1)).find((standing) => standing.nativeId === nativeId),
    ),
  );
});
