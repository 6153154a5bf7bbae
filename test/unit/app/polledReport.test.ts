import { expect, test } from '@jest/globals';
import { polledReport } from '../../../src/app/polledReport.js';
import type { LedgerRow } from '../../../src/store/store.js';

const NAME = 'amb:n-MWY63ZJZU5HGNCMBQER7IN6OIU';
const config = { kind: 'amb', name: NAME, network: NAME.slice(4), region: 'us-east-1', endpoint: null } as const;
const ref = { number: 3, hash: 'ab'.repeat(32) };
/** As the store has it, where Amazon last answered so long ago; null: never. */
const row = (agoMs: number | null): LedgerRow => ({
  ...{
    id: NAME,
    kind: 'amb',
    name: NAME,
    startBlock: 0,
    tip: ref,
    tipTimestampMs: 1,
    finalized: 3,
    safe: 3,
    head: ref,
  },
  headSeenAtMs: agoMs === null ? null : Date.now() - agoMs,
});
const report = (agoMs: number | null, problem: string | null = null) =>
  polledReport(row(agoMs), { ...config, pollSeconds: 30 }, problem);

test('a network that was polled of late is as it should be, whoever polled it', () => {
  expect(report(100_000)).toMatchObject({
    ...{ ledger: NAME, indexedHeight: 3, head: 3, lag: { blocks: 0, seconds: 0 }, stale: false, problem: null },
  });
});

test('one that was not for three times the interval and half a minute is stale', () => {
  expect(report(125_000)).toMatchObject({
    ...{ lag: { blocks: 0, seconds: 125 }, stale: true, problem: 'Amazon last answered 125 s ago' },
  });
});

test('one whose reader waits says why at once', () => {
  expect(report(2_000, 'Amazon did not answer')).toMatchObject({
    ...{ lag: { seconds: 2 }, stale: true, problem: 'Amazon did not answer' },
  });
});

test('one that never answered has no lag to tell', () => {
  expect(report(null)).toMatchObject({ lag: null, stale: true, problem: 'Amazon has not been asked yet' });
  expect(report(null, 'no credentials')).toMatchObject({ problem: 'no credentials' });
});
