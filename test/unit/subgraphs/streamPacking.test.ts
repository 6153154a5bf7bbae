import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LedgerPosition } from '../../../src/feed/feed.js';
import { cursorSeal, MAX_CURSOR_BYTES, MAX_CURSOR_CHARACTERS } from '../../../src/lib/cursorSeal.js';
import type { LedgerId } from '../../../src/model/ids.js';
import { MAX_STREAM_LEDGERS } from '../../../src/subgraphs/streamCursor.js';
import { packStream, unpackStream } from '../../../src/subgraphs/streamPacking.js';

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
const number = fc.oneof(fc.nat(300), fc.maxSafeNat());
const ledger: fc.Arbitrary<LedgerId> = fc.oneof(
  hex(32).map((key): LedgerId => `fabric:${key}`),
  fc.bigInt({ min: 0n, max: 10n ** 32n - 1n }).map((chain): LedgerId => `eip155:${chain}`),
  fc.stringMatching(/^[A-Za-z0-9]{1,64}$/).map((network): LedgerId => `amb:n-${network}`),
);

const positionOf = (id: LedgerId): fc.Arbitrary<LedgerPosition> =>
  fc.record({
    block: fc.option(
      fc.record({ number, hash: hex(64).map((digits) => (id.startsWith('eip155:') ? `0x${digits}` : digits)) }),
    ),
    through: fc.option(number),
    final: fc.oneof(fc.constant(-1), fc.nat()),
    finalThrough: fc.oneof(fc.constant(0), fc.nat()),
    recent: fc.array(hex(16), { maxLength: 257 }),
  });
const entry = ledger.chain((id) => positionOf(id).map((one) => [id, one] as const));
const position = fc.uniqueArray(entry, { maxLength: 4, selector: ([id]) => id }).map((entries) => new Map(entries));

/** Ledgers that show as much as they can: 257 blocks that are not final. */
const full = (count: number): ReadonlyMap<LedgerId, LedgerPosition> =>
  new Map(
    Array.from({ length: count }, (_, index) => [
      `eip155:${10n ** 31n + BigInt(index)}` as LedgerId,
      {
        block: { number: 2 ** 40, hash: `0x${'ab'.repeat(32)}` },
        through: 2 ** 30,
        final: 2 ** 40 - 256,
        finalThrough: 2 ** 30,
        recent: Array.from({ length: 257 }, (_each, at) => (at + 1000 * index).toString(16).padStart(16, 'f')),
      },
    ]),
  );
const NOTHING = Buffer.alloc(0);

describe('a position as bytes', () => {
  test('comes back as it was, with what else the stream remembers', () => {
    fc.assert(
      fc.property(position, fc.uint8Array({ maxLength: 40 }), (given, more) => {
        const rest = Buffer.from(more);
        const packed = packStream({ position: given, rest }, 100_000);
        if (packed === undefined) throw new Error('It fits');
        const back = unpackStream(packed);
        expect(new Map(back?.position)).toEqual(given);
        expect(back?.rest.equals(rest)).toBe(true);
      }),
    );
  });

  test('has one text, in whatever order the ledgers were given', () => {
    fc.assert(
      fc.property(position, (given) => {
        const turned = new Map([...given].reverse());
        expect(packStream({ position: turned, rest: NOTHING }, 100_000)).toEqual(
          packStream({ position: given, rest: NOTHING }, 100_000),
        );
      }),
    );
  });

  test('may be packed again after it was cut short and went on', () => {
    const [[id, one] = [], ...none] = full(1);
    if (id === undefined || one === undefined || none.length > 0) throw new Error('One is given');
    const recent = ['abcdef12', '0123456789abcdef'];
    const packed = packStream({ position: new Map([[id, { ...one, recent }]]), rest: NOTHING }, MAX_CURSOR_BYTES);
    expect(unpackStream(packed ?? NOTHING)?.position.get(id)?.recent).toEqual(['abcdef12', '01234567']);
  });

  test('is small: a ledger that is final, and a chain of 96 blocks that are not', () => {
    const seal = cursorSeal(['a secret of the test']);
    const size = (given: ReadonlyMap<LedgerId, LedgerPosition>) =>
      seal.sealBytes('test', packStream({ position: given, rest: NOTHING }, MAX_CURSOR_BYTES) ?? NOTHING).length;
    const one = (recent: number, id: LedgerId) => {
      const [only] = full(1).values();
      if (only === undefined) throw new Error('One is given');
      return new Map([[id, { ...only, recent: only.recent.slice(-recent) }]]);
    };
    expect(size(one(1, `fabric:${'ab'.repeat(16)}`))).toBeLessThan(160);
    expect(size(one(96, 'eip155:1'))).toBeLessThan(1200);
  });

  test('fits into a cursor, whatever the number of ledgers, by telling fewer branches apart', () => {
    const seal = cursorSeal(['a secret of the test']);
    const rest = Buffer.alloc(3072, 7);
    for (const count of [1, 2, 3, 4, 8, 30, MAX_STREAM_LEDGERS]) {
      const packed = packStream({ position: full(count), rest }, MAX_CURSOR_BYTES);
      if (packed === undefined) throw new Error(`${count} ledgers fit`);
      const text = seal.sealBytes('test', packed);
      expect(text.length).toBeLessThanOrEqual(MAX_CURSOR_CHARACTERS);
      const back = unpackStream(seal.openBytes('test', text) ?? NOTHING)?.position;
      expect(back?.size).toBe(count);
      for (const [id, { recent, ...others }] of full(count)) {
        const kept = back?.get(id);
        expect(kept).toMatchObject(others);
        // The newest are kept, each by its beginning.
        const newest = recent.slice(-(kept?.recent.length ?? 0));
        expect(kept?.recent.length).toBeGreaterThan(0);
        expect(kept?.recent.every((digits, at) => newest[at]?.startsWith(digits))).toBe(true);
      }
    }
    expect(packStream({ position: full(400), rest: NOTHING }, MAX_CURSOR_BYTES)).toBeUndefined();
  });

  test('cut short, of another version or of other bytes is no position', () => {
    const packed = packStream({ position: full(1), rest: NOTHING }, MAX_CURSOR_BYTES) ?? NOTHING;
    for (const length of [0, 1, 2, 40, packed.length - 1]) {
      expect(unpackStream(packed.subarray(0, length))).toBeUndefined();
    }
    expect(unpackStream(Buffer.from([9, ...packed.subarray(1)]))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => unpackStream(Buffer.from(bytes))).not.toThrow();
      }),
    );
  });
});
