import type { EthereumLedger, LedgerHead, LedgerItem } from '../../../src/ledgers/ledger.js';
import type { BlockRef, RawBlock } from '../../../src/model/block.js';

/** What following a chain led to, as one sees it who takes blocks back by their parent hashes. */
export class Reconciler {
  readonly canonical: RawBlock[] = [];
  readonly takenBack: BlockRef[] = [];
  readonly heads: LedgerHead[] = [];
  /** How often following was begun anew. */
  restarts = 0;

  private stop = new AbortController();

  constructor(private readonly ledger: EthereumLedger) {}

  get tip(): RawBlock | undefined {
    return this.canonical.at(-1);
  }

  /** Follows and reconciles until `enough`. */
  async until(enough: (state: Reconciler) => boolean, slowMs = 0, timeoutMs = 20_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!enough(this)) {
      if (Date.now() > deadline) throw new Error(`Tip ${this.tip?.number}, head ${this.heads.at(-1)?.number}`);
      this.stop = new AbortController();
      const timer = setTimeout(() => this.stop.abort(), deadline - Date.now());
      for await (const item of this.ledger.follow(this.canonical.length, this.stop.signal)) {
        if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
        const fits = this.take(item);
        if (!fits) await this.rewind();
        if (!fits || enough(this)) break;
      }
      clearTimeout(timer);
      this.restarts += 1;
    }
  }

  /** Follows until the chain's head, as it is once `happen` is over, is the tip. */
  async through(happen: () => Promise<unknown>, slowMs = 0): Promise<void> {
    let target: string | null = null;
    const following = this.until(({ tip }) => tip?.hash === target, slowMs);
    // Where what happens fails, that is what the test says, not that following then ended.
    following.catch(() => undefined);
    await happen();
    target = (await this.ledger.head()).hash;
    this.stop.abort();
    await following;
  }

  /** False where the item shows that blocks were taken back. */
  private take(item: LedgerItem): boolean {
    if (item.kind === 'head') {
      this.heads.push(item.head);
      return this.agrees(item.head);
    }
    const { block } = item;
    if (block.number < this.canonical.length) return this.agrees(block);
    if (block.number > this.canonical.length) return false;
    if (this.tip !== undefined && block.parentHash !== this.tip.hash) return false;
    this.canonical.push(block);
    return true;
  }

  private agrees(ref: BlockRef): boolean {
    const own = this.canonical[ref.number];
    return own === undefined || own.hash === ref.hash;
  }

  private async rewind(): Promise<void> {
    for (let tip = this.tip; tip !== undefined; tip = this.tip) {
      const now = await this.ledger.block(tip.number);
      if (now?.hash === tip.hash) return;
      this.takenBack.push({ number: tip.number, hash: tip.hash });
      this.canonical.pop();
    }
  }
}
