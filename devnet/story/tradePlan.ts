import { seeded, type Random } from './random.js';

/** Everything about one trade that a seed decides: a lot of coffee from the farm to the buyer, its money and its papers. */
export interface TradePlan {
  readonly index: number;
  readonly lotId: string;
  readonly invoiceId: string;
  readonly origin: string;
  readonly place: string;
  readonly variety: string;
  readonly weightKg: number;
  readonly grade: string;
  readonly moisturePercent: number;
  readonly departure: string;
  readonly destination: string;
  /** What the lot costs, cents. */
  readonly priceCents: number;
  readonly priceSalt: string;
  /** What carrying it costs, cents. */
  readonly freightCents: number;
  readonly dueOn: string;
  /** Both surveyors of the farm write at once: one of them is too late (MVCC conflict). */
  readonly rivalInspections: boolean;
  /** The seller first hands over on its own endorsement, which the channel's policy refuses. */
  readonly handOverAlone: boolean;
  /** Somebody else than the carrier first says that the goods arrived: the contract reverts. */
  readonly falseArrival: boolean;
  /** The carrier made a mistake and cancels its invoice. */
  readonly invoiceCancelled: boolean;
  /** EIP-2718 type of the trade's Ethereum transactions. */
  readonly transactionType: 0 | 1 | 2;
}

interface Farm {
  readonly origin: string;
  readonly place: string;
  readonly variety: string;
  readonly departure: string;
}

const FARMS: readonly [Farm, ...Farm[]] = [
  { origin: 'Ethiopia, Sidama', place: 'Hawassa', variety: 'Heirloom', departure: 'Djibouti' },
  { origin: 'Ethiopia, Yirgacheffe', place: 'Dilla', variety: 'Kurume', departure: 'Djibouti' },
  { origin: 'Colombia, Huila', place: 'Pitalito', variety: 'Caturra', departure: 'Buenaventura' },
  { origin: 'Guatemala, Antigua', place: 'Ciudad Vieja', variety: 'Bourbon', departure: 'Puerto Barrios' },
  { origin: 'Kenya, Nyeri', place: 'Karatina', variety: 'SL28', departure: 'Mombasa' },
  { origin: 'Peru, Cajamarca', place: 'Jaén', variety: 'Typica', departure: 'Callao' },
];

/** The plan of the story's trade number `index`, from 0. The first ones show each mishap once, later ones now and then. */
export function planTrade(seed: string, index: number): TradePlan {
  const random = seeded(seed, 'trade', index);
  const { origin, place, variety, departure } = random.pick(FARMS);
  const weightKg = random.integer(40, 320) * 60;
  return {
    index,
    lotId: lotIdOf(index),
    invoiceId: `FRT-${numberOf(index)}`,
    origin,
    place,
    variety,
    departure,
    weightKg,
    grade: random.pick(['AA', 'AB', 'SHB', 'Grade 1', 'Grade 2']),
    moisturePercent: random.integer(95, 125) / 10,
    destination: random.pick(['Hamburg', 'Antwerp', 'Trieste', 'Bremen']),
    priceCents: weightKg * random.integer(380, 640),
    priceSalt: random.hex(32),
    freightCents: weightKg * random.integer(18, 42),
    dueOn: `2027-${String(random.integer(1, 12)).padStart(2, '0')}-${String(random.integer(1, 28)).padStart(2, '0')}`,
    ...mishapsOf(random, index),
  };
}

function mishapsOf(random: Random, index: number) {
  const mishap = (first: number): boolean => index === first || (index > 5 && random.once(6));
  return {
    rivalInspections: mishap(0),
    handOverAlone: mishap(1),
    falseArrival: mishap(2),
    invoiceCancelled: mishap(3),
    transactionType: random.pick([0, 1, 2, 2, 2] as const),
  };
}

/** The lot's id of the story's trade number `index`, from 0. */
export function lotIdOf(index: number): string {
  return `LOT-${numberOf(index)}`;
}

function numberOf(index: number): string {
  return String(index + 1).padStart(4, '0');
}
