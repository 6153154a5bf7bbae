import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import { PageArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import { listPage } from '../listPage.js';
import { MemberBy, MemberFilter } from './inputs.js';
import { Member } from './member.js';
import { MemberConnection } from './memberResolver.js';
import { findMember, isOurNetwork, membersOf } from './members.js';
import { Network } from './network.js';
import { NetworkConnection } from './networkResolver.js';

@Resolver()
export class ConsortiumQueries {
  @Query(() => Network, { nullable: true })
  network(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Network | null {
    return isOurNetwork(context, id) ? new Network(context.directory.network) : null;
  }

  @Query(() => NetworkConnection)
  networks(@Args(() => PageArgs) args: PageArgs, @Ctx() context: RequestContext): object {
    const network = new Network(context.directory.network);
    const items = [{ key: network.id, value: network }];
    return new NetworkConnection(listPage(context, items, { kind: 'networks', bound: null, args }));
  }

  @Query(() => Member, { nullable: true })
  member(@Arg('by', () => MemberBy) by: MemberBy, @Ctx() context: RequestContext): Promise<Member | null> {
    return findMember(context, by);
  }

  @Query(() => MemberConnection)
  async members(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => MemberFilter, { nullable: true }) filter: MemberFilter | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const items = await membersOf(context, filter);
    return new MemberConnection(listPage(context, items, { kind: 'members', bound: filter, args }));
  }
}
