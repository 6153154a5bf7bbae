import type { RequestContext } from '../context.js';
import { loadersOf } from '../loaders.js';
import type { ApprovalRow, ChaincodeRow } from '../../store/store.js';

/** What each organisation that the channel has now said of the definition in force; null where it did not approve it. */
export async function approvalsOf(
  context: RequestContext,
  { ledger, definition }: ChaincodeRow,
): Promise<readonly { readonly mspId: string; readonly row: ApprovalRow | null }[]> {
  const loaders = loadersOf(context);
  const [config, rows] = await Promise.all([loaders.config.load(ledger), loaders.approvals.load(ledger)]);
  const agreeing = rows.filter(
    (row) =>
      row.definition.name === definition.name &&
      row.definition.sequence === definition.sequence &&
      row.definition.digest === definition.digest,
  );
  const found = new Map(agreeing.map((row) => [row.mspId, row]));
  const organizations = config?.config.organizations.map(({ mspId }) => mspId) ?? [...found.keys()];
  return organizations.map((mspId) => ({ mspId, row: found.get(mspId) ?? null }));
}
