import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { ChannelOrganization as OrganizationFacts } from '../../model/fabric.js';
import type { LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { memberId } from '../ledgerFacts.js';
import { partiesOf } from '../parties.js';
import { Certificate } from './certificate.js';
import { HostPort } from './channelConfig.js';
import { Member } from './common.js';
import { ChannelPolicy } from './policy.js';

@ObjectType({ simpleResolvers: true })
export class ChannelOrganization {
  constructor(
    readonly ledger: LedgerId,
    private readonly facts: OrganizationFacts,
  ) {}

  @Field(() => String)
  get mspId(): string {
    return this.facts.mspId;
  }

  @Field(() => Boolean)
  get nodeOUs(): boolean {
    return this.facts.nodeOUs;
  }

  @Field(() => [HostPort])
  get anchorPeers(): readonly HostPort[] {
    return this.facts.anchorPeers;
  }

  @Field(() => [Certificate])
  get rootCertificates(): readonly Certificate[] {
    return this.facts.rootCertificates;
  }

  @Field(() => [ChannelPolicy])
  get policies(): readonly ChannelPolicy[] {
    return this.facts.policies.map((policy) => new ChannelPolicy(policy));
  }
}

@Resolver(() => ChannelOrganization)
export class ChannelOrganizationResolver {
  @FieldResolver(() => Member, { nullable: true })
  async member(@Root() { ledger, mspId }: ChannelOrganization, @Ctx() context: RequestContext): Promise<object | null> {
    const member = await partiesOf(context).behind(ledger, mspId);
    return member === null ? null : new Member(memberId(member));
  }
}
