import { createHash } from 'node:crypto';
import { ledger } from '@hyperledger/fabric-protos';
import type { Read } from '../messages/readWriteSet.js';
import { versionMessage } from '../messages/readWriteSet.js';

const { kvrwset } = ledger.rwset;
type Summary = ledger.rwset.kvrwset.QueryReadsMerkleSummary;

/** Fabric's own bound: up to so many results stand in the read set as they are, more of them as hashes of a Merkle tree. */
const MAX_DEGREE = 50;

export interface RangeReadsResult {
  /** The results as they are; empty where there is a summary. */
  readonly raw: readonly ledger.rwset.kvrwset.KVRead[];
  readonly summary: Summary | null;
}

/** Gathers what a range query gave, for the check that it would give the same at commit. */
export class RangeReads {
  #pending: ledger.rwset.kvrwset.KVRead[] = [];
  /** Hashes that wait on each level (from 1) for a parent. */
  readonly #levels = new Map<number, Uint8Array[]>();
  #maxLevel = 1;

  add(read: Read): void {
    const message = new kvrwset.KVRead();
    message.setKey(read.key);
    message.setVersion(versionMessage(read.version));
    this.#pending.push(message);
    if (this.#pending.length > MAX_DEGREE) this.#hashPending();
  }

  done(): RangeReadsResult {
    if (this.#levels.size === 0) return { raw: this.#pending, summary: null };
    if (this.#pending.length > 0) this.#hashPending();
    this.#complete();
    const summary = new kvrwset.QueryReadsMerkleSummary();
    summary.setMaxDegree(MAX_DEGREE);
    summary.setMaxLevel(this.#maxLevel);
    summary.setMaxLevelHashesList(this.#at(this.#maxLevel));
    return { raw: [], summary };
  }

  #hashPending(): void {
    const reads = new kvrwset.QueryReads();
    reads.setKvReadsList(this.#pending);
    this.#pending = [];
    this.#push(1, sha256(reads.serializeBinary()));
    for (let level = 1; this.#at(level).length > MAX_DEGREE; level++) this.#raise(level);
  }

  /** Joins the lower levels upwards until all stands on the highest level, and that is small enough. */
  #complete(): void {
    for (let level = 1; level < this.#maxLevel; level++) {
      if (this.#at(level).length > 0) this.#raise(level);
    }
    if (this.#at(this.#maxLevel).length > MAX_DEGREE) this.#raise(this.#maxLevel);
  }

  /** Makes one parent of all that waits on a level; a single node becomes its own parent only at the end. */
  #raise(level: number): void {
    const hashes = this.#at(level);
    const [only] = hashes;
    this.#levels.delete(level);
    this.#push(level + 1, hashes.length === 1 && only !== undefined ? only : sha256(Buffer.concat(hashes)));
  }

  #push(level: number, hash: Uint8Array): void {
    this.#levels.set(level, [...this.#at(level), hash]);
    this.#maxLevel = Math.max(this.#maxLevel, level);
  }

  #at(level: number): Uint8Array[] {
    return this.#levels.get(level) ?? [];
  }
}

export function sameSummary(a: Summary | null, b: Summary | null): boolean {
  if (a === null || b === null) return a === b;
  return Buffer.compare(a.serializeBinary(), b.serializeBinary()) === 0;
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
