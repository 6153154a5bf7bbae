import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ledger } from '@hyperledger/fabric-protos';
import { createHash } from 'node:crypto';

const { TxPvtReadWriteSet } = ledger.rwset;

/** How many endorsed transactions may wait for their block; the oldest go first. */
const MAX_WAITING = 10_000;
const NAME = /^([0-9a-f]{64})-\d+$/;

/** Private write sets of endorsed transactions until their block comes, on disk so that a restart in between loses none. */
export class TransientStore {
  readonly #sets = new Map<string, Uint8Array[]>();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(directory).sort()) {
      const id = NAME.exec(name)?.[1];
      if (id !== undefined) this.#add(id, readFileSync(join(directory, name)));
    }
  }

  put(transactionId: string, set: ledger.rwset.TxPvtReadWriteSet): void {
    const bytes = set.serializeBinary();
    const known = this.#sets.get(transactionId) ?? [];
    if (known.some((other) => Buffer.compare(other, bytes) === 0)) return;
    writeFileSync(this.#path(transactionId, known.length), bytes);
    this.#add(transactionId, bytes);
    const [oldest] = this.#sets.keys();
    if (this.#sets.size > MAX_WAITING && oldest !== undefined) this.remove(oldest);
  }

  /** The collection's write set whose SHA-256 is `hash`; null where nobody brought it. */
  find(transactionId: string, namespace: string, collection: string, hash: Uint8Array): Uint8Array | null {
    for (const bytes of this.#sets.get(transactionId) ?? []) {
      const found = collectionOf(bytes, namespace, collection);
      if (found !== null && Buffer.compare(createHash('sha256').update(found).digest(), hash) === 0) return found;
    }
    return null;
  }

  remove(transactionId: string): void {
    this.#sets.get(transactionId)?.forEach((_, index) => rmSync(this.#path(transactionId, index), { force: true }));
    this.#sets.delete(transactionId);
  }

  #add(id: string, bytes: Uint8Array): void {
    this.#sets.set(id, [...(this.#sets.get(id) ?? []), bytes]);
  }

  #path(id: string, index: number): string {
    return join(this.directory, `${id}-${index}`);
  }
}

function collectionOf(bytes: Uint8Array, namespace: string, collection: string): Uint8Array | null {
  const set = TxPvtReadWriteSet.deserializeBinary(bytes)
    .getNsPvtRwsetList()
    .find((candidate) => candidate.getNamespace() === namespace);
  const found = set?.getCollectionPvtRwsetList().find((candidate) => candidate.getCollectionName() === collection);
  return found?.getRwset_asU8() ?? null;
}
