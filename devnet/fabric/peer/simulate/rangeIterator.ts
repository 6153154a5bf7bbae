import { ledger } from '@hyperledger/fabric-protos';
import type { KeyedEntry, StateReader } from '../state/entry.js';
import { RangeReads } from './rangeReads.js';

const { kvrwset } = ledger.rwset;

/** Gives the entries of a range one by one, and notes what it gave for the phantom check at commit. */
export class RangeIterator {
  readonly #keys: readonly string[];
  readonly #reads = new RangeReads();
  #next = 0;
  #exhausted = false;

  constructor(
    private readonly state: StateReader,
    private readonly namespace: string,
    private readonly start: string,
    private readonly end: string,
    /** Ends the iterator after so many entries; 0 has no bound. */
    private readonly pageSize: number,
  ) {
    this.#keys = state.keys(namespace, start, end);
  }

  next(): KeyedEntry | null {
    const atEndOfPage = this.pageSize > 0 && this.#next >= this.pageSize;
    const key = atEndOfPage ? undefined : this.#keys[this.#next];
    const entry = key === undefined ? undefined : this.state.get(this.namespace, key);
    if (key === undefined || entry === undefined) {
      this.#exhausted = true;
      return null;
    }
    this.#next++;
    this.#reads.add({ key, version: entry.version });
    return { key, entry };
  }

  /** The key that the next page starts with; empty where there is none. */
  bookmark(): string {
    return this.#keys[this.#next] ?? '';
  }

  /** What stands in the read set: up to the end of the query where it was read to its end, else up to the last key given. */
  info(): ledger.rwset.kvrwset.RangeQueryInfo {
    const info = new kvrwset.RangeQueryInfo();
    info.setStartKey(this.start);
    info.setEndKey(this.#exhausted ? this.end : (this.#keys[this.#next - 1] ?? ''));
    info.setItrExhausted(this.#exhausted);
    const { raw, summary } = this.#reads.done();
    if (summary !== null) info.setReadsMerkleHashes(summary);
    else if (raw.length > 0) info.setRawReads(rawReads(raw));
    return info;
  }
}

function rawReads(reads: readonly ledger.rwset.kvrwset.KVRead[]): ledger.rwset.kvrwset.QueryReads {
  const message = new kvrwset.QueryReads();
  message.setKvReadsList([...reads]);
  return message;
}
