import { createHash } from 'node:crypto';
import { LIFECYCLE, implicitOwner, staticCollection } from '../lifecycle/definition.js';
import { definitionIn } from '../lifecycle/lifecycleState.js';
import type { NamespaceReadWriteSet } from '../messages/readWriteSet.js';
import { hashedNamespace, privateNamespace } from '../state/entry.js';
import type { StateChanges, StateReader } from '../state/entry.js';
import type { Version } from '../state/version.js';

interface Expiring {
  readonly namespace: string;
  readonly collection: string;
  /** Hexadecimal. */
  readonly keyHash: string;
  readonly version: Version;
}

/** Which private keys go when, by their collection's `block_to_live`. */
export class Expiry {
  readonly #byBlock = new Map<number, Expiring[]>();

  note(sets: readonly NamespaceReadWriteSet[], version: Version, before: StateReader): void {
    for (const { namespace, collections } of sets) {
      for (const { collection, writes } of collections) {
        const blocks = blocksToLive(before, namespace, collection);
        if (blocks === 0) continue;
        const items = writes.map(({ key }) => ({ namespace, collection, keyHash: key, version }));
        this.#at(version.block + blocks + 1).push(...items);
      }
    }
  }

  /** Hashes that go with the block: those that were not written again since. */
  expiredHashes(block: number, state: StateReader): StateChanges {
    const changes = new Map<string, Map<string, null>>();
    for (const { namespace, collection, keyHash, version } of this.#byBlock.get(block) ?? []) {
      const name = hashedNamespace(namespace, collection);
      const current = state.get(name, keyHash)?.version;
      if (current?.block !== version.block || current.transaction !== version.transaction) continue;
      const table = changes.get(name) ?? new Map<string, null>();
      changes.set(name, table.set(keyHash, null));
    }
    return changes;
  }

  /** The values that go with the block, on a peer that keeps them. */
  expiredValues(block: number, privateState: StateReader): StateChanges {
    const changes = new Map<string, Map<string, null>>();
    for (const { namespace, collection, keyHash, version } of this.#byBlock.get(block) ?? []) {
      const name = privateNamespace(namespace, collection);
      const key = privateState.keys(name, '', '').find((candidate) => sha256(candidate) === keyHash);
      const current = key === undefined ? undefined : privateState.get(name, key)?.version;
      if (key === undefined || current?.block !== version.block || current.transaction !== version.transaction)
        continue;
      const table = changes.get(name) ?? new Map<string, null>();
      changes.set(name, table.set(key, null));
    }
    return changes;
  }

  forget(block: number): void {
    this.#byBlock.delete(block);
  }

  #at(block: number): Expiring[] {
    const known = this.#byBlock.get(block);
    if (known !== undefined) return known;
    const items: Expiring[] = [];
    this.#byBlock.set(block, items);
    return items;
  }
}

function blocksToLive(state: StateReader, namespace: string, collection: string): number {
  if (namespace === LIFECYCLE || implicitOwner(collection) !== null) return 0;
  const definition = definitionIn(state, namespace);
  return definition === null ? 0 : (staticCollection(definition, collection)?.getBlockToLive() ?? 0);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
