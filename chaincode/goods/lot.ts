import { requireInteger, requireText } from '../common/checks.js';

/** A lot of green coffee. */
export interface Lot {
  readonly lotId: string;
  /** Country and region. */
  readonly origin: string;
  readonly variety: string;
  readonly weightKg: number;
  /** Grade by the last inspection. */
  readonly grade: string;
  /** MSP id of the organisation that owns it. */
  readonly owner: string;
  /** MSP id of the organisation that has it in hand. */
  readonly custodian: string;
  /** Where it is. */
  readonly place: string;
  /** Steps of its journey so far. */
  readonly steps: number;
  readonly registeredAt: string;
  readonly updatedAt: string;
}

/** One step of a lot's journey, in order, from its registration on. */
export type JourneyStep = {
  readonly lotId: string;
  readonly step: number;
  readonly by: string;
  readonly at: string;
} & (
  | { readonly kind: 'REGISTERED'; readonly place: string }
  | { readonly kind: 'CUSTODY'; readonly from: string; readonly to: string; readonly place: string }
  | { readonly kind: 'INSPECTION'; readonly grade: string; readonly moisturePercent: number; readonly remark: string }
  | { readonly kind: 'SALE'; readonly seller: string; readonly buyer: string }
);

/** Who does something, and when, as the transaction says. */
export interface Act {
  readonly by: string;
  readonly at: string;
}

export interface Changed {
  readonly lot: Lot;
  readonly step: JourneyStep;
}

/** A journey is bounded: its steps are read as one list. */
export const MAX_STEPS = 100;
const MAX_WEIGHT_KG = 1_000_000;

export interface NewLot {
  readonly lotId: string;
  readonly origin: string;
  readonly variety: string;
  readonly weightKg: number;
  readonly grade: string;
  readonly place: string;
}

/** A new lot belongs to whoever registers it. */
export function register(input: NewLot, { by, at }: Act): Changed {
  requireText('origin', input.origin, 1, 200);
  requireText('variety', input.variety, 1, 100);
  requireText('grade', input.grade, 1, 50);
  requireText('place', input.place, 1, 200);
  requireInteger('weightKg', input.weightKg, 1, MAX_WEIGHT_KG);
  const lot: Lot = { ...input, owner: by, custodian: by, steps: 1, registeredAt: at, updatedAt: at };
  return { lot, step: { lotId: input.lotId, step: 1, by, at, kind: 'REGISTERED', place: input.place } };
}

/** Only who has the lot in hand can hand it over. */
export function transferCustody(lot: Lot, to: string, place: string, act: Act): Changed {
  requireText('place', place, 1, 200);
  requireRole(lot, 'custodian', act.by);
  if (to === lot.custodian) throw new Error(`Lot ${lot.lotId} is in the hands of ${to} already`);
  const { lot: next, step } = advance(lot, act);
  return {
    lot: { ...next, custodian: to, place },
    step: { ...step, kind: 'CUSTODY', from: lot.custodian, to, place },
  };
}

/** Its owner or who has it in hand inspects a lot; the grade is the last inspection's. */
export function inspect(lot: Lot, grade: string, moisturePercent: number, remark: string, act: Act): Changed {
  requireText('grade', grade, 1, 50);
  requireText('remark', remark, 0, 500);
  if (!(moisturePercent >= 0 && moisturePercent <= 100)) {
    throw new Error(`moisturePercent is ${moisturePercent}, expected a number from 0 to 100`);
  }
  if (act.by !== lot.owner) requireRole(lot, 'custodian', act.by);
  const { lot: next, step } = advance(lot, act);
  return { lot: { ...next, grade }, step: { ...step, kind: 'INSPECTION', grade, moisturePercent, remark } };
}

/** Only its owner can sell a lot; who has it in hand keeps it. */
export function sell(lot: Lot, buyer: string, act: Act): Changed {
  requireRole(lot, 'owner', act.by);
  if (buyer === lot.owner) throw new Error(`Lot ${lot.lotId} belongs to ${buyer} already`);
  const { lot: next, step } = advance(lot, act);
  return { lot: { ...next, owner: buyer }, step: { ...step, kind: 'SALE', seller: lot.owner, buyer } };
}

function requireRole(lot: Lot, role: 'owner' | 'custodian', mspId: string): void {
  if (lot[role] !== mspId) throw new Error(`The ${role} of lot ${lot.lotId} is ${lot[role]}, not ${mspId}`);
}

function advance(lot: Lot, { by, at }: Act) {
  if (lot.steps >= MAX_STEPS) throw new Error(`The journey of lot ${lot.lotId} has its ${MAX_STEPS} steps already`);
  const step = lot.steps + 1;
  return { lot: { ...lot, steps: step, updatedAt: at }, step: { lotId: lot.lotId, step, by, at } };
}
