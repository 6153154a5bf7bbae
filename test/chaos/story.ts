import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../support/blocks.js';
import { ModelLedger } from '../support/modelLedger.js';
import { seeded } from '../support/random.js';

export type StoryKind = 'fabric' | 'ethereum';
export const REORG_BOUND = 64;

/** A made-up ledger and what happens to it, step by step: the same steps in each process that comes and goes. */
export class Story {
  readonly ledger: ModelLedger;
  private step = 0;
  private readonly random;

  constructor(kind: StoryKind, seed: number, blocks: number) {
    this.random = seeded(seed);
    this.ledger =
      kind === 'fabric'
        ? new ModelLedger({ plan: { ledger: FABRIC_LEDGER, seed, transactions: 3 }, reorgBound: 0 }, blocks)
        : new ModelLedger(
            {
              plan: { ledger: ETHEREUM_LEDGER, seed, transactions: 3 },
              reorgBound: REORG_BOUND,
              finalityDepth: REORG_BOUND + 8,
            },
            blocks,
          );
  }

  get steps(): number {
    return this.step;
  }

  /** Grows, and on a chain sometimes turns to another branch; `burst`: so many blocks at once, as after being away. */
  next(burst = 0): void {
    this.step += 1;
    const [chance, depth, length] = [this.random.below(4), 1 + this.random.below(REORG_BOUND), this.random.below(5)];
    if (this.ledger.kind === 'ethereum' && chance === 0 && this.ledger.chain.length > 2 * REORG_BOUND)
      this.ledger.reorg(depth, depth + 1 + length, `branch-${this.step}`);
    else this.ledger.grow(1 + length + burst, `step-${this.step}`);
  }

  to(step: number, bursts: ReadonlyMap<number, number>): void {
    while (this.step < step) this.next(bursts.get(this.step + 1));
  }
}
