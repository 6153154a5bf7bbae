import { Ctx, Directive, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { ledgerKind } from '../../model/ids.js';
import type { VoteRow } from '../../store/store.js';
import { connectionType } from '../connections.js';
import type { RequestContext } from '../context.js';
import { ConfirmationEnum, VoteChoiceEnum } from '../enums.js';
import { accountId } from '../rowIds.js';
import { BigIntScalar, DateTimeScalar } from '../scalars.js';
import { voteId } from '../voteIds.js';
import { evidenceOf } from './evidence.js';
import { governanceOf } from './governanceLoaders.js';
import { Member } from './member.js';
import { memberBehind } from './members.js';
import { requireProposal } from './proposalLookup.js';
import { Proposal } from './proposalType.js';
import { Account, Evidence, Node, PageInfo } from './types.js';

@Directive('@key(fields: "id")')
@ObjectType({ implements: [Node], description: 'What a party said on a proposal.', simpleResolvers: true })
export class Vote {
  constructor(readonly row: VoteRow) {}

  get id(): string {
    return voteId(this.row);
  }

  @Field(() => VoteChoiceEnum)
  get choice(): string {
    return this.row.state.choice;
  }

  @Field(() => String, { nullable: true })
  get nativeChoice(): string | null {
    return this.row.state.nativeChoice;
  }

  @Field(() => BigIntScalar)
  get weight(): string {
    return this.row.state.weight;
  }

  @Field(() => String, { nullable: true })
  get reason(): string | null {
    return this.row.state.reason;
  }

  @Field(() => DateTimeScalar, { nullable: true, description: 'Null where the mechanism keeps no time (AMB).' })
  get castAt(): number | null {
    return this.row.state.castAtMs;
  }

  @Field(() => ConfirmationEnum)
  get confirmation(): string {
    return this.row.confirmation;
  }

  @Field(() => Boolean, {
    description: "The signature was checked by Parley against the member's identity of that moment.",
  })
  get verified(): boolean {
    return this.row.state.verified;
  }
}

@Resolver(() => Vote)
export class VoteResolver {
  @FieldResolver(() => Proposal)
  proposal(@Root() { row }: Vote, @Ctx() context: RequestContext): Promise<object> {
    const { ledger, state } = row;
    return requireProposal(context, { ledger, mechanism: state.mechanism, nativeId: state.proposal });
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: "Null where the voter is nobody's member (a token holder): `voterAccount` says who.",
  })
  voter(@Root() { row }: Vote, @Ctx() context: RequestContext): Promise<Member | null> {
    return memberBehind(context, row.ledger, row.state.voter);
  }

  @FieldResolver(() => Account, { nullable: true })
  voterAccount(@Root() { row }: Vote): object | null {
    return ledgerKind(row.ledger) === 'ethereum' ? new Account(accountId(row.ledger, row.state.voter)) : null;
  }

  @FieldResolver(() => Vote, { nullable: true })
  async supersededBy(@Root() { row }: Vote, @Ctx() context: RequestContext): Promise<Vote | null> {
    if (row.supersededBy === null) return null;
    const newest = await governanceOf(context).vote.load(row.supersededBy);
    return newest === null ? null : new Vote(newest);
  }

  @FieldResolver(() => Evidence, {
    nullable: true,
    description: 'Null where it lies on a channel that the caller may not see.',
  })
  evidence(@Root() { row }: Vote, @Ctx() context: RequestContext): object | null {
    return evidenceOf(context, row.ledger, row.state.evidence);
  }
}

export const { Connection: VoteConnection, Edge: VoteEdge } = connectionType<Vote>('Vote', () => Vote, PageInfo);
