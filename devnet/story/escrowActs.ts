import type { Receipt } from '../ethereum/receipt.js';
import type { Act, Stage } from './act.js';
import type { ChainClient } from './chainClient.js';
import type { TradePlan } from './tradePlan.js';

/** `TradeFinance.State` in Solidity's order. */
const STATE = { opened: 1n, funded: 2n, released: 3n } as const;
/** Escrows are looked for from the newest back, this many. */
const LOOK_BACK = 50n;
const ESCROW_DAYS = 90n;
const DAY_SECONDS = 86_400n;

interface Escrow {
  readonly escrowId: bigint;
  readonly state: bigint;
}

/** A trade's money and papers on the chain `settlement`, by act. */
export interface EscrowActs {
  readonly certify: Act;
  readonly open: Act;
  readonly fund: Act;
  readonly release: Act;
  readonly handCertificate: Act;
}

export function escrowActs({ chain }: Pick<Stage, 'chain'>, plan: TradePlan): EscrowActs {
  const { lotId, priceCents, transactionType: type } = plan;
  const reached = async (state: bigint): Promise<boolean> => ((await findEscrow(chain, lotId))?.state ?? 0n) >= state;
  const escrowId = async (): Promise<bigint> => {
    const escrow = await findEscrow(chain, lotId);
    if (escrow === null) throw new Error(`No escrow for ${lotId} among the last ${LOOK_BACK}`);
    return escrow.escrowId;
  };
  return {
    ...certificateActs(chain, plan),
    open: {
      name: `Northwind opens an escrow of ${(priceCents / 100).toFixed(2)} HUSD for ${lotId}`,
      done: () => reached(STATE.opened),
      run: async () => {
        const deadline = BigInt(Math.floor(Date.now() / 1000)) + ESCROW_DAYS * DAY_SECONDS;
        const args = [chain.address('harvest'), chain.address('meridian'), priceCents, deadline, lotId];
        return chain.call('northwind', { contract: 'TradeFinance', name: 'open', args, type });
      },
    },
    fund: {
      name: `Northwind funds the escrow for ${lotId}`,
      done: () => reached(STATE.funded),
      run: async () => fund(chain, plan, await escrowId()),
    },
    release: {
      name: `Meridian confirms that ${lotId} arrived; Harvest is paid`,
      done: () => reached(STATE.released),
      run: async () => {
        const args = [await escrowId(), plan.destination];
        const arrival = { contract: 'TradeFinance', name: 'confirmArrival', args, type } as const;
        if (plan.falseArrival) await chain.attempt('harvest', arrival);
        return chain.call('meridian', arrival);
      },
    },
  };
}

/** The buyer's deposit becomes tokens, and the escrow takes them. */
async function fund(chain: ChainClient, plan: TradePlan, escrowId: bigint): Promise<Receipt> {
  const { priceCents, freightCents, transactionType: type } = plan;
  const deposit = [chain.address('northwind'), priceCents + freightCents];
  await chain.call('northwind', { contract: 'SettlementToken', name: 'mint', args: deposit, type });
  return chain.call('northwind', { contract: 'TradeFinance', name: 'fund', args: [escrowId], type });
}

function certificateActs(chain: ChainClient, plan: TradePlan): Pick<EscrowActs, 'certify' | 'handCertificate'> {
  const contract = 'OriginCertificate' as const;
  const { lotId, origin, weightKg, transactionType: type } = plan;
  const certificate = (): Promise<bigint> => chain.read<bigint>(contract, 'certificateOf', [lotId]);
  return {
    certify: {
      name: `Harvest certifies the origin of ${lotId}`,
      done: async () => (await certificate()) !== 0n,
      run: () => {
        const uri = `https://harvest.example/certificates/${lotId}`;
        const args = [chain.address('harvest'), lotId, origin, weightKg, uri];
        return chain.call('harvest', { contract, name: 'certify', args, type });
      },
    },
    handCertificate: {
      name: `The certificate of ${lotId} goes to Northwind`,
      done: async () =>
        (await chain.read<string>(contract, 'ownerOf', [await certificate()])) !== chain.address('harvest'),
      run: async () => {
        const args = [chain.address('harvest'), chain.address('northwind'), await certificate()];
        return chain.call('harvest', { contract, name: 'transferFrom', args, type });
      },
    },
  };
}

async function findEscrow(chain: ChainClient, lotId: string): Promise<Escrow | null> {
  const count = await chain.read<bigint>('TradeFinance', 'escrowCount');
  for (let escrowId = count; escrowId > 0n && escrowId > count - LOOK_BACK; escrowId -= 1n) {
    const escrow = await chain.read<{ lotId: string; state: bigint }>('TradeFinance', 'escrows', [escrowId]);
    if (escrow.lotId === lotId) return { escrowId, state: escrow.state };
  }
  return null;
}
