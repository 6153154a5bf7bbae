import { ParleyError } from '../../errors/index.js';
import type { Observer } from '../../governance/mechanism.js';
import type { BlockDecoder, Ledger } from '../../ledgers/ledger.js';
import type { BlockRef, DecodedBlock, RawBlock } from '../../model/block.js';
import type { LedgerId } from '../../model/ids.js';
import { Governing } from '../governing.js';
import { seedAt } from '../seed.js';
import type { ChainCheck } from './chainCheck.js';
import { Recomputed } from './recomputed.js';

export interface RecomputeParts {
  readonly ledger: Pick<Ledger, 'id' | 'kind' | 'startBlock' | 'decoder' | 'seed'>;
  readonly observers: readonly Observer[];
  readonly check: ChainCheck;
  /** What is wrong with a block. */
  readonly onProblem: (block: number, problem: string) => void;
  /** A block that says something of proposals or votes, before it is taken in. `inForce`: what set the configuration before it. */
  readonly onGoverning: (block: DecodedBlock, inForce: RawBlock | null) => void;
  readonly signal: AbortSignal;
}

/** Reads a ledger's proposals and votes out of its raw blocks from the first on, believing nothing else. */
export class Recompute {
  readonly found = new Recomputed();
  /** Blocks taken in. */
  blocks = 0;
  last: BlockRef | null = null;
  first: BlockRef | null = null;
  private readonly governing: Governing;

  private constructor(
    private readonly parts: RecomputeParts,
    private readonly decoder: BlockDecoder,
    private readonly before: BlockRef | null,
  ) {
    this.governing = new Governing(parts.ledger.id, parts.observers, this.found);
  }

  static async open(parts: RecomputeParts): Promise<Recompute> {
    const { ledger, signal } = parts;
    const seed = await seedAt(ledger, ledger.startBlock, signal);
    return new Recompute(parts, ledger.decoder(seed), seed.previous);
  }

  /** Takes in blocks that follow those before. Where one cannot be decoded it says so and takes in no more: what follows rests on it. */
  async take(blocks: AsyncIterable<RawBlock>): Promise<void> {
    try {
      for await (const raw of blocks) await this.takeOne(raw);
    } catch (error) {
      if (!(error instanceof ParleyError) || error.retryable) throw error;
      this.parts.onProblem(this.next, error.message);
    }
  }

  get next(): number {
    return this.last === null ? this.parts.ledger.startBlock : this.last.number + 1;
  }

  private async takeOne(raw: RawBlock): Promise<void> {
    await this.decoder.prepare?.(raw).catch(() => undefined); // What is wrong with it is said when it is decoded.
    const decoded = this.decode(raw);
    const { check, onProblem, onGoverning, ledger } = this.parts;
    for (const problem of check(raw, decoded, this.last ?? this.before)) onProblem(raw.number, problem);
    if (raw.number === 0 && !isFirstOf(ledger.id, decoded.hash))
      onProblem(0, `it is the first block of another channel than ${ledger.id}`);
    const inForce = this.found.inForce();
    await this.governing.whole([decoded], ([derived = decoded]) => {
      if (derived.governance !== undefined) onGoverning(derived, inForce);
      this.found.take([derived]);
      return Promise.resolve();
    });
    this.last = { number: raw.number, hash: raw.hash };
    this.first ??= this.last;
    this.blocks += 1;
  }

  private decode(raw: RawBlock): DecodedBlock {
    try {
      return this.decoder.decode(raw);
    } catch (cause) {
      if (cause instanceof ParleyError) throw cause;
      throw new ParleyError('LEDGER_CONTRADICTION', 'Its bytes cannot be decoded', { cause });
    }
  }
}

/** A channel is named by the hash of its first block. */
const isFirstOf = (ledger: LedgerId, hash: string): boolean =>
  !ledger.startsWith('fabric:') || ledger === `fabric:${hash.slice(0, 32)}`;
