import { createHash } from 'node:crypto';
import { keepsCollection } from '../lifecycle/collections.js';
import { definitionIn } from '../lifecycle/lifecycleState.js';
import { LIFECYCLE } from '../lifecycle/definition.js';
import { decodePrivateWrites } from '../messages/readWriteSet.js';
import { hashedNamespace, privateNamespace } from '../state/entry.js';
import type { StateEntry, StateReader } from '../state/entry.js';
import { VersionedStore } from '../state/versionedStore.js';
import { sameVersion } from '../state/version.js';
import type { PrivateWrites } from './privateLog.js';

type Table = Map<string, StateEntry | null>;

/** The values of the collections that one organisation's peer keeps. */
export class PrivateState {
  readonly store = new VersionedStore();

  constructor(readonly mspId: string) {}

  /** Takes what belongs here of one block's private writes. `before`: the public state that the block found. */
  apply(writes: readonly PrivateWrites[], before: StateReader): void {
    const changes = new Map<string, Table>();
    for (const item of writes) {
      const definition = item.namespace === LIFECYCLE ? null : definitionIn(before, item.namespace);
      if (keepsCollection(definition, item.collection, this.mspId)) this.#take(item, changes);
    }
    if (changes.size > 0) this.store.apply(changes);
  }

  /** Takes earlier writes of a collection that this organisation has just become a member of, as far as they are still in force. */
  catchUp(writes: readonly PrivateWrites[], state: StateReader): void {
    for (const item of writes) {
      const changes = new Map<string, Table>();
      this.#take(item, changes);
      const hashed = hashedNamespace(item.namespace, item.collection);
      for (const [namespace, table] of changes) {
        changes.set(namespace, new Map([...table].filter(([key]) => isInForce(state, hashed, key, item))));
      }
      this.store.apply(changes);
    }
  }

  #take({ namespace, collection, set, version }: PrivateWrites, changes: Map<string, Table>): void {
    const name = privateNamespace(namespace, collection);
    const table = changes.get(name) ?? new Map<string, StateEntry | null>();
    changes.set(name, table);
    const { writes, metadataKeys } = decodePrivateWrites(set);
    for (const { key, value } of writes) table.set(key, value === null ? null : { value, version, metadata: null });
    // Metadata alone moves the version of its key, here as in the public hashes.
    for (const key of metadataKeys) {
      const current = table.get(key) ?? this.store.get(name, key);
      if (current !== undefined) table.set(key, { ...current, version });
    }
  }
}

function isInForce(state: StateReader, hashed: string, key: string, writes: PrivateWrites): boolean {
  const hash = createHash('sha256').update(key).digest('hex');
  return sameVersion(state.get(hashed, hash)?.version ?? null, writes.version);
}
