import { ETHEREUM_LEDGER, FABRIC_LEDGER } from './blocks.js';
import { ModelLedger } from './modelLedger.js';

/** The same ledger in the process that is killed and in the one that looks afterwards. */
export const crashLedger = (kind: 'fabric' | 'ethereum', blocks: number): ModelLedger =>
  kind === 'fabric'
    ? new ModelLedger({ plan: { ledger: FABRIC_LEDGER, seed: 31, transactions: 4 }, reorgBound: 0 }, blocks)
    : new ModelLedger(
        { plan: { ledger: ETHEREUM_LEDGER, seed: 30, transactions: 4 }, reorgBound: 8, finalityDepth: 10 },
        blocks,
      );
