import type { DecodedBlock, RawBlock } from '../model/block.js';
import type { Ledger } from '../ledgers/ledger.js';
import type { IndexedChain } from './chain.js';
import { decodeConfirmed } from './confirmed.js';
import { ProgressMeter } from './progress.js';
import type { IngestListener } from './report.js';
import { takeIn } from './takeIn.js';

// One store transaction holds at most this much: large enough that its cost is spread, small enough that other ledgers, readers
// and memory do not notice.
const BATCH_BLOCKS = 500;
const BATCH_ROWS = 16_000;
const BATCH_BYTES = 8_000_000;
const BATCH_MS = 500;

/**
 * Reads the ledger from the tip to `to` in batches, one store transaction each: while one is written, the next is read and decoded.
 * Ends early where a reorganisation was met.
 */
export async function backfill(
  ledger: Ledger,
  chain: IndexedChain,
  to: number,
  listener: IngestListener,
  signal: AbortSignal,
): Promise<void> {
  const meter = new ProgressMeter(to - chain.next + 1);
  const batch = new Batch(chain);
  const report = (blocks: readonly DecodedBlock[]): void => {
    const transactions = blocks.reduce((sum, block) => sum + block.transactions.length, 0);
    const progress = meter.add(blocks.length, transactions);
    if (progress !== null) listener({ kind: 'backfilling', progress, tip: chain.tip, head: chain.head });
  };
  for await (const raw of keptWhereReadingFails(ledger.read(chain.next, to, signal), batch)) {
    if (signal.aborted) break;
    if (!batch.follows(raw)) {
      report(await batch.write());
      if ((await takeIn(ledger, chain, raw, signal)) !== 'appended') return;
      continue;
    }
    batch.add(await decodeConfirmed(ledger, chain, raw, signal));
    if (batch.full) report(await batch.turn());
  }
  report(await batch.write());
}

/** Passes blocks on; what came before reading failed is written, so that a ledger that fails often is read all the same. */
async function* keptWhereReadingFails(blocks: AsyncIterable<RawBlock>, batch: Batch): AsyncGenerator<RawBlock> {
  try {
    yield* blocks;
  } catch (error) {
    await batch.write();
    throw error;
  }
}

/** Decoded blocks that wait for their transaction. Invariant: they follow the chain's tip, or what is being written, and each other. */
class Batch {
  #blocks: DecodedBlock[] = [];
  #rows = 0;
  #bytes = 0;
  #since = performance.now();
  #writing: { readonly blocks: readonly DecodedBlock[]; readonly done: Promise<void> } | null = null;

  constructor(private readonly chain: IndexedChain) {}

  follows(raw: { readonly number: number; readonly parentHash: string | null }): boolean {
    const last = this.#blocks.at(-1) ?? this.#writing?.blocks.at(-1) ?? this.chain.tip;
    if (last === null) return raw.number === this.chain.next;
    return raw.number === last.number + 1 && raw.parentHash === last.hash;
  }

  add(block: DecodedBlock): void {
    this.#blocks.push(block);
    this.#rows += block.transactions.reduce((sum, { events }) => sum + 1 + events.length, 1);
    this.#bytes += block.bytes.length;
  }

  get full(): boolean {
    return (
      this.#blocks.length >= BATCH_BLOCKS ||
      this.#rows >= BATCH_ROWS ||
      this.#bytes >= BATCH_BYTES ||
      performance.now() - this.#since >= BATCH_MS
    );
  }

  /** Begins to write what is gathered once what was begun before is written, which is returned: memory holds two batches at most. */
  async turn(): Promise<readonly DecodedBlock[]> {
    const written = await this.#settled();
    const blocks = this.#blocks;
    const done = this.chain.append(blocks);
    // It is awaited by the next turn; until then its failure is nobody's news.
    done.catch(() => undefined);
    this.#writing = { blocks, done };
    [this.#blocks, this.#rows, this.#bytes, this.#since] = [[], 0, 0, performance.now()];
    return written;
  }

  /** Writes everything. */
  async write(): Promise<readonly DecodedBlock[]> {
    const before = await this.turn();
    return [...before, ...(await this.#settled())];
  }

  async #settled(): Promise<readonly DecodedBlock[]> {
    const writing = this.#writing;
    if (writing === null) return [];
    await writing.done;
    this.#writing = null;
    return writing.blocks;
  }
}
