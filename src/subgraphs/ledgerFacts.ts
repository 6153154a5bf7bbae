import { ParleyError } from '../errors/index.js';
import type { AnyLedger, EthereumLedger, FabricLedger } from '../ledgers/ledger.js';
import type { DirectoryMember } from '../model/directory.js';
import { formatId, type LedgerId } from '../model/ids.js';
import type { BlockRow, LedgerRow, TransactionRow } from '../store/store.js';
import type { RequestContext } from './context.js';
import { loadersOf } from './loaders.js';
import { partiesOf, type FindMember } from './parties.js';

/** How far the index of a ledger is behind. Errors: `LEDGER_UNAVAILABLE` where the ledger does not answer. */
export async function lagOf(
  context: RequestContext,
  ledger: LedgerId,
): Promise<{ readonly blocks: number; readonly seconds: number }> {
  const report = (await loadersOf(context).reports()).find((source) => source.ledger === ledger);
  if (report?.lag != null) return report.lag;
  throw new ParleyError('LEDGER_UNAVAILABLE', `How far ${report?.name ?? ledger} is behind is not known`, {
    source: report?.name ?? ledger,
    details: report?.problem ?? undefined,
  });
}

/** The rows of a kind of ledger that the caller may see. */
export async function ledgersOfKind(context: RequestContext, kind: LedgerRow['kind']): Promise<readonly LedgerRow[]> {
  return (await loadersOf(context).ledgers()).filter((row) => row.kind === kind);
}

/** The row of a ledger that a row of it already proves to be visible. */
export async function requireLedger(context: RequestContext, id: LedgerId): Promise<LedgerRow> {
  const row = await loadersOf(context).ledger(id);
  if (row === null)
    throw new ParleyError('STORE_CORRUPT', 'A row names a ledger that the store does not list', { got: id });
  return row;
}

/** What is made of a ledger's row: at once where the request has read it. */
export function withLedger<T>(context: RequestContext, id: LedgerId, make: (row: LedgerRow) => T): T | Promise<T> {
  const now = loadersOf(context).ledgersNow?.find((row) => row.id === id);
  return now === undefined ? requireLedger(context, id).then(make) : make(now);
}

/** What is made of a block's row: at once where the request has read it. */
export function withBlock<T>(
  context: RequestContext,
  ledger: LedgerId,
  hash: string,
  make: (row: BlockRow | null) => T,
): T | Promise<T> {
  const now = loadersOf(context).blockNow({ ledger, hash });
  return now === undefined ? loadersOf(context).blockByHash.load({ ledger, hash }).then(make) : make(now);
}

async function connected(context: RequestContext, id: LedgerId): Promise<AnyLedger> {
  const ledger = context.ledgers.get(id);
  if (ledger !== undefined) return ledger;
  const source = (await loadersOf(context).ledger(id))?.name ?? id;
  throw new ParleyError('LEDGER_UNAVAILABLE', `Ledger ${source} is not connected`, { source });
}

/** The channel itself. Errors: `LEDGER_UNAVAILABLE` where it is not connected. */
export async function fabricLedger(context: RequestContext, id: LedgerId): Promise<FabricLedger> {
  const ledger = await connected(context, id);
  if (ledger.kind === 'fabric') return ledger;
  throw new ParleyError('ID_INVALID', 'That ledger is no Fabric channel', { got: id });
}

/** The chain itself. Errors: `LEDGER_UNAVAILABLE` where it is not connected. */
export async function ethereumLedger(context: RequestContext, id: LedgerId): Promise<EthereumLedger> {
  const ledger = await connected(context, id);
  if (ledger.kind === 'ethereum') return ledger;
  throw new ParleyError('ID_INVALID', 'That ledger is no Ethereum chain', { got: id });
}

export const memberId = (member: DirectoryMember): string => formatId({ type: 'Member', key: member.id });
export const networkId = (context: RequestContext): string =>
  formatId({ type: 'Network', key: context.directory.network.id });

/** What is made of each member behind a transaction, in the order of its parties: at once where the request knows who is who. */
export function membersBehind<T>(
  context: RequestContext,
  row: Pick<TransactionRow, 'ledger' | 'parties'>,
  make: (member: DirectoryMember) => T,
): T[] | Promise<T[]> {
  const parties = partiesOf(context);
  const find = parties.findNow;
  return find === undefined
    ? parties.finder().then((found) => behind(found, row).map(make))
    : behind(find, row).map(make);
}

function behind(find: FindMember, row: Pick<TransactionRow, 'ledger' | 'parties'>): readonly DirectoryMember[] {
  const found: DirectoryMember[] = [];
  for (const { nativeId } of row.parties) {
    const member = find(row.ledger, nativeId);
    if (member !== null && !found.some(({ id }) => id === member.id)) found.push(member);
  }
  return found;
}
