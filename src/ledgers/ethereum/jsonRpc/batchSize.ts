/** Large answers cost memory and delay the first block; this much at once keeps a node busy. */
const TARGET_ANSWER_BYTES = 8 * 1024 * 1024;

/** How many blocks one request asks for: halves when that fails, grows back by half, and follows the size of blocks. */
export class BatchSize {
  private size: number;
  private ceiling: number;

  constructor(max: number) {
    this.size = max;
    this.ceiling = max;
  }

  get blocks(): number {
    return this.size;
  }

  /** A request for `blocks` failed. `refused`: for its size, so that size is not tried again. False where it cannot shrink. */
  shrink(blocks: number, refused: boolean): boolean {
    if (blocks <= 1) return false;
    if (refused) this.ceiling = Math.min(this.ceiling, blocks - 1);
    this.size = Math.max(1, Math.min(this.size, Math.floor(blocks / 2)));
    return true;
  }

  grow(blocks: number, bytes: number): void {
    const fitting = Math.max(1, Math.floor((TARGET_ANSWER_BYTES * blocks) / Math.max(1, bytes)));
    this.size = Math.min(Math.ceil(this.size * 1.5), this.ceiling, fitting);
  }
}
