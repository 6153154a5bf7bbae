import { ParleyError } from '../errors/index.js';
import type { DirectoryNetwork } from '../model/directory.js';
import type { AmbFacts } from '../model/governance.js';
import { formatId, hasBlocks, isLedgerId, parseId, type LedgerId } from '../model/ids.js';
import type { ConsortiumRow } from '../store/store.js';
import type { RequestContext } from './context.js';
import { loadersOf } from './loaders.js';

// The configured network spans channels and chains; each network of Amazon's stands beside it, under Amazon's own id.

export interface NetworkFacts extends DirectoryNetwork {
  /** What Amazon says of it; null where members decide elsewhere, or as long as Amazon has said nothing. */
  readonly amb: AmbFacts | null;
}

/** The configured network. */
export const ownNetwork = ({ directory }: RequestContext): NetworkFacts => ({ ...directory.network, amb: null });

/** Every network that the caller may see, the configured one first. */
export async function networksOf(context: RequestContext): Promise<readonly NetworkFacts[]> {
  const ids = context.scope.ledgers.filter((ledger) => !hasBlocks(ledger));
  return [ownNetwork(context), ...(await Promise.all(ids.map((ledger) => networkBehind(context, ledger))))];
}

/** The network that decides on a ledger. */
export async function networkBehind(context: RequestContext, ledger: LedgerId): Promise<NetworkFacts> {
  if (hasBlocks(ledger)) return ownNetwork(context);
  const row = (await loadersOf(context).consortia()).find((one) => one.ledger === ledger);
  return row === undefined ? unread(context, ledger) : factsOf(row);
}

const factsOf = ({ state }: ConsortiumRow): NetworkFacts => ({
  ...{ id: state.networkId, name: state.name, description: state.description, amb: state.amb ?? null },
});

/** It is there by configuration; why nothing more is known is told beside the answer. */
function unread(context: RequestContext, ledger: LedgerId): NetworkFacts {
  const source = ledger;
  context.report(new ParleyError('LEDGER_UNAVAILABLE', 'The network has not been read from Amazon yet', { source }));
  const id = ledger.slice('amb:'.length);
  return { id, name: id, description: null, amb: null };
}

/** By its id in the graph; null where the caller may see none of it. */
export async function networkById(context: RequestContext, id: string): Promise<NetworkFacts | null> {
  const ref = parseId(id);
  if (ref?.type !== 'Network') return null;
  if (ref.key === context.directory.network.id) return ownNetwork(context);
  const ledger = ambLedger(context, ref.key);
  return ledger === null ? null : networkBehind(context, ledger);
}

/** True of the ledgers on which a network decides: of all where none is named, of none where it is not known. */
export function decidesOn(context: RequestContext, id: string | null | undefined): (ledger: LedgerId) => boolean {
  if (id == null) return () => true;
  const ref = parseId(id);
  if (ref?.type !== 'Network') return () => false;
  if (ref.key === context.directory.network.id) return hasBlocks;
  const own = ambLedger(context, ref.key);
  return (ledger) => ledger === own;
}

/** True where the caller may see a network of that id, or names none. */
export function isNetwork(context: RequestContext, id: string | null | undefined): boolean {
  if (id == null || id === formatId({ type: 'Network', key: context.directory.network.id })) return true;
  const ref = parseId(id);
  return ref?.type === 'Network' && ambLedger(context, ref.key) !== null;
}

function ambLedger({ scope }: RequestContext, key: string): LedgerId | null {
  const id = `amb:${key}`;
  return isLedgerId(id) && scope.ledgers.includes(id) ? id : null;
}
