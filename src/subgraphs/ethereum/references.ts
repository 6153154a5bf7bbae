import { parseAddress } from '../../model/address.js';
import { ledgerKind } from '../../model/ids.js';
import { chainReadsOf } from '../chainReads.js';
import type { RequestContext } from '../context.js';
import { loadersOf } from '../loaders.js';
import { byId, byRow } from '../reference.js';
import { blockOfId, eventOfId, refOf, transactionOfId } from '../rowIds.js';
import type { ReferenceResolver } from '../subgraph.js';
import { Account } from './account.js';
import { ethereumBlock } from './block.js';
import { Chain } from './chain.js';
import { Contract } from './contract.js';
import { log } from './log.js';
import { pendingTransaction } from './sending.js';
import { Token } from './token.js';
import { ethereumTransaction } from './transaction.js';

async function chainOf(context: RequestContext, id: string): Promise<Chain | null> {
  const ref = refOf(context, 'Ledger', id);
  const row = ref === null ? null : await loadersOf(context).ledger(ref.ledger);
  return row?.kind === 'ethereum' ? new Chain(row) : null;
}

/** The chain and address that an id names; null where the chain may not be seen. */
function placeOf(context: RequestContext, type: 'Account' | 'Contract' | 'Token', id: string) {
  const ref = refOf(context, type, id);
  const address = ref === null ? null : parseAddress(ref.key);
  return ref === null || address === null || ledgerKind(ref.ledger) !== 'ethereum'
    ? null
    : { ledger: ref.ledger, address };
}

function accountOf(context: RequestContext, id: string): Account | null {
  const place = placeOf(context, 'Account', id);
  return place === null ? null : new Account(place.ledger, place.address);
}

async function contractOf(context: RequestContext, id: string): Promise<Contract | null> {
  const place = placeOf(context, 'Contract', id);
  if (place === null || !(await (await chainReadsOf(context, place.ledger)).isContract(place.address))) return null;
  return new Contract(place.ledger, place.address);
}

async function tokenOf(context: RequestContext, id: string): Promise<Token | null> {
  const place = placeOf(context, 'Token', id);
  const facts = place === null ? null : await (await chainReadsOf(context, place.ledger)).token.load(place.address);
  return place === null || facts === null ? null : new Token(place.ledger, place.address, facts.standard);
}

/** A transaction of the index, or one that was sent here and that no block holds yet. */
const transactionReference: ReferenceResolver = async (representation, context) => {
  const indexed = await byRow(transactionOfId, ethereumTransaction)(representation, context);
  if (indexed !== null) return indexed;
  const ref = refOf(context as RequestContext, 'Transaction', representation.id);
  if (ref === null || ledgerKind(ref.ledger) !== 'ethereum') return null;
  return pendingTransaction(context as RequestContext, ref.ledger, ref.key);
};

/** How the subgraph makes its own object of an entity that another one returned. */
export const references: Readonly<Record<string, ReferenceResolver>> = {
  Chain: byId(chainOf),
  EthereumBlock: byRow(blockOfId, ethereumBlock),
  EthereumTransaction: transactionReference,
  Log: byRow(eventOfId, log),
  Account: byId(accountOf),
  Contract: byId(contractOf),
  Token: byId(tokenOf),
};
