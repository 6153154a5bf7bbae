import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { connectionType, ForwardArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import { listPage } from '../listPage.js';
import { loadersOf } from '../loaders.js';
import { decidesOn } from '../networks.js';
import { MemberFilter, MembershipFilter } from './inputs.js';
import { membershipsOf, nodesOf } from './lists.js';
import { MemberConnection } from './memberResolver.js';
import { membersOf } from './members.js';
import { MembershipConnection } from './membership.js';
import { Network } from './network.js';
import { NetworkNodeConnection } from './networkNode.js';
import { Chain, Channel, Ledger, PageInfo } from './types.js';

export const { Connection: NetworkConnection, Edge: NetworkEdge } = connectionType<Network>(
  'Network',
  () => Network,
  PageInfo,
);

@Resolver(() => Network)
export class NetworkResolver {
  @FieldResolver(() => MemberConnection)
  async members(
    @Root() { id }: Network,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => MemberFilter, { nullable: true }) filter: MemberFilter | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const items = await membersOf(context, filter, id);
    return new MemberConnection(listPage(context, items, { kind: 'members', bound: [id, filter], args }));
  }

  @FieldResolver(() => MembershipConnection)
  async memberships(
    @Root() { id }: Network,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => MembershipFilter, { nullable: true }) filter: MembershipFilter | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const items = await membershipsOf(context, { network: id }, filter);
    return new MembershipConnection(listPage(context, items, { kind: 'memberships', bound: [id, filter], args }));
  }

  @FieldResolver(() => NetworkNodeConnection)
  async nodes(
    @Root() { id }: Network,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const items = await nodesOf(context, { network: id });
    return new NetworkNodeConnection(listPage(context, items, { kind: 'nodes', bound: id, args }));
  }

  @FieldResolver(() => [Ledger])
  async ledgers(@Root() { id }: Network, @Ctx() context: RequestContext): Promise<object[]> {
    const rows = (await loadersOf(context).ledgers()).filter((row) => decidesOn(context, id)(row.id));
    return rows.map(({ id, kind }) => (kind === 'fabric' ? new Channel(id) : new Chain(id)));
  }
}
