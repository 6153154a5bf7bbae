import type { Act, Stage } from './act.js';
import { goods } from './calls.js';
import type { FabricClient } from './fabricClient.js';
import { PARTIES, type Party } from './storyWorld.js';
import type { TradePlan } from './tradePlan.js';

interface Lot {
  readonly owner: string;
}

interface Step {
  readonly kind: string;
  readonly by: string;
}

/** What happens to a lot on the channel `trade`, by act. */
export interface GoodsActs {
  readonly register: Act;
  readonly agreePrice: Act;
  readonly inspectAtFarm: Act;
  readonly handOver: Act;
  readonly inspectAtPort: Act;
  readonly deliver: Act;
  readonly sell: Act;
}

export function goodsActs({ fabric }: Stage, plan: TradePlan): GoodsActs {
  return {
    register: register(fabric, plan),
    agreePrice: agreePrice(fabric, plan),
    ...farmActs(fabric, plan),
    ...voyageActs(fabric, plan),
    sell: {
      name: `Harvest sells ${plan.lotId} to Northwind`,
      done: async () => (await fabric.evaluate<Lot>('harvest', goods('GetLot', plan.lotId))).owner !== PARTIES.harvest,
      run: () => fabric.submit('harvest', goods('SellLot', plan.lotId, PARTIES.northwind)),
    },
  };
}

function register(fabric: FabricClient, plan: TradePlan): Act {
  const { lotId, origin, variety, weightKg, grade, place } = plan;
  return {
    name: `Harvest registers ${lotId}, ${weightKg} kg from ${origin}`,
    done: () => fabric.evaluate<boolean>('harvest', goods('LotExists', lotId)),
    run: () => fabric.submit('harvest', goods('RegisterLot', lotId, origin, variety, weightKg, grade, place)),
  };
}

function farmActs(fabric: FabricClient, plan: TradePlan): Pick<GoodsActs, 'inspectAtFarm' | 'handOver'> {
  const { lotId, grade, moisturePercent } = plan;
  const inspection = goods('RecordInspection', lotId, grade, moisturePercent, 'Sampled at the farm');
  const rival = goods('RecordInspection', lotId, grade, wetter(moisturePercent, 0.1), 'Sampled again');
  const handOver = goods('TransferCustody', lotId, PARTIES.meridian, plan.departure);
  return {
    inspectAtFarm: {
      name: plan.rivalInspections ? `Two surveyors inspect ${lotId} at once` : `Harvest inspects ${lotId}`,
      done: () => hasStep(fabric, lotId, 'INSPECTION', 'harvest'),
      run: () =>
        plan.rivalInspections
          ? fabric.race([inspection, rival].map((call) => ({ party: 'harvest', call })))
          : fabric.submit('harvest', inspection),
    },
    handOver: {
      name: `Harvest hands ${lotId} to Meridian in ${plan.departure}`,
      done: () => hasStep(fabric, lotId, 'CUSTODY', 'harvest'),
      run: async () => {
        if (plan.handOverAlone) await fabric.attempt('harvest', { ...handOver, endorsers: ['harvest'] });
        return fabric.submit('harvest', handOver);
      },
    },
  };
}

function voyageActs(fabric: FabricClient, plan: TradePlan): Pick<GoodsActs, 'inspectAtPort' | 'deliver'> {
  const { lotId, grade, moisturePercent, destination } = plan;
  return {
    inspectAtPort: {
      name: `Meridian inspects ${lotId} at the port`,
      done: () => hasStep(fabric, lotId, 'INSPECTION', 'meridian'),
      run: () => {
        const inspection = goods('RecordInspection', lotId, grade, wetter(moisturePercent, 0.3), 'Seals intact');
        return fabric.submit('meridian', inspection);
      },
    },
    deliver: {
      name: `Meridian delivers ${lotId} in ${destination}`,
      done: () => hasStep(fabric, lotId, 'CUSTODY', 'meridian'),
      run: () => fabric.submit('meridian', goods('TransferCustody', lotId, PARTIES.northwind, destination)),
    },
  };
}

async function hasStep(fabric: FabricClient, lotId: string, kind: Step['kind'], by: Party): Promise<boolean> {
  const journey = await fabric.evaluate<readonly Step[]>(by, goods('GetJourney', lotId));
  return journey.some((step) => step.kind === kind && step.by === PARTIES[by]);
}

/** The price is known to its two parties only: only they endorse, and only the hash is on the channel. */
function agreePrice(fabric: FabricClient, { lotId, priceCents, priceSalt }: TradePlan): Act {
  return {
    name: `Harvest and Northwind agree on a price for ${lotId}`,
    done: () =>
      fabric.evaluate('harvest', goods('GetPrice', lotId)).then(
        () => true,
        (error: unknown) => {
          if (messageOf(error).includes('has no price')) return false;
          throw error;
        },
      ),
    run: () => {
      const price = JSON.stringify({ amountCents: priceCents, currency: 'HUSD', salt: priceSalt });
      const call = {
        ...goods('AgreePrice', lotId),
        transient: { price },
        endorsers: ['harvest', 'northwind'] as const,
      };
      return fabric.submit('harvest', call);
    },
  };
}

/** What chaincode said, wherever the gateway's error carries it. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = 'details' in error && Array.isArray(error.details) ? (error.details as { message?: string }[]) : [];
  return [error.message, ...details.map(({ message }) => message ?? '')].join(' ');
}

/** Percent with one decimal: sums of decimals in binary are not. */
function wetter(percent: number, by: number): number {
  return Math.round((percent + by) * 10) / 10;
}
