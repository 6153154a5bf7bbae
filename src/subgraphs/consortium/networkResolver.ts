import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { connectionType, ForwardArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import { listPage } from '../listPage.js';
import { loadersOf } from '../loaders.js';
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
    const items = await membersOf(context, filter);
    return new MemberConnection(listPage(context, items, { kind: 'members', bound: [id, filter], args }));
  }

  @FieldResolver(() => MembershipConnection)
  async memberships(
    @Root() { id }: Network,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => MembershipFilter, { nullable: true }) filter: MembershipFilter | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const items = await membershipsOf(context, null, filter);
    return new MembershipConnection(listPage(context, items, { kind: 'memberships', bound: [id, filter], args }));
  }

  @FieldResolver(() => NetworkNodeConnection)
  async nodes(
    @Root() { id }: Network,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const items = await nodesOf(context, null);
    return new NetworkNodeConnection(listPage(context, items, { kind: 'nodes', bound: id, args }));
  }

  @FieldResolver(() => [Ledger])
  async ledgers(@Ctx() context: RequestContext): Promise<object[]> {
    const rows = await loadersOf(context).ledgers();
    return rows.map(({ id, kind }) => (kind === 'fabric' ? new Channel(id) : new Chain(id)));
  }
}
