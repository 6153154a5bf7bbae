import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { ChangeKind, FeedChange } from '../../feed/feed.js';
import type { ProposalRow, VoteRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { ChangeKindEnum } from '../enums.js';
import { CursorScalar, DateTimeScalar } from '../scalars.js';
import { evidenceOf } from './evidence.js';
import { ProposalChangeKindEnum } from './proposalEnums.js';
import { requireProposal } from './proposalLookup.js';
import { Proposal, proposalOf } from './proposalType.js';
import { Evidence } from './types.js';
import { Vote } from './vote.js';

@ObjectType({ description: 'What a block changed of a proposal.', simpleResolvers: true })
export class ProposalChange {
  readonly row: ProposalRow;
  private readonly said: ChangeKind;

  constructor(
    { kind, row }: FeedChange<ProposalRow>,
    private readonly sealed: () => string,
  ) {
    this.row = row;
    this.said = kind;
  }

  @Field(() => CursorScalar)
  get cursor(): string {
    return this.sealed();
  }

  @Field(() => ChangeKindEnum)
  get kind(): string {
    return this.said;
  }

  @Field(() => ProposalChangeKindEnum)
  get change(): string {
    const { statusBefore, state } = this.row;
    if (statusBefore === state.status) return 'VOTE_CAST';
    if (state.status === 'EXECUTED') return 'EXECUTED';
    return statusBefore === null ? 'OPENED' : 'STATUS_CHANGED';
  }

  @Field(() => Proposal, { description: 'As of the block.' })
  get proposal(): Proposal {
    return proposalOf(this.row, this.at);
  }

  @Field(() => DateTimeScalar)
  get at(): number {
    const { timestampMs, state } = this.row;
    return timestampMs ?? state.history.at(-1)?.atMs ?? state.createdMs;
  }
}

@Resolver(() => ProposalChange)
export class ProposalChangeResolver {
  @FieldResolver(() => Evidence, { nullable: true })
  cause(@Root() { row }: ProposalChange, @Ctx() context: RequestContext): object | null {
    const { statusBefore, state, ledger } = row;
    return statusBefore === state.status ? null : evidenceOf(context, ledger, state.history.at(-1)?.cause ?? null);
  }
}

@ObjectType({ description: 'A vote that a block brought.', simpleResolvers: true })
export class VoteChange {
  readonly row: VoteRow;
  private readonly said: ChangeKind;

  constructor(
    { kind, row }: FeedChange<VoteRow>,
    private readonly sealed: () => string,
  ) {
    this.row = row;
    this.said = kind;
  }

  @Field(() => CursorScalar)
  get cursor(): string {
    return this.sealed();
  }

  @Field(() => ChangeKindEnum)
  get kind(): string {
    return this.said;
  }

  @Field(() => Vote)
  get vote(): Vote {
    return new Vote(this.row);
  }
}

@Resolver(() => VoteChange)
export class VoteChangeResolver {
  @FieldResolver(() => Proposal)
  proposal(@Root() { row }: VoteChange, @Ctx() context: RequestContext): Promise<Proposal> {
    const { ledger, state } = row;
    return requireProposal(context, { ledger, mechanism: state.mechanism, nativeId: state.proposal });
  }
}
