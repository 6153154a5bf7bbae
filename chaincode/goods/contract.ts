import { Contract, type Context } from 'fabric-contract-api';
import { requireFound, requireId } from '../common/checks.js';
import {
  canonicalJson,
  emit,
  readAll,
  readPage,
  readState,
  transactionTime,
  writeState,
  type Page,
} from '../common/state.js';
import { evaluates, submits } from '../common/transaction.js';
import { inspect, register, sell, transferCustody, type Act, type Changed, type JourneyStep, type Lot } from './lot.js';
import { parsePrice, type Price } from './price.js';

/** The private collection of agreed prices: seller's and buyer's organisations are its members. */
export const PRICES_COLLECTION = 'prices';

/** Lots of coffee: where they come from, who has them, what inspections found, and their sale. */
export class GoodsContract extends Contract {
  constructor() {
    super('goods');
  }

  /** Registers a lot that belongs to the caller's organisation. Refused where the lot exists. Event: LotRegistered. */
  @submits(
    ['lotId', 'string'],
    ['origin', 'string'],
    ['variety', 'string'],
    ['weightKg', 'number'],
    ['grade', 'string'],
    ['place', 'string'],
  )
  async RegisterLot(
    ctx: Context,
    lotId: string,
    origin: string,
    variety: string,
    weightKg: number,
    grade: string,
    place: string,
  ): Promise<Lot> {
    requireId('lotId', lotId);
    if ((await readState<Lot>(ctx, lotKey(lotId))) !== null) throw new Error(`Lot ${lotId} exists already`);
    return save(ctx, 'LotRegistered', register({ lotId, origin, variety, weightKg, grade, place }, actOf(ctx)));
  }

  /** Hands a lot to another organisation. Event: CustodyTransferred. */
  @submits(['lotId', 'string'], ['to', 'string'], ['place', 'string'])
  async TransferCustody(ctx: Context, lotId: string, to: string, place: string): Promise<Lot> {
    requireId('to', to);
    return save(ctx, 'CustodyTransferred', transferCustody(await readLot(ctx, lotId), to, place, actOf(ctx)));
  }

  /** Records what an inspection found. Event: LotInspected. */
  @submits(['lotId', 'string'], ['grade', 'string'], ['moisturePercent', 'number'], ['remark', 'string'])
  async RecordInspection(
    ctx: Context,
    lotId: string,
    grade: string,
    moisturePercent: number,
    remark: string,
  ): Promise<Lot> {
    const changed = inspect(await readLot(ctx, lotId), grade, moisturePercent, remark, actOf(ctx));
    return save(ctx, 'LotInspected', changed);
  }

  /** Makes another organisation the lot's owner. Event: LotSold. */
  @submits(['lotId', 'string'], ['buyer', 'string'])
  async SellLot(ctx: Context, lotId: string, buyer: string): Promise<Lot> {
    requireId('buyer', buyer);
    return save(ctx, 'LotSold', sell(await readLot(ctx, lotId), buyer, actOf(ctx)));
  }

  /** Keeps a lot's price in the private collection; it comes in the transient data as `price`. Event: PriceAgreed, without the price. */
  @submits(['lotId', 'string'])
  async AgreePrice(ctx: Context, lotId: string): Promise<void> {
    const lot = await readLot(ctx, lotId);
    const price = parsePrice(lotId, ctx.stub.getTransient().get('price'));
    await ctx.stub.putPrivateData(PRICES_COLLECTION, lotKey(lotId), Buffer.from(canonicalJson(price)));
    emit(ctx, 'PriceAgreed', { lotId, owner: lot.owner, by: ctx.clientIdentity.getMSPID() });
  }

  /** A lot's price, for members of the collection. */
  @evaluates(['lotId', 'string'])
  async GetPrice(ctx: Context, lotId: string): Promise<Price> {
    const bytes = await ctx.stub.getPrivateData(PRICES_COLLECTION, lotKey(lotId));
    if (bytes.length === 0) throw new Error(`Lot ${lotId} has no price`);
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Price;
  }

  @evaluates(['lotId', 'string'])
  GetLot(ctx: Context, lotId: string): Promise<Lot> {
    return readLot(ctx, lotId);
  }

  @evaluates(['lotId', 'string'])
  async LotExists(ctx: Context, lotId: string): Promise<boolean> {
    return (await readState<Lot>(ctx, lotKey(lotId))) !== null;
  }

  /** A lot's journey, in order. */
  @evaluates(['lotId', 'string'])
  async GetJourney(ctx: Context, lotId: string): Promise<readonly JourneyStep[]> {
    await readLot(ctx, lotId);
    return readAll<JourneyStep>(ctx, `journey/${lotId}/`);
  }

  /** Lots in the order of their ids, a page at a time. */
  @evaluates(['pageSize', 'number'], ['bookmark', 'string'])
  ListLots(ctx: Context, pageSize: number, bookmark: string): Promise<Page<Lot>> {
    return readPage<Lot>(ctx, 'lot/', pageSize, bookmark);
  }
}

function lotKey(lotId: string): string {
  return `lot/${lotId}`;
}

async function readLot(ctx: Context, lotId: string): Promise<Lot> {
  requireId('lotId', lotId);
  return requireFound(`Lot ${lotId}`, await readState<Lot>(ctx, lotKey(lotId)));
}

function actOf(ctx: Context): Act {
  return { by: ctx.clientIdentity.getMSPID(), at: transactionTime(ctx) };
}

async function save(ctx: Context, event: string, { lot, step }: Changed): Promise<Lot> {
  await writeState(ctx, lotKey(lot.lotId), lot);
  await writeState(ctx, `journey/${lot.lotId}/${String(step.step).padStart(3, '0')}`, step);
  emit(ctx, event, { lot, step });
  return lot;
}
