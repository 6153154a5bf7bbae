import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { matches } from '../../../src/feed/index.js';
import type { Wanted } from '../../../src/feed/feed.js';
import { blockOf, indexOf, rowsOfBlocks, type AnyRow } from '../../../src/feed/items.js';
import { readStretch } from '../../../src/feed/pages.js';
import type { LedgerId } from '../../../src/model/ids.js';
import type { BlockCriteria } from '../../../src/store/store.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../../support/blocks.js';
import { accounts, tokens, TRANSFER } from '../../support/ethereumBlocks.js';
import { chaincodes, organizations } from '../../support/fabricBlocks.js';
import { everything, fill, OTHER_LEDGER, type Filled } from '../../support/filledStore.js';
import { VOTERS } from '../../support/governance.js';
import { seeded, type Random } from '../../support/random.js';

let filled: Filled;
beforeAll(async () => {
  filled = await fill('sqlite::memory:');
});
afterAll(() => filled.store.close());

const LEDGERS: readonly LedgerId[] = [ETHEREUM_LEDGER, FABRIC_LEDGER, OTHER_LEDGER];
const LONG = 'n'.repeat(300);

const maybe = <T>(random: Random, value: () => T): T | null => (random.below(2) === 0 ? null : value());
const some = <T>(random: Random, from: readonly T[]): T[] => from.filter(() => random.below(3) === 0);

function common(random: Random): BlockCriteria {
  const startMs = Date.UTC(2026, 0, 1);
  return {
    ledgers: maybe(random, () => some(random, LEDGERS)),
    range: maybe(random, () => ({
      from: maybe(random, () => random.below(60)),
      to: maybe(random, () => random.below(90)),
    })),
    time: maybe(random, () => ({
      fromMs: maybe(random, () => startMs + random.below(60) * 12_000),
      toMs: maybe(random, () => startMs + random.below(90) * 12_000),
    })),
  };
}

function wantedOf(items: Wanted['items'], random: Random): Wanted {
  const criteria = common(random);
  const names = (from: readonly string[]): string[] | null => maybe(random, () => some(random, [...from, LONG]));
  switch (items) {
    case 'blocks':
      return { items, criteria };
    case 'transactions':
      return {
        items,
        criteria: {
          ...criteria,
          parties: maybe(random, () =>
            some(random, [...organizations, ...accounts]).map((nativeId) => ({
              ledger: random.pick(LEDGERS),
              nativeId,
            })),
          ),
          addresses: random.below(3) === 0 ? some(random, [...accounts, ...tokens]) : null,
          chaincodes: random.below(4) === 0 ? names(chaincodes) : null,
          functions: random.below(3) === 0 ? names(['transfer', 'mint', 'Create', 'Move']) : null,
          outcome: random.below(3) === 0 ? random.pick(['SUCCEEDED', 'FAILED'] as const) : null,
        },
      };
    case 'events':
      return {
        items,
        criteria: {
          ...criteria,
          names: random.below(3) === 0 ? names(['Transfer', 'Created', 'Moved']) : null,
          chaincodes: random.below(4) === 0 ? names(chaincodes) : null,
          addresses: random.below(3) === 0 ? some(random, tokens) : null,
          topics: maybe(random, () => [
            random.pick([null, [], [TRANSFER], [TRANSFER, `0x${'0'.repeat(64)}`]]),
            ...(random.below(2) === 0
              ? []
              : [some(random, accounts).map((one) => `0x${one.slice(2).padStart(64, '0')}`)]),
            ...(random.below(9) === 0 ? [null, null, [TRANSFER]] : []),
          ]),
        },
      };
    case 'memberships':
      return { items, criteria: { ledgers: criteria.ledgers ?? null, range: criteria.range ?? null } };
    case 'proposals':
    case 'votes':
      return { items, criteria: governanceCriteria(items, random, criteria) } as Wanted;
  }
}

function governanceCriteria(items: 'proposals' | 'votes', random: Random, { ledgers, range }: BlockCriteria): object {
  const place = { ledgers: ledgers ?? null, range: range ?? null };
  const voters = (): object[] => some(random, VOTERS).map((nativeId) => ({ ledger: random.pick(LEDGERS), nativeId }));
  if (items === 'proposals') {
    return {
      ...place,
      mechanisms: random.below(4) === 0 ? some(random, ['CONSORTIUM', 'GOVERNOR']) : null,
      statuses: maybe(random, () => some(random, ['ACTIVE', 'EXECUTED', 'REJECTED'])),
      proposers: random.below(4) === 0 ? voters() : null,
      awaiting: random.below(3) === 0 ? voters() : null,
    };
  }
  const blocks = filled.told.map(({ block }) => block).filter(({ number }) => number % 4 === 0);
  const { ledger, hash } = random.pick(blocks);
  const proposal = { ledger, mechanism: 'CONSORTIUM', nativeId: `p${hash.slice(0, 8)}` };
  return { ...place, proposal: maybe(random, () => proposal) };
}

const KINDS = ['blocks', 'transactions', 'events', 'memberships', 'proposals', 'votes'] as const;
const keyOf = (items: Wanted['items'], row: AnyRow): string =>
  `${row.ledger} ${blockOf(row).number} ${blockOf(row).hash} ${indexOf(items, row)}`;

describe.each(KINDS)('predicates on %s say what the store says', (items) => {
  test('for random criteria', async () => {
    const { store, told } = filled;
    let found = 0;
    for (let seed = 1; seed <= 50; seed += 1) {
      const wanted = wantedOf(items, seeded(seed));
      for (const ledger of LEDGERS) {
        const canonical = told
          .filter(({ block, canonical: on }) => on && block.ledger === ledger)
          .map(({ block }) => block);
        const rows = await rowsOfBlocks(store, everything, items, canonical);
        const inMemory = rows.flatMap((own) => own ?? []).filter((row) => matches(wanted, row as never));
        const stretch = { ledger, from: 0, to: 1000, after: null, limit: 10_000 };
        const wants = wanted.criteria.ledgers?.includes(ledger) ?? true;
        const bySql = wants ? (await readStretch(store, everything, wanted, stretch)).rows : [];
        expect(inMemory.map((row) => keyOf(items, row))).toEqual(bySql.map((row) => keyOf(items, row)));
        found += bySql.length;
      }
    }
    expect(found).toBeGreaterThan(20);
  }, 240_000);
});
