import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StateEntry } from '../../../../../devnet/fabric/peer/state/entry.js';
import { compareKeys } from '../../../../../devnet/fabric/peer/state/keyOrder.js';
import { VersionedStore } from '../../../../../devnet/fabric/peer/state/versionedStore.js';
import { BlockUpdates } from '../../../../../devnet/fabric/peer/state/blockUpdates.js';
import { versionBytes } from '../../../../../devnet/fabric/peer/state/version.js';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '\u00e9', '\uffee', '\u{10ffff}', '\u{1f980}'), maxLength: 3 });
/** One block: keys with a value, or null for a deletion. */
const block = fc.array(fc.tuple(key, fc.option(fc.nat(9))), { maxLength: 6 });

const entryOf = (value: number, number: number): StateEntry => ({
  value: Uint8Array.of(value),
  version: { block: number, transaction: 0 },
  metadata: null,
});

function contentOf(state: Pick<VersionedStore, 'get' | 'keys'>, start = '', end = ''): [string, number | undefined][] {
  return state.keys('ns', start, end).map((name) => [name, state.get('ns', name)?.value[0]]);
}

describe('versioned state', () => {
  test('keys stand in the order of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  test('a snapshot shows what was there when it was taken, whatever is written and released later', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), key, key, (blocks, start, end) => {
        const store = new VersionedStore();
        const taken = blocks.map((changes, number) => {
          const snapshot = store.snapshot();
          const expected = { all: contentOf(store), range: contentOf(store, start, end) };
          store.apply(
            new Map([
              ['ns', new Map(changes.map(([name, value]) => [name, value === null ? null : entryOf(value, number)]))],
            ]),
          );
          return { snapshot, expected };
        });
        for (const { snapshot, expected } of taken) {
          expect({ all: contentOf(snapshot), range: contentOf(snapshot, start, end) }).toEqual(expected);
          snapshot.release();
        }
      }),
    );
  });

  test('updates of a block lie over the state before it', () => {
    fc.assert(
      fc.property(block, block, key, key, (before, after, start, end) => {
        const write = (changes: typeof before, number: number): Map<string, StateEntry | null> =>
          new Map(changes.map(([name, value]) => [name, value === null ? null : entryOf(value, number)]));
        const store = new VersionedStore();
        store.apply(new Map([['ns', write(before, 1)]]));
        const updates = new BlockUpdates(store);
        for (const [name, entry] of write(after, 2)) {
          if (entry === null) updates.delete('ns', name, { block: 2, transaction: 0 });
          else updates.put('ns', name, entry);
        }
        const seen = contentOf(updates, start, end);
        store.apply(updates.changes);
        expect(seen).toEqual(contentOf(store, start, end));
      }),
    );
  });

  test('versions are written as Fabric writes them', () => {
    expect([...versionBytes({ block: 0, transaction: 0 })]).toEqual([0, 0]);
    expect([...versionBytes({ block: 258, transaction: 5 })]).toEqual([2, 1, 2, 1, 5]);
  });
});
