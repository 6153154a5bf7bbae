import { setImmediate as nextTurn } from 'node:timers/promises';
import { ETHEREUM_LEDGER, FABRIC_LEDGER, makeBlock, type ChainPlan } from '../../test/support/blocks.js';
import type { DecodedBlock } from '../../src/model/block.js';
import { ledgerKind, type LedgerId } from '../../src/model/ids.js';
import { openStore } from '../../src/store/index.js';
import type { Store } from '../../src/store/store.js';

export const ledgers: readonly { readonly id: LedgerId; readonly name: string; readonly seed: number }[] = [
  { id: FABRIC_LEDGER, name: 'goods', seed: 3 },
  { id: ETHEREUM_LEDGER, name: 'chain', seed: 1 },
];

const TRANSACTIONS_A_BLOCK = 100;
const BLOCKS_AT_ONCE = 10;
/** Of a channel: later ones set nothing. A channel is configured a handful of times in its life. */
const CONFIGURED_UNTIL_BLOCK = 20;
/** Each append writes this many transactions of each ledger. */
const STEP = TRANSACTIONS_A_BLOCK * BLOCKS_AT_ONCE * ledgers.length;

/** What appending cost; making the blocks is not in it. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly transactions: number;
}

/** A store of made-up transactions that grows, half of them on a channel and half on a chain. */
export class Growing {
  transactions = 0;
  private readonly parents = new Map<LedgerId, DecodedBlock>();

  private constructor(readonly store: Store) {}

  static async open(url: string): Promise<Growing> {
    const store = await openStore(url);
    for (const { id, name } of ledgers) await store.declare({ id, kind: ledgerKind(id), name, startBlock: 0 });
    return new Growing(store);
  }

  /** Grows to that many transactions, as back-fill would write them. */
  async growTo(transactions: number): Promise<Cost> {
    const before = this.transactions;
    let [seconds, cpuSeconds] = [0, 0];
    while (this.transactions < transactions) {
      for (const plan of ledgers) {
        const blocks = this.blocksOf({ ledger: plan.id, seed: plan.seed, transactions: TRANSACTIONS_A_BLOCK });
        const cost = await this.append(plan.id, blocks);
        seconds += cost.seconds;
        cpuSeconds += cost.cpuSeconds;
      }
      this.transactions += STEP;
      await nextTurn(); // signals are heard
    }
    return { seconds, cpuSeconds, transactions: this.transactions - before };
  }

  private blocksOf(plan: ChainPlan): DecodedBlock[] {
    const blocks: DecodedBlock[] = [];
    for (let at = 0; at < BLOCKS_AT_ONCE; at += 1) {
      const block = makeBlock(plan, this.parents.get(plan.ledger) ?? null);
      const made = block.number < CONFIGURED_UNTIL_BLOCK ? block : { ...block, config: null };
      this.parents.set(plan.ledger, made);
      blocks.push(made);
    }
    return blocks;
  }

  private async append(ledger: LedgerId, blocks: readonly DecodedBlock[]): Promise<Omit<Cost, 'transactions'>> {
    const tip = blocks.at(-1);
    if (tip === undefined) throw new Error('No block was made');
    const finalized = ledgerKind(ledger) === 'fabric' ? tip.number : tip.number - 64;
    const [started, before] = [performance.now(), process.cpuUsage()];
    await this.store.append(blocks, {
      ...{ number: tip.number, hash: tip.hash, finalized, safe: finalized, seenAtMs: Date.now() },
    });
    const used = process.cpuUsage(before);
    return { seconds: (performance.now() - started) / 1_000, cpuSeconds: (used.user + used.system) / 1_000_000 };
  }
}
