import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import { PageArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import { listPage } from '../listPage.js';
import { networkById, networksOf } from '../networks.js';
import { MemberBy, MemberFilter } from './inputs.js';
import { Member } from './member.js';
import { MemberConnection } from './memberResolver.js';
import { findMember, membersOf } from './members.js';
import { Network } from './network.js';
import { NetworkConnection } from './networkResolver.js';

@Resolver()
export class ConsortiumQueries {
  @Query(() => Network, { nullable: true })
  async network(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Network | null> {
    const facts = await networkById(context, id);
    return facts === null ? null : new Network(facts);
  }

  @Query(() => NetworkConnection)
  async networks(@Args(() => PageArgs) args: PageArgs, @Ctx() context: RequestContext): Promise<object> {
    const networks = (await networksOf(context)).map((facts) => new Network(facts));
    // The configured one first.
    const items = networks.map((value, index) => ({ key: `${index === 0 ? 0 : 1} ${value.id}`, value }));
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
