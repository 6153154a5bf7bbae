import type { RequestContext } from '../context.js';
import type { Keyed } from '../listPage.js';
import { networkNodesOf } from '../networkNodes.js';
import { partiesOf } from '../parties.js';
import type { MembershipFilter } from './inputs.js';
import { Membership } from './membership.js';
import { NetworkNode } from './networkNode.js';

/** The memberships that a filter lets through, of one member or of all. */
export async function membershipsOf(
  context: RequestContext,
  memberId: string | null,
  filter: MembershipFilter | null | undefined,
): Promise<Keyed<Membership>[]> {
  return (await partiesOf(context).memberships())
    .filter(({ member }) => memberId === null || member.id === memberId)
    .filter(({ ledger }) => filter?.ledger == null || ledger === filter.ledger)
    .filter(({ status }) => filter?.status?.includes(status) ?? true)
    .filter(({ role }) => filter?.role?.includes(role) ?? true)
    .map((facts) => ({ key: facts.id, value: new Membership(facts) }));
}

/** The nodes of one member's organisations, or all. */
export async function nodesOf(
  context: RequestContext,
  mspIds: readonly string[] | null,
): Promise<Keyed<NetworkNode>[]> {
  return (await networkNodesOf(context).all())
    .filter(({ operator }) => mspIds === null || (operator !== null && mspIds.includes(operator)))
    .map((facts) => ({ key: facts.id, value: new NetworkNode(facts) }));
}
