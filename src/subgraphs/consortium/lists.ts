import type { RequestContext } from '../context.js';
import type { Keyed } from '../listPage.js';
import type { DirectoryMember } from '../../model/directory.js';
import { networkId } from '../ledgerFacts.js';
import { networkNodesOf, type NetworkNodeFacts } from '../networkNodes.js';
import { decidesOn } from '../networks.js';
import { partiesOf } from '../parties.js';
import type { MembershipFilter } from './inputs.js';
import { Membership } from './membership.js';
import { NetworkNode } from './networkNode.js';

/** The memberships that a filter lets through, of one member, of one network, or of all. */
export async function membershipsOf(
  context: RequestContext,
  of: { readonly member: string } | { readonly network: string },
  filter: MembershipFilter | null | undefined,
): Promise<Keyed<Membership>[]> {
  const isWithin = decidesOn(context, 'network' in of ? of.network : null);
  return (await partiesOf(context).memberships())
    .filter(({ member, ledger }) => ('member' in of ? member.id === of.member : isWithin(ledger)))
    .filter(({ ledger }) => filter?.ledger == null || ledger === filter.ledger)
    .filter(({ status }) => filter?.status?.includes(status) ?? true)
    .filter(({ role }) => filter?.role?.includes(role) ?? true)
    .map((facts) => ({ key: facts.id, value: new Membership(facts) }));
}

/** The nodes of one member, or of one network. */
export async function nodesOf(
  context: RequestContext,
  of: { readonly member: DirectoryMember } | { readonly network: string },
): Promise<Keyed<NetworkNode>[]> {
  const isWanted = 'member' in of ? runBy(of.member) : within(context, of.network);
  return (await networkNodesOf(context).all())
    .filter(isWanted)
    .map((facts) => ({ key: facts.id, value: new NetworkNode(facts) }));
}

function runBy(member: DirectoryMember): (node: NetworkNodeFacts) => boolean {
  const names = member.amb === undefined ? member.mspIds : [member.id];
  return ({ operator, amb }) => operator !== null && names.includes(operator) && amb?.ledger === member.amb?.ledger;
}

/** Nodes of channels and chains are all of the configured network, those too that stand on none yet. */
function within(context: RequestContext, network: string): (node: NetworkNodeFacts) => boolean {
  const decides = decidesOn(context, network);
  const isOwn = network === networkId(context);
  return ({ amb }) => (amb === undefined ? isOwn : decides(amb.ledger));
}
