import { Args, Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { HistoryEntry, ProposalKey } from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import type { ProposalRow } from '../../store/store.js';
import { connectionType, ForwardArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import { ProposalStatusEnum } from '../enums.js';
import { DateTimeScalar } from '../scalars.js';
import { networkBehind } from '../networks.js';
import { evidenceOf } from './evidence.js';
import { governanceOf, keyOf, keyText } from './governanceLoaders.js';
import { Member } from './member.js';
import { memberBehind } from './members.js';
import { Network } from './network.js';
import { Proposal, proposalOf } from './proposalType.js';
import { Evidence, PageInfo } from './types.js';
import { Vote, VoteConnection } from './vote.js';
import { votePage } from './voteLists.js';

@ObjectType({ simpleResolvers: true })
export class ProposalHistoryEntry {
  constructor(
    readonly ledger: LedgerId,
    readonly facts: HistoryEntry,
  ) {}

  @Field(() => ProposalStatusEnum)
  get status(): string {
    return this.facts.status;
  }

  @Field(() => DateTimeScalar)
  get at(): number {
    return this.facts.atMs;
  }
}

@Resolver(() => ProposalHistoryEntry)
export class ProposalHistoryResolver {
  @FieldResolver(() => Evidence, { nullable: true })
  cause(@Root() { ledger, facts }: ProposalHistoryEntry, @Ctx() context: RequestContext): object | null {
    return evidenceOf(context, ledger, facts.cause);
  }
}

export const { Connection: ProposalConnection, Edge: ProposalEdge } = connectionType<Proposal>(
  'Proposal',
  () => Proposal,
  PageInfo,
);

/** The update that another took the place of, and the one that took its own. */
function inPlaceOf(row: ProposalRow): readonly ProposalKey[] {
  const { native } = row.state;
  if (native.kind !== 'FABRIC_CONFIG') return [];
  const named = [native.replaces, native.replacedBy].filter((nativeId) => nativeId !== undefined);
  return named.map((nativeId) => ({ ...keyOf(row), nativeId }));
}

@Resolver(() => Proposal)
export class ProposalResolver {
  @FieldResolver(() => Network)
  async network(@Root() { row }: Proposal, @Ctx() context: RequestContext): Promise<Network> {
    return new Network(await networkBehind(context, row.ledger));
  }

  @FieldResolver(() => [Proposal], {
    description:
      "Proposals that belong to the same decision: a member's removal and the configuration changes that carry it out.",
  })
  async related(@Root() { row }: Proposal, @Ctx() context: RequestContext): Promise<readonly Proposal[]> {
    const loaders = governanceOf(context);
    const decision = row.state.decision ?? keyOf(row);
    const [decided, carrying, ...others] = await Promise.all([
      loaders.proposal.load(decision),
      loaders.carryingOut.load(decision),
      ...inPlaceOf(row).map((key) => loaders.proposal.load(key)),
    ]);
    const found = [decided, ...others, ...carrying].filter((one) => one !== null);
    const byKey = new Map(found.map((one) => [keyText(keyOf(one)), one]));
    byKey.delete(keyText(keyOf(row)));
    return [...byKey.values()].map((one) => proposalOf(one));
  }

  @FieldResolver(() => Member, { nullable: true })
  proposer(@Root() { row }: Proposal, @Ctx() context: RequestContext): Promise<Member | null> | null {
    return row.state.proposer === null ? null : memberBehind(context, row.ledger, row.state.proposer);
  }

  @FieldResolver(() => VoteConnection)
  async votes(
    @Root() { row }: Proposal,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return new VoteConnection(await votePage(context, keyOf(row), args));
  }

  @FieldResolver(() => [ProposalHistoryEntry])
  history(@Root() { row }: Proposal): readonly ProposalHistoryEntry[] {
    return row.state.history.map((entry) => new ProposalHistoryEntry(row.ledger, entry));
  }

  @FieldResolver(() => Vote, { nullable: true })
  async viewerVote(@Root() { row }: Proposal, @Ctx() context: RequestContext): Promise<Vote | null> {
    const vote = await governanceOf(context).viewerVote.load(keyOf(row));
    return vote === null ? null : new Vote(vote);
  }
}
