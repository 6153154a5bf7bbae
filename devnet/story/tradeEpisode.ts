import type { Episode, Stage } from './act.js';
import { escrowActs } from './escrowActs.js';
import { goodsActs } from './goodsActs.js';
import { invoiceActs } from './invoiceActs.js';
import type { TradePlan } from './tradePlan.js';

/** One trade from the farm to the buyer, over all three ledgers. */
export function tradeEpisode(stage: Stage, plan: TradePlan): Episode {
  const lot = goodsActs(stage, plan);
  const escrow = escrowActs(stage, plan);
  const invoice = invoiceActs(stage, plan);
  return {
    name: plan.lotId,
    acts: [
      lot.register,
      escrow.certify,
      lot.agreePrice,
      escrow.open,
      escrow.fund,
      lot.inspectAtFarm,
      lot.handOver,
      invoice.issue,
      lot.inspectAtPort,
      lot.deliver,
      escrow.release,
      lot.sell,
      escrow.handCertificate,
      invoice.settle,
      invoice.pay,
    ],
  };
}
