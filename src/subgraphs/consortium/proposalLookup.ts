import { ParleyError } from '../../errors/index.js';
import type { ProposalKey } from '../../model/governance.js';
import { hasBlocks, parseId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { loadersOf } from '../loaders.js';
import { governanceOf, keyText } from './governanceLoaders.js';
import { proposalOf, type Proposal } from './proposalType.js';

/** A proposal by its id; null where there is none that the caller may see. */
export async function proposalById(context: RequestContext, id: string): Promise<Proposal | null> {
  const ref = parseId(id);
  if (ref?.type !== 'Proposal') return null;
  const row = await governanceOf(context).proposal.load(ref.proposal);
  return row === null ? null : proposalOf(row);
}

/** One that moved from Amazon to a channel with its network, by the id that it had there; null where there is none. */
export async function movedProposal(context: RequestContext, id: string): Promise<Proposal | null> {
  const ref = parseId(id);
  if (ref?.type !== 'Proposal' || ref.proposal.mechanism !== 'AMB') return null;
  const { ledger: there, nativeId } = ref.proposal;
  const consortia = await loadersOf(context).consortia();
  const home = consortia.find(({ ledger, state }) => hasBlocks(ledger) && `amb:${state.networkId}` === there);
  if (home === undefined) return null;
  const row = await governanceOf(context).proposal.load({ ledger: home.ledger, mechanism: 'CONSORTIUM', nativeId });
  return row === null ? null : proposalOf(row);
}

/** One that something else proves to be there. */
export async function requireProposal(context: RequestContext, key: ProposalKey): Promise<Proposal> {
  const row = await governanceOf(context).proposal.load(key);
  if (row !== null) return proposalOf(row);
  throw new ParleyError('STORE_CORRUPT', 'A vote or an invitation names a proposal that is not indexed', {
    got: keyText(key),
  });
}
