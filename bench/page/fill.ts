import { setImmediate as nextTurn } from 'node:timers/promises';
import { ETHEREUM_LEDGER, FABRIC_LEDGER, makeBlock, type ChainPlan } from '../../test/support/blocks.js';
import type { DecodedBlock } from '../../src/model/block.js';
import { ledgerKind } from '../../src/model/ids.js';
import { openStore } from '../../src/store/index.js';

/** Both kinds of ledger, so that a page mixes their rows. */
export const ledgers = [
  { id: FABRIC_LEDGER, name: 'goods', seed: 3 },
  { id: ETHEREUM_LEDGER, name: 'chain', seed: 1 },
] as const;

const TRANSACTIONS_A_BLOCK = 10;
const BLOCKS_AT_ONCE = 200;
/** Of a channel: later ones set nothing. A channel is configured a handful of times in its life. */
const CONFIGURED_UNTIL_BLOCK = 200;

/** Fills a store with made-up blocks of both ledgers, half of the transactions on each, as ingest would have written them. */
export async function fill(url: string, transactions: number): Promise<void> {
  const store = await openStore(url);
  try {
    for (const { id, name, seed } of ledgers) {
      await store.declare({ id, kind: ledgerKind(id), name, startBlock: 0 });
      const plan: ChainPlan = { ledger: id, seed, transactions: TRANSACTIONS_A_BLOCK };
      const blocks = Math.ceil(transactions / ledgers.length / TRANSACTIONS_A_BLOCK);
      let parent: DecodedBlock | null = null;
      for (let from = 0; from < blocks; from += BLOCKS_AT_ONCE) {
        const batch: DecodedBlock[] = [];
        for (let at = from; at < Math.min(blocks, from + BLOCKS_AT_ONCE); at += 1)
          batch.push((parent = settled(makeBlock(plan, parent))));
        const tip = batch.at(-1);
        if (tip === undefined) break;
        const finalized = ledgerKind(id) === 'fabric' ? tip.number : tip.number - 64;
        await store.append(batch, {
          ...{ number: tip.number, hash: tip.hash, finalized, safe: finalized, seenAtMs: Date.now() },
        });
        await nextTurn(); // signals are heard
      }
    }
  } finally {
    await store.close();
  }
}

const settled = (block: DecodedBlock): DecodedBlock =>
  block.number < CONFIGURED_UNTIL_BLOCK ? block : { ...block, config: null };
