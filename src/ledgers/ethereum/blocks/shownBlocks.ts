import type { BlockRef, RawBlock } from '../../../model/block.js';

/** The blocks that following has shown last, to tell a branch from a replica that lags. */
export class ShownBlocks {
  private readonly hashes = new Map<number, string>();

  constructor(private readonly kept: number) {}

  /** A block that does not follow from what was shown makes all that was shown another branch's. */
  add(block: RawBlock): void {
    const parent = this.hashes.get(block.number - 1);
    if (parent !== undefined && parent !== block.parentHash) this.hashes.clear();
    for (let above = block.number + 1; this.hashes.delete(above); above += 1);
    this.hashes.set(block.number, block.hash);
    this.hashes.delete(block.number - this.kept);
  }

  /** A block that was told of, but not shown. */
  note(ref: BlockRef): void {
    this.hashes.set(ref.number, ref.hash);
  }

  has(ref: BlockRef): boolean {
    return this.hashes.get(ref.number) === ref.hash;
  }
}
