import { parseAddress } from '../../model/address.js';
import { hasBlocks, ledgerKind, parseId, type LedgerId } from '../../model/ids.js';
import { chainReadsOf } from '../chainReads.js';
import type { RequestContext } from '../context.js';
import { loadersOf } from '../loaders.js';
import { partiesOf } from '../parties.js';
import { accountId, blockId, transactionId } from '../rowIds.js';
import { nodeById } from './nodes.js';
import { RANK, ranked, type Hit, type SearchType } from './hits.js';
import { blockStub, transactionStub } from './rows.js';
import { byName } from './searchNames.js';
import { Account } from './types.js';

/** From this many digits on a text may be the beginning of a hash: fewer would find everything. */
const MIN_HASH_DIGITS = 4;
/** What one source of hits may give. */
const MAX_HITS = 100;

/** Everything that the text may mean, best first, each thing once. */
export async function search(
  context: RequestContext,
  text: string,
  types: readonly SearchType[] | null,
): Promise<readonly Hit[]> {
  const wanted = (type: SearchType): boolean => types === null || types.includes(type);
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const found = await Promise.all([
    byId(context, trimmed),
    byHash(context, trimmed),
    byNumber(context, trimmed),
    byAddress(context, trimmed),
    byName(context, trimmed, wanted),
  ]);
  return ranked(found.flat().filter(({ type }) => wanted(type)));
}

const TYPE_OF_ID: ReadonlyMap<string, SearchType> = new Map(
  Object.entries({
    Ledger: 'LEDGER',
    Block: 'BLOCK',
    Transaction: 'TRANSACTION',
    Account: 'ACCOUNT',
    Chaincode: 'CHAINCODE',
    Network: 'NETWORK',
    Member: 'MEMBER',
    Proposal: 'PROPOSAL',
  } as const),
);

/** An id of the graph that was pasted. */
async function byId(context: RequestContext, text: string): Promise<Hit[]> {
  const type = searchableType(text);
  const node = type === null ? null : await nodeById(context, text);
  return type === null || node === null ? [] : [{ type, id: text, rank: RANK.id, make: () => node }];
}

async function byHash(context: RequestContext, text: string): Promise<Hit[]> {
  const digits = text.toLowerCase().replace(/^0x/, '');
  if (digits.length < MIN_HASH_DIGITS || !/^[0-9a-f]{1,64}$/.test(digits)) return [];
  const found = await context.store.searchHashes(context.scope, digits, MAX_HITS);
  const { transactions } = found;
  const blocks = found.blocks.filter(({ ledger }) => hasBlocks(ledger));
  loadersOf(context).keepTransactions(transactions);
  loadersOf(context).keepBlocks(blocks);
  const rank = digits.length === 64 ? RANK.exact : RANK.prefix;
  return [
    ...transactions.map((row): Hit => {
      return { type: 'TRANSACTION', id: transactionId(row), rank, make: () => transactionStub(row) };
    }),
    ...blocks.map((row): Hit => ({ type: 'BLOCK', id: blockId(row.ledger, row), rank, make: () => blockStub(row) })),
  ];
}

/** The block of that number on every ledger. */
async function byNumber(context: RequestContext, text: string): Promise<Hit[]> {
  if (!/^\d{1,15}$/.test(text)) return [];
  const number = Number(text);
  const keys = context.scope.ledgers.filter(hasBlocks).map((ledger) => ({ ledger, number }));
  const rows = await Promise.all(keys.map((key) => loadersOf(context).blockByNumber.load(key)));
  return rows.flatMap((row) =>
    row === null
      ? []
      : [{ type: 'BLOCK' as const, id: blockId(row.ledger, row), rank: RANK.exact, make: () => blockStub(row) }],
  );
}

/** The account of that address on the chains that know it: from blocks, from a member's configuration, or as a contract. */
async function byAddress(context: RequestContext, text: string): Promise<Hit[]> {
  const address = parseAddress(text);
  if (address === null) return [];
  const chains = context.scope.ledgers.filter((ledger) => ledgerKind(ledger) === 'ethereum');
  const known = await Promise.all(chains.map((ledger) => knows(context, ledger, address)));
  return chains.filter((_, index) => known[index]).map((ledger) => accountHit(ledger, address, RANK.exact));
}

async function knows(context: RequestContext, ledger: LedgerId, address: string): Promise<boolean> {
  if ((await partiesOf(context).behind(ledger, address)) !== null) return true;
  if (context.ledgers.has(ledger) && (await chainReadsOf(context, ledger)).known(address) !== null) return true;
  return loadersOf(context).addressKnown.load({ ledger, nativeId: address });
}

function accountHit(ledger: LedgerId, address: string, rank: number): Hit {
  const id = accountId(ledger, address);
  return { type: 'ACCOUNT', id, rank, make: () => new Account(id) };
}

const searchableType = (text: string): SearchType | null => TYPE_OF_ID.get(parseId(text)?.type ?? '') ?? null;
