import { describe, expect, test } from '@jest/globals';
import type { Page, TransactionRow } from '../../../src/store/store.js';
import { canonicalJson, pageBounds } from '../../../src/subgraphs/page.js';
import { healthOf } from '../../../src/subgraphs/networkNodes.js';
import { jsonOf, utf8 } from '../../../src/subgraphs/text.js';
import { weeksOf } from '../../../src/subgraphs/timeline/buckets.js';
import { RANK, ranked, rankOf } from '../../../src/subgraphs/timeline/hits.js';
import { mergePages } from '../../../src/subgraphs/timeline/partyTransactions.js';
import { decodeRecorded } from '../ledgers/fabric/recorded.js';

describe('page arguments', () => {
  const size = { default: 20, max: 100 };
  test('nothing asked is the first page', () => {
    expect(pageBounds({}, size)).toEqual({ limit: 20, towards: 'forward', cursor: null });
    expect(pageBounds({ first: null, last: null }, size)).toEqual({ limit: 20, towards: 'forward', cursor: null });
  });
  test('each direction has its own arguments', () => {
    expect(pageBounds({ first: 0, after: 'a' }, size)).toEqual({ limit: 0, towards: 'forward', cursor: 'a' });
    expect(pageBounds({ before: 'b' }, size)).toEqual({ limit: 20, towards: 'backward', cursor: 'b' });
    expect(pageBounds({ last: 100 }, size)).toEqual({ limit: 100, towards: 'backward', cursor: null });
  });
  test('a refusal says what was given and what is taken', () => {
    expect(() => pageBounds({ first: 101 }, size)).toThrow(/`first` is out of range\. Got: 101\. Expected: 0 to 100/);
    expect(() => pageBounds({ first: 1, before: 'b' }, size)).toThrow(
      /either forward or backward\. Got: first, before/,
    );
  });
});

describe('what a cursor is bound to', () => {
  test('is the same for the same filter, however it is written', () => {
    class Filter {
      b = '2';
      a = null;
    }
    expect(canonicalJson(new Filter())).toBe(canonicalJson({ a: undefined, b: '2' }));
    expect(canonicalJson({ b: [1, null], a: { d: 1, c: 2 } })).toBe('{"a":{"c":2,"d":1},"b":[1,null]}');
    expect(canonicalJson({ a: [1, 2] })).not.toBe(canonicalJson({ a: [2, 1] }));
  });
});

describe('payloads', () => {
  test('are text where they are UTF-8 and JSON where they are JSON', () => {
    expect(utf8(Buffer.from('čaj'))).toBe('čaj');
    expect(utf8(Buffer.from([0xff, 0xfe]))).toBeNull();
    expect(jsonOf('{"a":1}')).toEqual({ a: 1 });
    expect(jsonOf('null')).toBeNull();
    for (const text of [null, '', ' ', '{', 'tea']) expect(jsonOf(text)).toBeUndefined();
  });
});

describe('weeks', () => {
  test('begin on Monday and hold their days', () => {
    const day = (date: string, blocks: number) => {
      const counts = { transactions: 2 * blocks, failed: 0, events: 1 };
      return { ledger: 'eip155:1', fromMs: Date.parse(`${date}T00:00:00Z`), blocks, ...counts } as const;
    };
    // 2026-01-05 is a Monday.
    const weeks = weeksOf([day('2026-01-04', 1), day('2026-01-05', 2), day('2026-01-11', 3), day('2026-01-12', 4)]);
    expect(weeks.map(({ fromMs, blocks }) => [new Date(fromMs).toISOString().slice(0, 10), blocks])).toEqual([
      ['2025-12-29', 1],
      ['2026-01-05', 5],
      ['2026-01-12', 4],
    ]);
    expect(weeks[1]).toMatchObject({ transactions: 10, events: 2 });
  });
});

describe('hits', () => {
  test('are ranked by how well their best name fits', () => {
    expect(rankOf('trade', ['x', 'Trade'])).toBe(RANK.exact);
    expect(rankOf('tra', ['trade'])).toBe(RANK.prefix);
    expect(rankOf('rad', ['trade'])).toBe(RANK.inside);
    expect(rankOf('xyz', ['trade'])).toBeNull();
  });
  test('come once each, the best first', () => {
    const hit = (id: string, rank: number) => ({ type: 'MEMBER', id, rank, make: () => ({}) }) as const;
    expect(ranked([hit('a', 3), hit('b', 1), hit('a', 0), hit('c', 1)]).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });
});

describe("a node's health", () => {
  const heads = new Map([['eip155:1', 100]] as const);
  const report = (height: number | null, problem: string | null = null) => ({
    ...({ ledger: 'eip155:1', role: 'CHAIN_NODE', endpoint: 'x', operator: null } as const),
    report: { role: 'CHAIN_NODE', endpoint: 'x', operator: null, version: null, height, problem } as const,
  });
  test('is the worst that is known of it', () => {
    expect(healthOf([], heads)).toBe('UNKNOWN');
    expect(healthOf([report(100)], heads)).toBe('HEALTHY');
    expect(healthOf([report(95)], heads)).toBe('HEALTHY');
    expect(healthOf([report(94)], heads)).toBe('LAGGING');
    expect(healthOf([report(null, 'refused')], heads)).toBe('UNREACHABLE');
    expect(healthOf([report(100), report(null)], heads)).toBe('UNREACHABLE');
  });
});

describe("pages of several parties' transactions", () => {
  const rows: TransactionRow[] = decodeRecorded().flatMap((block) =>
    block.transactions.map(({ index, hash, timestampMs, outcome, parties, chaincode, function: name, detail }) => ({
      ...{ ledger: block.ledger, block: { number: block.number, hash: block.hash }, confirmation: 'FINAL' as const },
      ...{ index, hash, timestampMs, outcome, parties, chaincode, function: name, detail },
    })),
  );
  const newest = rows.toSorted((a, b) => b.block.number - a.block.number || b.index - a.index);
  const request = { limit: 10, after: null, before: null, snapshot: {} } as const;
  const page = (from: readonly TransactionRow[], limit: number): Page<TransactionRow> => ({
    rows: from.slice(0, limit),
    hasMore: from.length > limit,
  });

  test('merge to the page of their union, each transaction once', () => {
    const of = (mspId: string) => newest.filter(({ parties }) => parties.some(({ nativeId }) => nativeId === mspId));
    const parts = [page(of('Org1MSP'), 10), page(of('Org2MSP'), 10)];
    const order = { field: 'POSITION', direction: 'DESC' } as const;
    const merged = mergePages(parts, { ...request, order, towards: 'forward' });
    const union = newest.filter((row) => of('Org1MSP').includes(row) || of('Org2MSP').includes(row));
    expect(merged.rows).toEqual(union.slice(0, 10));
    expect(merged.hasMore).toBe(true);
  });
});
