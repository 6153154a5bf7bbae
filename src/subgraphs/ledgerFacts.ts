import { ParleyError } from '../errors/index.js';
import type { AnyLedger, EthereumLedger, FabricLedger } from '../ledgers/ledger.js';
import type { DirectoryMember } from '../model/directory.js';
import { formatId, type LedgerId } from '../model/ids.js';
import type { LedgerRow, TransactionRow } from '../store/store.js';
import type { RequestContext } from './context.js';
import { loadersOf } from './loaders.js';
import { partiesOf } from './parties.js';

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

/** The members behind a transaction, each once, in the order of its parties. */
export async function membersBehind(
  context: RequestContext,
  row: Pick<TransactionRow, 'ledger' | 'parties'>,
): Promise<readonly DirectoryMember[]> {
  const find = await partiesOf(context).finder();
  const found: DirectoryMember[] = [];
  for (const { nativeId } of row.parties) {
    const member = find(row.ledger, nativeId);
    if (member !== null && !found.some(({ id }) => id === member.id)) found.push(member);
  }
  return found;
}
