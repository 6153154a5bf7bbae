import { parseAddress } from '../../model/address.js';
import { ledgerKind, parseId, type NodeRef } from '../../model/ids.js';
import { chainReadsOf } from '../chainReads.js';
import type { RequestContext } from '../context.js';
import { loadersOf } from '../loaders.js';
import { networkNodesOf } from '../networkNodes.js';
import { networkById } from '../networks.js';
import { partiesOf } from '../parties.js';
import { blockOfId, eventOfId, transactionOfId } from '../rowIds.js';
import { voteOf } from '../voteIds.js';
import { sentTransaction } from './lookups.js';
import { blockStub, eventStub, ledgerStub, transactionStub } from './rows.js';
import {
  Account,
  Chaincode,
  Contract,
  Invitation,
  Member,
  Membership,
  Network,
  NetworkNode,
  PROPOSALS,
  Token,
  Vote,
} from './types.js';

type Found = Promise<object | null>;

/** The thing of an id, where there is one that the caller may see. Errors: `ID_INVALID` for what is no id of this graph. */
export async function nodeById(context: RequestContext, id: string): Found {
  const ref = parseId(id);
  if (ref === null) return null;
  if ('ledger' in ref) return context.scope.ledgers.includes(ref.ledger) ? ledgerThing(context, ref, id) : null;
  return party(context, ref, id);
}

type LedgerRef = Extract<NodeRef, { ledger: unknown }>;
type AddressRef = Extract<NodeRef, { type: 'Account' | 'Contract' | 'Token' }>;

async function ledgerThing(context: RequestContext, ref: LedgerRef, id: string): Found {
  switch (ref.type) {
    case 'Ledger':
      return mapped(await loadersOf(context).ledger(ref.ledger), ledgerStub);
    case 'Block':
      return mapped(await blockOfId(context, id), blockStub);
    case 'Transaction':
      return (
        mapped(await transactionOfId(context, id), transactionStub) ?? sentTransaction(context, ref.ledger, ref.key)
      );
    case 'Event':
      return mapped(await eventOfId(context, id), eventStub);
    case 'Chaincode':
      return chaincode(context, ref, id);
    case 'Account':
    case 'Contract':
    case 'Token':
      return addressed(context, ref);
  }
}

const mapped = <Row>(row: Row | null, stub: (row: Row) => object): object | null => (row === null ? null : stub(row));

async function chaincode(context: RequestContext, { ledger, key }: LedgerRef & { key: string }, id: string): Found {
  const rows = await loadersOf(context).chaincodes.load(ledger);
  return rows.some(({ definition }) => definition.name === key) ? new Chaincode(id) : null;
}

/** Every address is an account; whether a contract or a token lies there only the chain can say. */
async function addressed(context: RequestContext, { type, ledger, key }: AddressRef): Found {
  const address = parseAddress(key);
  if (address === null || ledgerKind(ledger) !== 'ethereum') return null;
  const id = `${ledger}/${type.toLowerCase()}/${address}`;
  if (type === 'Account') return new Account(id);
  const reads = await chainReadsOf(context, ledger);
  if (type === 'Contract') return (await reads.isContract(address)) ? new Contract(id) : null;
  return (await reads.token.load(address)) === null ? null : new Token(id);
}

type GovernanceRef = Extract<NodeRef, { type: 'Proposal' | 'Vote' | 'Invitation' }>;

async function governanceThing({ store, scope }: RequestContext, ref: GovernanceRef, id: string): Found {
  if (ref.type === 'Invitation') {
    const [row] = await store.invitationsByKey(scope, [{ ledger: ref.recordedOn, nativeId: ref.key }]);
    return row == null ? null : new Invitation(id);
  }
  if (ref.type === 'Vote') return (await voteOf(store, scope, ref)) === null ? null : new Vote(id);
  const [row] = await store.proposalsByKey(scope, [ref.proposal]);
  return row == null ? null : new PROPOSALS[ref.proposal.mechanism](id);
}

async function party(context: RequestContext, ref: Exclude<NodeRef, LedgerRef>, id: string): Found {
  switch (ref.type) {
    case 'Network':
      return (await networkById(context, id)) === null ? null : new Network(id);
    case 'Member':
      return (await partiesOf(context).member(ref.key)) === null ? null : new Member(id);
    case 'Membership':
      return (await partiesOf(context).memberships()).some((one) => one.id === id) ? new Membership(id) : null;
    case 'NetworkNode':
      return (await networkNodesOf(context).all()).some((node) => node.id === id) ? new NetworkNode(id) : null;
    default:
      return governanceThing(context, ref, id);
  }
}
