import { ParleyError } from '../errors/index.js';
import type { BlockRef, DecodedBlock } from '../model/block.js';
import type { Ledger } from '../ledgers/ledger.js';
import type { KeptBlock, Store } from '../store/store.js';
import { ProgressMeter } from './progress.js';
import type { Progress } from './report.js';
import { Governing, type ObserversOf } from './governing.js';
import { BranchDecoder } from './branchDecoder.js';
import { preparedAhead } from './preparedAhead.js';

export interface RebuildOptions {
  readonly ledger: Pick<Ledger, 'id' | 'name' | 'kind' | 'startBlock' | 'decoder' | 'seed'>;
  readonly store: Store;
  readonly signal: AbortSignal;
  /** As `IngestOptions.observers`. */
  readonly observers?: ObserversOf;
  readonly onProgress?: (progress: Progress) => void;
}
export interface RebuildResult {
  readonly blocks: number;
  /** False where it was aborted; the next rebuild goes on from there. */
  readonly finished: boolean;
}

const BLOCKS_A_TRANSACTION = 200;
const BYTES_A_TRANSACTION = 8_000_000;

/**
 * Derives everything of a ledger again from the raw blocks that the store keeps, retracted ones too: replays them in the order in
 * which they were appended, taking back what was taken back. A rebuild that was cut short goes on where it stood; nothing else
 * may write the ledger meanwhile. Errors: `STORE_CORRUPT`.
 */
export async function rebuildLedger(options: RebuildOptions): Promise<RebuildResult> {
  const { ledger, store, signal } = options;
  if ((await store.rebuilding(ledger.id)) === null) await store.clearDerived(ledger.id);
  const state = await store.rebuilding(ledger.id);
  if (state === null) throw new ParleyError('STORE_CORRUPT', `The rebuild of ${ledger.name} did not begin`);
  const meter = new ProgressMeter(state.total - state.done);
  const replay = new Replay(options, state.tip, await BranchDecoder.open(ledger, store, state.tip, signal));
  let sequence = state.sequence;
  let blocks = 0;
  for (;;) {
    const kept = await store.keptBlocks(ledger.id, sequence, BLOCKS_A_TRANSACTION);
    const last = kept.at(-1);
    if (last === undefined || signal.aborted) break;
    const derived = await replay.take(kept);
    const progress = meter.add(kept.length, derived);
    if (progress !== null) options.onProgress?.(progress);
    sequence = last.sequence;
    blocks += kept.length;
  }
  if (signal.aborted) return { blocks, finished: false };
  await replay.returnTo(state.target);
  await store.finishRebuild(ledger.id);
  return { blocks, finished: true };
}

/** Appends kept blocks one after the other; where one stands on another parent than the tip, what stands above that is taken back. */
class Replay {
  #pending: DecodedBlock[] = [];
  #bytes = 0;
  readonly #governing: Governing;

  constructor(
    private readonly options: RebuildOptions,
    private tip: BlockRef | null,
    private readonly decoder: BranchDecoder,
  ) {
    const { ledger, store, observers } = options;
    this.#governing = new Governing(ledger.id, observers?.(ledger.id) ?? [], store);
  }

  /** Returns the number of transactions derived. */
  async take(blocks: readonly KeptBlock[]): Promise<number> {
    let transactions = 0;
    for await (const block of preparedAhead(blocks, this.decoder)) {
      const first = block.number === this.options.ledger.startBlock;
      if (!(first && this.tip === null) && block.parentHash !== this.tip?.hash) {
        await this.returnTo(first ? null : { number: block.number - 1, hash: block.parentHash ?? '' });
      }
      const decoded = this.decoder.decode(block);
      transactions += decoded.transactions.length;
      this.#pending.push(decoded);
      this.#bytes += block.bytes.length;
      this.tip = { number: block.number, hash: block.hash };
      if (this.#bytes >= BYTES_A_TRANSACTION) await this.flush();
    }
    await this.flush();
    return transactions;
  }

  async returnTo(to: BlockRef | null): Promise<void> {
    await this.flush();
    if (this.tip?.hash === to?.hash) return;
    await this.options.store.rewindRebuild(this.options.ledger.id, to);
    this.#governing.forget();
    this.tip = to;
    await this.decoder.goTo(to);
  }

  private async flush(): Promise<void> {
    const blocks = this.#pending;
    [this.#pending, this.#bytes] = [[], 0];
    await this.#governing.whole(blocks, (derived) => this.options.store.rederive(derived));
  }
}
