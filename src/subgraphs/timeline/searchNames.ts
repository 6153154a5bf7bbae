import { parseAddress } from '../../model/address.js';
import { formatId, ledgerKind } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { loadersOf } from '../loaders.js';
import { networksOf } from '../networks.js';
import { partiesOf } from '../parties.js';
import { accountId } from '../rowIds.js';
import { rankOf, type Hit, type SearchType } from './hits.js';
import { ledgerStub } from './rows.js';
import { Account, Chaincode, Member, Network, PROPOSALS } from './types.js';

interface Named {
  readonly type: SearchType;
  readonly id: string;
  readonly names: readonly string[];
  readonly make: () => object;
}

/** Networks, members, ledgers, chaincodes, configured contracts and proposals whose names fit. */
export async function byName(
  context: RequestContext,
  text: string,
  wanted: (type: SearchType) => boolean,
): Promise<Hit[]> {
  const sources = Object.entries(SOURCES).filter(([type]) => wanted(type as SearchType));
  const named = await Promise.all(sources.map(([, read]) => read(context, text)));
  return named.flat().flatMap(({ type, id, names, make }) => {
    const rank = rankOf(text, names);
    return rank === null ? [] : [{ type, id, rank, make }];
  });
}

async function networks(context: RequestContext): Promise<Named[]> {
  return (await networksOf(context)).map(({ id: key, name }) => {
    const id = formatId({ type: 'Network', key });
    return { type: 'NETWORK', id, names: [key, name], make: () => new Network(id) };
  });
}

async function members(context: RequestContext): Promise<Named[]> {
  return (await partiesOf(context).members()).map((member) => {
    const id = formatId({ type: 'Member', key: member.id });
    return { type: 'MEMBER', id, names: [member.id, member.name, ...member.mspIds], make: () => new Member(id) };
  });
}

async function ledgers(context: RequestContext): Promise<Named[]> {
  const rows = await loadersOf(context).ledgers();
  return rows.map((row) => ({ type: 'LEDGER', id: row.id, names: [row.name], make: () => ledgerStub(row) }));
}

async function chaincodes(context: RequestContext): Promise<Named[]> {
  const channels = context.scope.ledgers.filter((ledger) => ledgerKind(ledger) === 'fabric');
  const rows = await Promise.all(channels.map((ledger) => loadersOf(context).chaincodes.load(ledger)));
  return rows.flat().map(({ ledger, definition: { name } }) => {
    const id = formatId({ type: 'Chaincode', ledger, key: name });
    return { type: 'CHAINCODE', id, names: [name], make: () => new Chaincode(id) };
  });
}

async function contracts(context: RequestContext): Promise<Named[]> {
  const chains = [...context.ledgers.values()].filter((ledger) => ledger.kind === 'ethereum');
  return chains
    .filter(({ id }) => context.scope.ledgers.includes(id))
    .flatMap((chain) =>
      chain.contracts.flatMap(({ name, address }): Named[] => {
        const checksummed = parseAddress(address);
        if (checksummed === null) return [];
        const id = accountId(chain.id, checksummed);
        return [{ type: 'ACCOUNT', id, names: [name], make: () => new Account(id) }];
      }),
    );
}

/** So many of the newest are looked through by their titles; older ones are found by their ids. */
const NEWEST_PROPOSALS = 200;

async function proposals({ store, scope }: RequestContext, text: string): Promise<Named[]> {
  // A number means a block.
  if (/^\d+$/.test(text)) return [];
  const order = { field: 'CREATED', direction: 'DESC' } as const;
  const page = { limit: NEWEST_PROPOSALS, towards: 'forward', after: null, before: null, order } as const;
  const { rows } = await store.proposals(scope, { nowMs: Date.now() }, page);
  return rows.map(({ ledger, state: { mechanism, nativeId, title } }) => {
    const id = formatId({ type: 'Proposal', proposal: { ledger, mechanism, nativeId } });
    return { type: 'PROPOSAL', id, names: [title], make: () => new PROPOSALS[mechanism](id) };
  });
}

const SOURCES: Readonly<Partial<Record<SearchType, (context: RequestContext, text: string) => Promise<Named[]>>>> = {
  NETWORK: networks,
  MEMBER: members,
  LEDGER: ledgers,
  CHAINCODE: chaincodes,
  PROPOSAL: proposals,
  ACCOUNT: contracts,
};
