import { ParleyError } from '../../src/errors/index.js';
import type {
  BlockDecoder,
  DecoderSeed,
  EndpointReport,
  Ledger,
  LedgerHead,
  LedgerItem,
} from '../../src/ledgers/ledger.js';
import type { DecodedBlock, RawBlock } from '../../src/model/block.js';
import type { LedgerId } from '../../src/model/ids.js';
import { decodeMade } from '../support/blocks.js';
import type { ChainTree } from './chains.js';

/** More than all reorganisations of a run take back: an index that was gone meanwhile sees them as one. */
const REORG_BOUND = 2000;

/** One node of a ledger, with the branch that it shows now. Each index reads a node of its own. */
export class ChainNode implements Ledger {
  readonly id: LedgerId;
  readonly name: string;
  readonly kind: 'fabric' | 'ethereum';
  readonly startBlock = 0;
  readonly reorgBound: number;
  #chain: readonly DecodedBlock[] = [];
  #down = false;
  readonly #changed = new Set<() => void>();

  /** `turn` is awaited before each answer: whoever asks waits for its own turn. */
  constructor(
    readonly tree: ChainTree,
    private readonly turn: (what: string) => Promise<void>,
    private readonly shared: ChainNode | null = null,
  ) {
    this.id = tree.ledger;
    this.name = tree.ledger;
    this.kind = this.id.startsWith('fabric:') ? 'fabric' : 'ethereum';
    this.reorgBound = this.kind === 'fabric' ? 0 : REORG_BOUND;
  }

  /** The same node, as asked by another actor. */
  askedBy(turn: (what: string) => Promise<void>): ChainNode {
    return new ChainNode(this.tree, turn, this);
  }

  get chain(): readonly DecodedBlock[] {
    return this.shared?.chain ?? this.#chain;
  }

  get tip(): DecodedBlock | null {
    return this.chain.at(-1) ?? null;
  }

  get down(): boolean {
    return this.shared?.down ?? this.#down;
  }

  get finalized(): number {
    if (this.kind === 'fabric') return this.tip?.number ?? -1;
    return Math.min(this.tree.finalized, this.tip?.number ?? -1);
  }

  show(chain: readonly DecodedBlock[]): void {
    this.#chain = chain;
    this.#tell();
  }

  setDown(down: boolean): void {
    this.#down = down;
    this.#tell();
  }

  /** What listens hears that something changed, finality too. */
  #tell(): void {
    for (const listener of [...this.#changed]) listener();
  }
  tellFinality(): void {
    this.#tell();
  }

  async head(): Promise<LedgerHead> {
    await this.#answer('head');
    return this.#head();
  }

  async block(number: number): Promise<RawBlock | null> {
    await this.#answer(`block ${number}`);
    return rawOf(this.chain[number]);
  }

  async *read(from: number, to: number, signal: AbortSignal): AsyncIterable<RawBlock> {
    for (let number = from; number <= to && !signal.aborted; number += 1) {
      // A batch of blocks comes with each answer.
      if ((number - from) % 8 === 0) await this.#answer(`read ${number}`);
      const raw = rawOf(this.chain[number]);
      if (raw === null) throw new ParleyError('LEDGER_CONTRADICTION', `There is no block ${number} any more`);
      yield raw;
    }
  }

  async *follow(from: number, signal: AbortSignal): AsyncIterable<LedgerItem> {
    let next = from;
    let told = this.chain;
    while (!signal.aborted) {
      await this.#answer('follow');
      const { chain } = this;
      const { finalized } = this.tree;
      const common = chain.findIndex((block, at) => told[at]?.hash !== block.hash);
      if (chain !== told && common !== -1 && common < told.length) next = Math.min(next, common);
      told = chain;
      yield { kind: 'head', head: this.#head() };
      for (; next < chain.length; next += 1) {
        await this.#answer(`followed ${next}`);
        const raw = rawOf(chain[next]);
        if (raw !== null) yield { kind: 'block', block: raw };
      }
      if (this.chain === chain && this.tree.finalized === finalized) await this.#change(signal);
    }
  }

  decoder(): BlockDecoder {
    return { decode: (raw) => ({ ...decodeMade(raw.bytes), bytes: raw.bytes }) };
  }

  async seed(from: number): Promise<DecoderSeed> {
    await this.#answer(`seed ${from}`);
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

  #head(): LedgerHead {
    const { tip, finalized } = this;
    if (tip === null) throw new ParleyError('LEDGER_UNAVAILABLE', 'The node has no block yet');
    return { number: tip.number, hash: tip.hash, timestampMs: tip.timestampMs, finalized, safe: finalized };
  }

  async #answer(what: string): Promise<void> {
    await this.turn(what);
    if (this.down) throw new ParleyError('LEDGER_UNAVAILABLE', 'The node is down');
  }

  #change(signal: AbortSignal): Promise<void> {
    const changed = (this.shared ?? this).#changed;
    return new Promise((resolve) => {
      const done = (): void => {
        changed.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      changed.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function rawOf(block: DecodedBlock | undefined): RawBlock | null {
  return block === undefined
    ? null
    : { number: block.number, hash: block.hash, parentHash: block.parentHash, bytes: block.bytes };
}
