import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { connectionType, ForwardArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import { listPage } from '../listPage.js';
import { partiesOf } from '../parties.js';
import { accountId } from '../rowIds.js';
import { MembershipFilter } from './inputs.js';
import { membershipsOf, nodesOf } from './lists.js';
import { Member } from './member.js';
import { MembershipConnection } from './membership.js';
import { NetworkNodeConnection } from './networkNode.js';
import { Account, PageInfo } from './types.js';

export const { Connection: MemberConnection, Edge: MemberEdge } = connectionType<Member>(
  'Member',
  () => Member,
  PageInfo,
);

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => MembershipConnection)
  async memberships(
    @Root() { id, facts }: Member,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => MembershipFilter, { nullable: true }) filter: MembershipFilter | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const items = await membershipsOf(context, { member: facts.id }, filter);
    return new MembershipConnection(listPage(context, items, { kind: 'memberships', bound: [id, filter], args }));
  }

  @FieldResolver(() => [Account])
  accounts(@Root() { facts }: Member, @Ctx() context: RequestContext): object[] {
    return partiesOf(context)
      .accountsOf(facts)
      .map(({ ledger, address }) => new Account(accountId(ledger, address)));
  }

  @FieldResolver(() => NetworkNodeConnection)
  async nodes(
    @Root() { id, facts }: Member,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const items = await nodesOf(context, { member: facts });
    return new NetworkNodeConnection(listPage(context, items, { kind: 'nodes', bound: id, args }));
  }
}
