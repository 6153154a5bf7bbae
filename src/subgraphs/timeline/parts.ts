import { ParleyError } from '../../errors/index.js';
import { parseAddress } from '../../model/address.js';
import type { BlockRow, EventRow, PageRequest, PartyRef, TransactionRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { emittedBy } from '../emitted.js';
import type { PageArguments, PageOf } from '../page.js';
import { eventsOfTransaction, transactionsOfBlock } from '../partPage.js';
import { partiesOf } from '../parties.js';
import { blockOfId, refOf, transactionOfId } from '../rowIds.js';
import { seenRow } from '../seen.js';
import type { Stub } from '../stubs.js';
import { memberKey, transactionCriteria } from './criteria.js';
import type { TransactionFilter } from './filters.js';
import { transactionPage } from './lists.js';
import { transactionsOfParties } from './partyTransactions.js';

const unknown = (id: string): ParleyError =>
  new ParleyError('ID_INVALID', 'There is nothing of that id that the caller may see', { got: id });

export async function transactionsOfBlockId(
  context: RequestContext,
  thing: Stub,
  args: PageArguments,
): Promise<PageOf<TransactionRow>> {
  const block = seenRow<BlockRow>(thing) ?? (await blockOfId(context, thing.id));
  if (block === null) throw unknown(thing.id);
  return transactionsOfBlock(context, block, args);
}

export async function eventsOfTransactionId(
  context: RequestContext,
  thing: Stub,
  args: PageArguments,
): Promise<PageOf<EventRow>> {
  const transaction = seenRow<TransactionRow>(thing) ?? (await transactionOfId(context, thing.id));
  if (transaction === null) throw unknown(thing.id);
  return eventsOfTransaction(context, transaction, args);
}

export async function eventsOfChaincode(
  context: RequestContext,
  { id }: Stub,
  args: PageArguments,
): Promise<PageOf<EventRow>> {
  const ref = refOf(context, 'Chaincode', id);
  if (ref === null) throw unknown(id);
  const filter = { ledgers: [ref.ledger], chaincodes: [ref.key] };
  return emittedBy(context, ref.ledger, { chaincode: ref.key }, filter, args);
}

export async function transactionsOfAccount(
  context: RequestContext,
  { id }: Stub,
  args: PageArguments,
): Promise<PageOf<TransactionRow>> {
  const ref = refOf(context, 'Account', id);
  const address = ref === null ? null : parseAddress(ref.key);
  if (ref === null || address === null) throw unknown(id);
  const { ledger } = ref;
  const criteria = { ledgers: [ledger] };
  const read = (page: PageRequest) => transactionsOfParties(context, [{ ledger, nativeId: address }], page, criteria);
  const reading = { criteria, bound: id, filter: { ledgers: [ledger], addresses: [address] }, read };
  return transactionPage(context, { filter: null, order: null, args }, reading);
}

/** What a member did on every ledger that the caller may see, newest first. */
export async function transactionsOfMember(
  context: RequestContext,
  id: string,
  request: { readonly filter: TransactionFilter | null | undefined; readonly args: PageArguments },
): Promise<PageOf<TransactionRow>> {
  const member = await partiesOf(context).member(memberKey(id));
  if (member === null) throw unknown(id);
  const criteria = await transactionCriteria(context, request.filter);
  const parties: readonly PartyRef[] = partiesOf(context).refsOf(member);
  const read = (page: PageRequest) => transactionsOfParties(context, parties, page, criteria);
  const filter = { ...request.filter, members: [id] };
  return transactionPage(context, { ...request, order: null }, { criteria, bound: id, filter, read });
}
