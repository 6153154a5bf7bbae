import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { FabricIdentity as IdentityFacts } from '../../model/fabric.js';
import type { LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { memberId } from '../ledgerFacts.js';
import { partiesOf } from '../parties.js';
import { Certificate, certificateOf } from './certificate.js';
import { Member } from './common.js';

@ObjectType({ simpleResolvers: true })
export class FabricIdentity {
  constructor(
    readonly ledger: LedgerId,
    private readonly facts: IdentityFacts,
  ) {}

  @Field(() => String)
  get mspId(): string {
    return this.facts.mspId;
  }

  @Field(() => String, { nullable: true })
  get subject(): string | null {
    return this.facts.subject;
  }

  @Field(() => Certificate, { nullable: true })
  get certificate(): Certificate | null {
    return this.facts.pem === null ? null : certificateOf(this.facts.pem);
  }
}

@Resolver(() => FabricIdentity)
export class FabricIdentityResolver {
  @FieldResolver(() => Member, { nullable: true })
  async member(@Root() { ledger, mspId }: FabricIdentity, @Ctx() context: RequestContext): Promise<object | null> {
    const member = await partiesOf(context).behind(ledger, mspId);
    return member === null ? null : new Member(memberId(member));
  }
}
