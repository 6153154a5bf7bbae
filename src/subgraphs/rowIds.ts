import type { BlockRef } from '../model/block.js';
import { formatId, ledgerKind, parseId, type LedgerId, type NodeRef } from '../model/ids.js';
import type { BlockRow, EventRow, TransactionRow } from '../store/store.js';
import type { RequestContext } from './context.js';
import { loadersOf } from './loaders.js';

const isFabric = (ledger: LedgerId): boolean => ledgerKind(ledger) === 'fabric';

/** Fabric's blocks are final, so their number identifies them; elsewhere the hash does. */
export const blockId = (ledger: LedgerId, { number, hash }: BlockRef): string =>
  formatId({ type: 'Block', ledger, key: isFabric(ledger) ? String(number) : hash });

export const transactionId = (row: Pick<TransactionRow, 'ledger' | 'block' | 'index' | 'hash'>): string =>
  formatId({
    type: 'Transaction',
    ledger: row.ledger,
    key: isFabric(row.ledger) ? `${row.block.number}.${row.index}` : row.hash,
  });

export const eventId = (row: Pick<EventRow, 'ledger' | 'block' | 'transactionIndex' | 'index'>): string =>
  formatId({
    type: 'Event',
    ledger: row.ledger,
    key: isFabric(row.ledger) ? `${row.block.number}.${row.transactionIndex}` : `${row.block.hash}.${row.index}`,
  });

export const accountId = (ledger: LedgerId, address: string): string =>
  formatId({ type: 'Account', ledger, key: address });

/** The refs that may be of a type; those of addresses share one shape. */
type RefOf<Type> = NodeRef extends infer Ref
  ? Ref extends { type: infer Types }
    ? Type extends Types
      ? Ref
      : never
    : never
  : never;

/** The id read as one of a type, where its ledger may be seen; null else. */
export function refOf<
  Type extends 'Ledger' | 'Block' | 'Transaction' | 'Event' | 'Account' | 'Contract' | 'Token' | 'Chaincode',
>(context: RequestContext, type: Type, id: string): RefOf<Type> | null {
  const ref = parseId(id);
  if (ref === null || ref.type !== type || !('ledger' in ref)) return null;
  return context.scope.ledgers.includes(ref.ledger) ? (ref as RefOf<Type>) : null;
}

const NUMBER = /^(0|[1-9]\d{0,14})$/;
const FABRIC_ID = /^[0-9a-f]{64}$/;
const HASH = /^0x[0-9a-f]{64}$/;

/** The block that an id names; null where there is none that the caller may see. */
export async function blockOfId(context: RequestContext, id: string): Promise<BlockRow | null> {
  const ref = refOf(context, 'Block', id);
  if (ref === null) return null;
  const { ledger, key } = ref;
  if (!isFabric(ledger)) return HASH.test(key) ? loadersOf(context).blockByHash.load({ ledger, hash: key }) : null;
  return NUMBER.test(key) ? loadersOf(context).blockByNumber.load({ ledger, number: Number(key) }) : null;
}

export async function transactionOfId(context: RequestContext, id: string): Promise<TransactionRow | null> {
  const ref = refOf(context, 'Transaction', id);
  if (ref === null) return null;
  const { ledger, key } = ref;
  if (!isFabric(ledger))
    return HASH.test(key) ? loadersOf(context).transactionByHash.load({ ledger, hash: key }) : null;
  // A transaction that was known before any block held it goes on being found by its own id.
  if (FABRIC_ID.test(key)) return loadersOf(context).transactionByHash.load({ ledger, hash: key });
  const place = placeOf(key);
  return place === null ? null : loadersOf(context).transactionByPlace.load({ ledger, ...place });
}

export async function eventOfId(context: RequestContext, id: string): Promise<EventRow | null> {
  const ref = refOf(context, 'Event', id);
  if (ref === null) return null;
  const { ledger, key } = ref;
  if (isFabric(ledger)) return fabricEvent(context, ledger, key);
  const [hash = '', index = ''] = key.split('.');
  if (!HASH.test(hash) || !NUMBER.test(index)) return null;
  return loadersOf(context).eventByKey.load({ ledger, hash, index: Number(index) });
}

async function fabricEvent(context: RequestContext, ledger: LedgerId, key: string): Promise<EventRow | null> {
  const place = placeOf(key);
  if (place === null) return null;
  const block = await loadersOf(context).blockByNumber.load({ ledger, number: place.number });
  if (block === null) return null;
  return loadersOf(context).eventByKey.load({ ledger, hash: block.hash, transactionIndex: place.index, index: 0 });
}

/** `<block>.<index>` of Fabric's ids. */
function placeOf(key: string): { readonly number: number; readonly index: number } | null {
  const [number = '', index = '', more] = key.split('.');
  if (more !== undefined || !NUMBER.test(number) || !NUMBER.test(index)) return null;
  return { number: Number(number), index: Number(index) };
}
