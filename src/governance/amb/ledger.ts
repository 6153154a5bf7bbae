import type { ManagedBlockchainClient } from '@aws-sdk/client-managedblockchain';
import type {
  BlockDecoder,
  DecoderSeed,
  EndpointReport,
  Ledger,
  LedgerHead,
  LedgerItem,
} from '../../ledgers/ledger.js';
import { pause } from '../../lib/pause.js';
import type { DecodedBlock, RawBlock } from '../../model/block.js';
import type { LedgerId } from '../../model/ids.js';
import { createAmbClient, type AmbPlace } from './client.js';
import { KnownNetwork } from './compare.js';
import { packRecord, unpackRecord } from './record.js';
import { readSnapshot } from './snapshot.js';

export interface AmbLedgerOptions extends AmbPlace {
  /** Amazon's id: `n-…`. */
  readonly network: string;
  readonly pollSeconds: number;
  /** The records that are stored, in order: what was known before this process, or another one, goes on. */
  readonly history: () => AsyncIterable<RawBlock>;
}

/** As the network is called where ledgers have names. */
export const ambLedgerId = (network: string): LedgerId => `amb:${network}`;

/**
 * A network of Amazon's where ledgers have blocks: it is asked every `pollSeconds`, and what was found otherwise than before is a record,
 * numbered from 0. Records are final: Amazon takes nothing back. Only the newest can be asked for again; the others are in the store.
 */
export class AmbLedger implements Ledger {
  readonly kind = 'amb';
  readonly startBlock = 0;
  readonly reorgBound = 0;
  readonly id: LedgerId;
  readonly name: string;
  private readonly client: ManagedBlockchainClient;
  private known = new KnownNetwork();
  private last: RawBlock | null = null;
  /** Since the records were read anew; null before the first poll. */
  private polledAtMs: number | null = null;
  /** Somebody wrote: what the poll under way, if any, has read may be older. */
  private wanted = false;
  private wake = new AbortController();

  constructor(private readonly options: AmbLedgerOptions) {
    this.id = ambLedgerId(options.network);
    this.name = this.id;
    this.client = createAmbClient(options);
  }

  /** Takes in what is stored, and asks Amazon. Errors: `LEDGER_UNAVAILABLE`, `INPUT_INVALID`, the store's. */
  async head(signal?: AbortSignal): Promise<LedgerHead> {
    await this.recall();
    await this.poll(signal);
    return this.heard();
  }

  block(number: number): Promise<RawBlock | null> {
    return Promise.resolve(this.last?.number === number ? this.last : null);
  }

  async *read(from: number, to: number): AsyncIterable<RawBlock> {
    for await (const raw of this.options.history()) if (raw.number >= from && raw.number <= to) yield raw;
    if (this.last !== null && this.last.number >= from && this.last.number <= to) yield this.last;
  }

  /** What was found and is not stored yet, and then what each poll finds. */
  async *follow(from: number, signal: AbortSignal): AsyncIterable<LedgerItem> {
    if (this.last !== null && this.last.number >= from) yield { kind: 'block', block: this.last };
    while (!signal.aborted) {
      if (!this.wanted) await pause(this.untilNextPoll(), AbortSignal.any([signal, this.wake.signal]));
      if (signal.aborted) return;
      const found = await this.poll(signal);
      if (found !== null) yield { kind: 'block', block: found };
      yield { kind: 'head', head: this.heard() };
    }
  }

  /** Asks Amazon at once, for something was written. */
  look(): void {
    this.wanted = true;
    this.wake.abort();
    this.wake = new AbortController();
  }

  decoder(): BlockDecoder {
    return { decode: (raw) => decoded(this.id, raw) };
  }

  seed(): Promise<DecoderSeed> {
    return Promise.resolve({ config: null, previous: null });
  }

  /** Its nodes are told by the records. */
  endpoints(): Promise<readonly EndpointReport[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    this.client.destroy();
    return Promise.resolve();
  }

  private untilNextPoll(): number {
    const dueMs = (this.polledAtMs ?? 0) + this.options.pollSeconds * 1_000;
    return Math.max(0, dueMs - Date.now());
  }

  private async recall(): Promise<void> {
    const known = new KnownNetwork();
    let last: RawBlock | null = null;
    for await (const raw of this.options.history()) {
      known.take(unpackRecord(raw));
      last = raw;
    }
    [this.known, this.last] = [known, last];
  }

  /** The record that it makes; null where Amazon says what it said before. */
  private async poll(signal?: AbortSignal): Promise<RawBlock | null> {
    const { client, known } = this;
    this.wanted = false;
    const snapshot = await unlessAborted(readSnapshot(client, this.options.network, known.isSettled), signal);
    const nowMs = Date.now();
    this.polledAtMs = nowMs;
    const record = known.difference(snapshot, nowMs);
    if (record === null) return null;
    const raw = packRecord(record, (this.last?.number ?? -1) + 1, this.last?.hash ?? null);
    known.take(record);
    this.last = raw;
    return raw;
  }

  /** Invariant: the first poll made a record, and there is one from then on. */
  private heard(): LedgerHead {
    const { last } = this;
    if (last === null) throw new TypeError('A network of which nothing is known has no head');
    const { number, hash } = last;
    return { number, hash, timestampMs: unpackRecord(last).observedAtMs, finalized: number, safe: number };
  }
}

function decoded(ledger: LedgerId, raw: RawBlock): DecodedBlock {
  const { number, hash, parentHash, bytes } = raw;
  return {
    ...{ ledger, number, hash, parentHash, bytes, timestampMs: unpackRecord(raw).observedAtMs },
    ...{ detail: { kind: 'amb' }, transactions: [], config: null, lifecycle: [], tokenTransfers: [] },
  };
}

/** Whoever ends does not wait for Amazon. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const gone = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: gone.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    gone.abort();
    work.catch(() => undefined); // Nobody waits for it any more.
  }
}
