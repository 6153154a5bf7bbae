import type { DecodedBlock } from '../../src/model/block.js';
import type { LedgerId } from '../../src/model/ids.js';
import { makeBlock, type ChainPlan } from '../support/blocks.js';

/** Every block that was ever made on one ledger, of all branches, and what of it is final: what is true, whoever saw it. */
export class ChainTree {
  readonly #blocks = new Map<string, DecodedBlock>();
  /** Tips that were left. */
  readonly tips: DecodedBlock[] = [];
  #branches = 0;
  /** The last block that no branch may take back. */
  final: DecodedBlock | null = null;

  constructor(readonly plan: ChainPlan) {}

  get ledger(): LedgerId {
    return this.plan.ledger;
  }

  get finalized(): number {
    return this.final?.number ?? -1;
  }

  /** Blocks on a parent, of a branch of their own. */
  grow(on: DecodedBlock | null, blocks: number): DecodedBlock[] {
    const branch = `branch ${(this.#branches += 1)}`;
    const made: DecodedBlock[] = [];
    for (let at = 0; at < blocks; at += 1) {
      const block = makeBlock(this.plan, made.at(-1) ?? on, branch);
      this.#blocks.set(block.hash, block);
      made.push(block);
    }
    return made;
  }

  block(hash: string): DecodedBlock {
    const block = this.#blocks.get(hash);
    if (block === undefined) throw new Error(`${this.ledger} never had a block ${hash}`);
    return block;
  }

  parent(block: DecodedBlock): DecodedBlock | null {
    return block.parentHash === null || block.number === 0 ? null : this.block(block.parentHash);
  }

  /** From the first block to this one. */
  chainTo(block: DecodedBlock | null): DecodedBlock[] {
    const chain: DecodedBlock[] = [];
    for (let at = block; at !== null; at = this.parent(at)) chain.push(at);
    return chain.reverse();
  }

  /** True where `hash` is `block` or comes before it on its branch. */
  leadsTo(hash: string, block: DecodedBlock | null): boolean {
    const { number } = this.block(hash);
    let at = block;
    while (at !== null && at.number > number) at = this.parent(at);
    return at?.hash === hash;
  }

  /** True where a branch that ends here keeps what is final. */
  keepsFinal(block: DecodedBlock | null): boolean {
    return this.final === null || (block !== null && this.leadsTo(this.final.hash, block));
  }
}
