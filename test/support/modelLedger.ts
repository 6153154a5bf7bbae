import { ParleyError } from '../../src/errors/index.js';
import type { DecodedBlock, RawBlock } from '../../src/model/block.js';
import type { LedgerId } from '../../src/model/ids.js';
import type {
  BlockDecoder,
  DecoderSeed,
  EndpointReport,
  Ledger,
  LedgerHead,
  LedgerItem,
} from '../../src/ledgers/ledger.js';
import { decodeMade, makeChain, type ChainPlan } from './blocks.js';

export interface ModelOptions {
  readonly plan: ChainPlan;
  readonly reorgBound: number;
  readonly startBlock?: number;
  /** Blocks below the head that are not final; 0 where all are. */
  readonly finalityDepth?: number;
}

/**
 * A ledger that lives in this process: made-up blocks, a chain that tests grow, turn to other branches and take down. It keeps the
 * port's promises, so that what reads a ledger can be driven through what real nodes do only seldom.
 */
export class ModelLedger implements Ledger {
  readonly id: LedgerId;
  readonly name = 'model';
  readonly kind: 'fabric' | 'ethereum';
  readonly startBlock: number;
  readonly reorgBound: number;
  chain: readonly DecodedBlock[];
  /** While true every call fails as an endpoint that does not answer. */
  down = false;
  /** Read calls so far. */
  reads = 0;
  #changed = new Set<() => void>();

  constructor(
    private readonly options: ModelOptions,
    length: number,
  ) {
    this.id = options.plan.ledger;
    this.kind = this.id.startsWith('fabric:') ? 'fabric' : 'ethereum';
    this.startBlock = options.startBlock ?? 0;
    this.reorgBound = options.reorgBound;
    this.chain = makeChain(options.plan, length);
  }

  grow(blocks: number, branch = 'main'): void {
    this.chain = [...this.chain, ...makeChain(this.options.plan, blocks, { on: this.chain.at(-1) ?? null, branch })];
    this.#tell();
  }

  /** Replaces the last `depth` blocks by `blocks` of another branch. */
  reorg(depth: number, blocks: number, branch: string): void {
    this.chain = this.chain.slice(0, this.chain.length - depth);
    this.grow(blocks, branch);
  }

  setDown(down: boolean): void {
    this.down = down;
    this.#tell();
  }

  async head(): Promise<LedgerHead> {
    await this.#answer();
    const last = this.chain.at(-1);
    if (last === undefined) throw new ParleyError('LEDGER_UNAVAILABLE', 'The model has no block yet');
    const finalized = Math.max(-1, last.number - (this.options.finalityDepth ?? 0));
    return { number: last.number, hash: last.hash, timestampMs: last.timestampMs, finalized, safe: finalized };
  }

  async block(number: number): Promise<RawBlock | null> {
    await this.#answer();
    return rawOf(this.chain[number]);
  }

  async *read(from: number, to: number, signal: AbortSignal): AsyncIterable<RawBlock> {
    for (let number = from; number <= to && !signal.aborted; number += 1) {
      await this.#answer();
      const raw = rawOf(this.chain[number]);
      if (raw === null) throw new ParleyError('LEDGER_CONTRADICTION', `The model has no block ${number} any more`);
      yield raw;
    }
  }

  /** Like a node that tells heads: each new tip, and what lies between it and the last one told. */
  async *follow(from: number, signal: AbortSignal): AsyncIterable<LedgerItem> {
    let next = from;
    let told: readonly DecodedBlock[] = this.chain;
    while (!signal.aborted) {
      await this.#answer();
      const { chain } = this;
      const common = chain.findIndex((block, at) => told[at]?.hash !== block.hash);
      if (chain !== told && common !== -1 && common < told.length) next = Math.min(next, common);
      told = chain;
      yield { kind: 'head', head: await this.head() };
      for (; next < chain.length; next += 1) {
        const raw = rawOf(chain[next]);
        if (raw !== null) yield { kind: 'block', block: raw };
      }
      if (this.chain === chain) await this.#change(signal);
    }
  }

  decoder(): BlockDecoder {
    return { decode: (raw) => ({ ...decodeMade(raw.bytes), bytes: raw.bytes }) };
  }

  async seed(from: number): Promise<DecoderSeed> {
    await this.#answer();
    const previous = this.chain[from - 1];
    const config = this.chain.slice(0, from).findLast((block) => block.config !== null);
    return {
      config: rawOf(config),
      previous: previous === undefined ? null : { number: previous.number, hash: previous.hash },
    };
  }

  endpoints(): Promise<readonly EndpointReport[]> {
    return Promise.resolve([]);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer(): Promise<void> {
    this.reads += 1;
    return this.down ? Promise.reject(new ParleyError('LEDGER_UNAVAILABLE', 'The model is down')) : Promise.resolve();
  }

  #tell(): void {
    for (const listener of this.#changed) listener();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#changed.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#changed.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function rawOf(block: DecodedBlock | undefined): RawBlock | null {
  return block === undefined
    ? null
    : { number: block.number, hash: block.hash, parentHash: block.parentHash, bytes: block.bytes };
}
