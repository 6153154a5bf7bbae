import { formatId, isLedgerId, ledgerKind, type LedgerId } from '../../model/ids.js';
import { ParleyError } from '../../errors/index.js';
import type { RequestContext } from '../context.js';
import { blockAt } from '../ledgerBlocks.js';
import { loadersOf } from '../loaders.js';
import type { BlockBy } from './filters.js';
import { blockStub, ledgerStub, transactionStub } from './rows.js';
import { EthereumTransaction, FabricTransaction } from './types.js';

export async function visibleLedgers(context: RequestContext): Promise<object[]> {
  return (await loadersOf(context).ledgers()).map(ledgerStub);
}

export async function ledgerById(context: RequestContext, id: string): Promise<object | null> {
  const row = await loadersOf(context).ledger(ledgerId(id));
  return row === null ? null : ledgerStub(row);
}

export async function blockBy(context: RequestContext, { number, hash }: BlockBy): Promise<object | null> {
  const row =
    number != null
      ? await blockAt(context, ledgerId(number.ledger), number.number)
      : await loadersOf(context).blockByHash.load(hashOn(ledgerId(hash?.ledger ?? ''), hash?.hash ?? ''));
  return row === null ? null : blockStub(row);
}

export async function transactionBy(context: RequestContext, ledger: string, hash: string): Promise<object | null> {
  const key = hashOn(ledgerId(ledger), hash);
  const row = await loadersOf(context).transactionByHash.load(key);
  return row === null ? sentTransaction(context, key.ledger, key.hash) : transactionStub(row);
}

/** A transaction that was sent here and that no block holds yet, by its hash or, on Fabric, its own id. */
export async function sentTransaction(context: RequestContext, ledger: LedgerId, key: string): Promise<object | null> {
  if ((await context.writes.pending(ledger, key)) === null) return null;
  const id = formatId({ type: 'Transaction', ledger, key });
  return ledgerKind(ledger) === 'ethereum' ? new EthereumTransaction(id) : new FabricTransaction(id);
}

/** Errors: `ID_INVALID`. */
function ledgerId(id: string): LedgerId {
  if (isLedgerId(id)) return id;
  throw new ParleyError('ID_INVALID', "That is not a ledger's id", { got: id });
}

/** A hash as the ledger prints it. */
export const hashOn = (ledger: LedgerId, digits: string): { readonly ledger: LedgerId; readonly hash: string } => ({
  ledger,
  hash: ledgerKind(ledger) === 'ethereum' ? `0x${digits}` : digits,
});
