import { Ctx, Directive, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { DirectoryMember } from '../../model/directory.js';
import { hasBlocks, ledgerKind } from '../../model/ids.js';
import { connectionType } from '../connections.js';
import type { RequestContext } from '../context.js';
import { networkBehind } from '../networks.js';
import type { MembershipFacts } from '../parties.js';
import { blockId } from '../rowIds.js';
import { DateTimeScalar } from '../scalars.js';
import { MembershipRoleEnum, MembershipStatusEnum } from './enums.js';
import { Member } from './member.js';
import { Network } from './network.js';
import { memberOf } from './members.js';
import { ApiRecord, Chain, Channel, Evidence, FabricBlock, Ledger, Node, PageInfo } from './types.js';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Node],
  description: "A member's standing on one ledger: an MSP in a channel's config, or an address on a chain.",
  simpleResolvers: true,
})
export class Membership {
  constructor(readonly facts: MembershipFacts) {}

  get id(): string {
    return this.facts.id;
  }

  @Field(() => Ledger, { nullable: true, description: 'The ledger that records it; null where no ledger does.' })
  get recordedOn(): object | null {
    const { ledger } = this.facts;
    if (!hasBlocks(ledger)) return null;
    return ledgerKind(ledger) === 'fabric' ? new Channel(ledger) : new Chain(ledger);
  }

  @Field(() => String)
  get nativeId(): string {
    return this.facts.nativeId;
  }

  @Field(() => MembershipRoleEnum)
  get role(): string {
    return this.facts.role;
  }

  @Field(() => MembershipStatusEnum)
  get status(): string {
    return this.facts.status;
  }

  @Field(() => DateTimeScalar, { nullable: true })
  get since(): number | null {
    return this.facts.sinceMs;
  }

  @Field(() => DateTimeScalar, { nullable: true })
  get until(): number | null {
    return this.facts.untilMs;
  }

  @Field(() => Evidence, { nullable: true, description: 'The block, transaction or record that says so.' })
  get evidence(): object {
    const { ledger, nativeId, member, row } = this.facts;
    if (member.amb !== undefined) return atAmazon(ledger, member, member.amb);
    if (row !== null) return new FabricBlock(blockId(ledger, row.evidence));
    const record = { member: member.id, ledger, address: nativeId };
    return new ApiRecord({ source: 'configuration', observedAt: Date.now(), record });
  }
}

function atAmazon(
  source: string,
  { id, name }: DirectoryMember,
  { nativeStatus, observedAtMs }: NonNullable<DirectoryMember['amb']>,
): ApiRecord {
  const NetworkId = source.slice('amb:'.length);
  const record = { NetworkId, Id: id, Name: name, Status: nativeStatus };
  return new ApiRecord({ source, observedAt: observedAtMs, record });
}

@Resolver(() => Membership)
export class MembershipResolver {
  @FieldResolver(() => Member)
  member(@Root() { facts }: Membership, @Ctx() context: RequestContext): Promise<Member> {
    return memberOf(context, facts.member);
  }

  @FieldResolver(() => Network)
  async network(@Root() { facts }: Membership, @Ctx() context: RequestContext): Promise<Network> {
    return new Network(await networkBehind(context, facts.ledger));
  }
}

export const { Connection: MembershipConnection, Edge: MembershipEdge } = connectionType<Membership>(
  'Membership',
  () => Membership,
  PageInfo,
);
