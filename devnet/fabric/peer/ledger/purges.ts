import { createHash } from 'node:crypto';
import { ledger } from '@hyperledger/fabric-protos';
import type { NamespaceReadWriteSet } from '../messages/readWriteSet.js';
import { isBefore } from '../state/version.js';
import type { Version } from '../state/version.js';
import type { PrivateWrites } from './privateLog.js';

const { KVRWSet } = ledger.rwset.kvrwset;

/** Private keys whose earlier values may never be given out again. */
export class Purges {
  readonly #purged = new Map<string, Version>();

  note(sets: readonly NamespaceReadWriteSet[], version: Version): void {
    for (const { namespace, collections } of sets) {
      for (const { collection, writes } of collections) {
        for (const { key, purge } of writes) if (purge) this.#purged.set(nameOf(namespace, collection, key), version);
      }
    }
  }

  /** The write set without what was purged after it. */
  without(writes: PrivateWrites): Uint8Array {
    if (this.#purged.size === 0) return writes.set;
    const set = KVRWSet.deserializeBinary(writes.set);
    const kept = set.getWritesList().filter((write) => !this.#isPurged(writes, write.getKey()));
    set.setWritesList(kept);
    return set.serializeBinary();
  }

  #isPurged({ namespace, collection, version }: PrivateWrites, key: string): boolean {
    const hash = createHash('sha256').update(key).digest('hex');
    const purged = this.#purged.get(nameOf(namespace, collection, hash));
    return purged !== undefined && isBefore(version, purged);
  }
}

const nameOf = (namespace: string, collection: string, keyHash: string): string =>
  JSON.stringify([namespace, collection, keyHash]);
