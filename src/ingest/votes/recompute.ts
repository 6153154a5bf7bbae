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
  /** A block could not be decoded: what follows it is there, and says nothing. */
  broken = false;
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
      for await (const raw of blocks) {
        const decoded = await this.decode(raw);
        if (decoded instanceof ParleyError) return this.breakOff(raw.number, decoded);
        await this.takeOne(raw, decoded);
      }
    } catch (error) {
      if (!(error instanceof ParleyError) || error.retryable) throw error;
      this.breakOff(this.next, error);
    }
  }

  private breakOff(block: number, { what }: ParleyError): void {
    this.broken = true;
    this.parts.onProblem(block, `${what}; nothing from this block on could be compared`);
  }

  get next(): number {
    return this.last === null ? this.parts.ledger.startBlock : this.last.number + 1;
  }

  private async takeOne(raw: RawBlock, decoded: DecodedBlock): Promise<void> {
    const { check, onProblem, onGoverning, ledger } = this.parts;
    for (const problem of check(raw, decoded, this.last ?? this.before)) onProblem(raw.number, problem);
    this.checkFirst(raw.number);
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

  /** Where the seed tells of no block before, no link shows that one is missing. */
  private checkFirst(number: number): void {
    const { startBlock } = this.parts.ledger;
    if (this.last !== null || this.before !== null || number === startBlock) return;
    this.parts.onProblem(number, `it is the first one, the ledger begins with block ${startBlock}`);
  }

  /** Reading the same bytes again would help nothing, whatever the error says. */
  private async decode(raw: RawBlock): Promise<DecodedBlock | ParleyError> {
    await this.decoder.prepare?.(raw).catch(() => undefined); // What is wrong with it is said when it is decoded.
    try {
      return this.decoder.decode(raw);
    } catch (cause) {
      if (cause instanceof ParleyError) return cause;
      return new ParleyError('LEDGER_CONTRADICTION', 'Its bytes cannot be decoded', { cause });
    }
  }
}

/** A channel is named by the hash of its first block. */
const isFirstOf = (ledger: LedgerId, hash: string): boolean =>
  !ledger.startsWith('fabric:') || ledger === `fabric:${hash.slice(0, 32)}`;
