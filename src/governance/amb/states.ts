import type {
  ConsortiumState,
  EvidenceRef,
  InvitationState,
  ProposalAction,
  ProposalState,
  ProposalStatus,
  Requirement,
  Tally,
  VoteState,
  VotingPolicy,
} from '../../model/governance.js';
import { withStatus } from '../states.js';
import { idOf } from './compare.js';
import { canonicalText, sha256, type AmbProposalRecord, type AmbRecord } from './record.js';

// Amazon's words as the graph's. Pure: what was known, what a record says, and when it was found.

/** Where something was said, and when it was heard. */
export interface Said {
  /** Amazon's id of the network. */
  readonly network: string;
  readonly observedAtMs: number;
}

export const evidence = ({ network, observedAtMs }: Said, record: unknown): EvidenceRef => ({
  ...{ kind: 'API', source: `amb:${network}`, observedAtMs, record },
});

export const STATUSES = {
  IN_PROGRESS: 'ACTIVE',
  APPROVED: 'EXECUTED',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  ACTION_FAILED: 'EXECUTION_FAILED',
} as const satisfies Readonly<Record<string, ProposalStatus>>;

/** A moment of Amazon's, in ms; null where it gives none. */
export function momentOf(text: string | undefined): number | null {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : ms;
}

export function policyOf({ network }: AmbRecord): VotingPolicy {
  const { ThresholdPercentage, ThresholdComparator, ProposalDurationInHours } =
    network.VotingPolicy?.ApprovalThresholdPolicy ?? {};
  return {
    threshold: ThresholdPercentage ?? 50,
    comparator: ThresholdComparator ?? 'GREATER_THAN',
    durationHours: ProposalDurationInHours ?? 24,
  };
}

type Member = ConsortiumState['members'][number];

/** Null for one that never came to be. */
export function standingOf(status: string | undefined): Member['status'] | null {
  if (status === 'CREATING') return 'JOINING';
  if (status === 'CREATE_FAILED') return null;
  return status === 'DELETED' ? 'REMOVED' : 'ACTIVE';
}

/** The network with its members. One that is listed no more stays, REMOVED. */
export function consortiumOf(said: Said, record: AmbRecord, before: ConsortiumState | null): ConsortiumState {
  const { network, members, nodes } = record;
  const known = new Map(before?.members.map((member) => [member.nativeId, member]));
  const listed = members.flatMap((member) => memberOf(said, member, known.get(idOf(member.Id)) ?? null));
  const ids = new Set(listed.map(({ nativeId }) => nativeId));
  const gone = [...known.values()]
    .filter(({ nativeId }) => !ids.has(nativeId))
    .map((member) => goneMember(said, member));
  return {
    networkId: said.network,
    name: network.Name ?? said.network,
    description: network.Description ?? null,
    policy: policyOf(record),
    members: [...listed, ...gone],
    amb: {
      framework: [network.Framework, network.FrameworkVersion].filter((word) => word !== undefined).join(' ') || null,
      nativeStatus: network.Status ?? null,
      createdMs: momentOf(network.CreationDate),
      observedAtMs: said.observedAtMs,
      nodes: nodes.map((node) => ({
        nativeId: idOf(node.Id),
        member: idOf(node.MemberId),
        nativeStatus: node.Status ?? null,
        endpoint: node.FrameworkAttributes?.Fabric?.PeerEndpoint ?? null,
      })),
    },
  };
}

function memberOf(
  { observedAtMs }: Said,
  { Id, Name, Description, Status, CreationDate }: AmbRecord['members'][number],
  before: Member | null,
): Member[] {
  const status = standingOf(Status);
  if (status === null) return [];
  const nativeId = idOf(Id);
  const known = before ?? { name: nativeId, sinceMs: observedAtMs, untilMs: null };
  return [
    {
      ...{ nativeId, name: Name ?? known.name, status, accounts: [] },
      sinceMs: momentOf(CreationDate) ?? known.sinceMs,
      untilMs: status === 'REMOVED' ? (known.untilMs ?? observedAtMs) : null,
      ...{ description: orNull(Description), nativeStatus: orNull(Status) },
    },
  ];
}

const orNull = (text: string | undefined): string | null => text ?? null;

const goneMember = ({ observedAtMs }: Said, member: Member): Member => ({
  ...member,
  status: 'REMOVED',
  untilMs: member.untilMs ?? observedAtMs,
  nativeStatus: null,
});

/** Whose vote counts on what is open. */
export const votersOf = ({ members }: ConsortiumState): readonly string[] =>
  members.filter(({ status }) => status === 'ACTIVE').map(({ nativeId }) => nativeId);

/** A proposal as Amazon tells it now. `voted`: whose vote is known. */
export function proposalOf(
  said: Said,
  { proposal }: AmbProposalRecord,
  before: ProposalState | null,
  { consortium, voted }: { readonly consortium: ConsortiumState; readonly voted: readonly string[] },
): ProposalState {
  const { ProposalId, Status = 'IN_PROGRESS', ExpirationDate } = proposal;
  const cause = evidence(said, { NetworkId: said.network, ProposalId, Status });
  const status = STATUSES[Status];
  const first = before ?? opened(said, proposal, consortium.policy);
  const closesAtMs = momentOf(ExpirationDate) ?? first.closesAtMs;
  const facts = {
    ...{ nativeStatus: Status, statusSource: 'OBSERVED' as const, closesAtMs },
    tally: tallyOf(proposal, first.requirement, status === 'ACTIVE' ? missing(consortium, voted) : []),
    execution: executionOf(said, status, before, cause),
  };
  return withStatus(first, status, { atMs: changedAt(said, status, closesAtMs), cause }, facts);
}

/** Amazon says when a proposal expires, and of nothing else when it came about: then it is when it was found. */
const changedAt = ({ observedAtMs }: Said, status: ProposalStatus, closesAtMs: number | null): number =>
  status === 'EXPIRED' ? (closesAtMs ?? observedAtMs) : observedAtMs;

/** As it was made: what of it never changes, and the status that it began with. */
function opened(said: Said, proposal: AmbProposalRecord['proposal'], policy: VotingPolicy): ProposalState {
  const { ProposalId, ProposedByMemberId, Description, ExpirationDate, Arn } = proposal;
  const nativeId = idOf(ProposalId);
  const createdMs = momentOf(proposal.CreationDate) ?? said.observedAtMs;
  const actions = actionsOf(proposal);
  const cause = evidence(said, { NetworkId: said.network, ProposalId, CreationDate: proposal.CreationDate });
  const requirement = { kind: 'THRESHOLD', ...policy } as const;
  return {
    ...{
      mechanism: 'AMB',
      nativeId,
      title: titleOf(Description, actions) || nativeId,
      body: orNull(Description),
      links: [],
    },
    ...{ proposer: orNull(ProposedByMemberId), proposerInferred: false, actions },
    payloadDigest: sha256(
      canonicalText({ network: said.network, proposal: nativeId, actions: proposal.Actions ?? {} }),
    ),
    ...{ status: 'ACTIVE', nativeStatus: 'IN_PROGRESS', statusSource: 'OBSERVED' },
    ...{ createdMs, opensAtMs: createdMs, closesAtMs: momentOf(ExpirationDate), lapsesTo: 'EXPIRED' },
    ...{ requirement, tally: tallyOf(proposal, requirement, []), execution: null },
    history: [{ status: 'ACTIVE', atMs: createdMs, cause }],
    ...{ decision: null, native: { kind: 'AMB', arn: orNull(Arn) } },
  };
}

const LONGEST_TITLE = 200;

/** Amazon's proposals have no title: the first line of the description stands for it, or what is proposed. */
export function titleOf(description: string | undefined, actions: readonly ProposalAction[]): string {
  const [line = ''] = (description ?? '').trim().split('\n');
  const words = actions.map((action) => {
    if (action.kind === 'INVITE_MEMBER') return `Invite ${action.principal}`;
    return action.kind === 'REMOVE_MEMBER' ? `Remove ${action.nativeId}` : action.kind;
  });
  const text = line.trim() === '' ? words.join(', ') : line.trim();
  return text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE - 1)}…` : text;
}

/** One proposal may hold several of both. */
const actionsOf = ({ Actions }: AmbProposalRecord['proposal']): readonly ProposalAction[] => [
  ...(Actions?.Invitations ?? []).map(
    ({ Principal }) => ({ kind: 'INVITE_MEMBER', memberName: null, principal: Principal ?? '' }) as const,
  ),
  ...(Actions?.Removals ?? []).map(({ MemberId }) => ({ kind: 'REMOVE_MEMBER', nativeId: MemberId ?? '' }) as const),
];

function missing(consortium: ConsortiumState, voted: readonly string[]): readonly string[] {
  const done = new Set(voted);
  return votersOf(consortium).filter((member) => !done.has(member));
}

/** By Amazon's own counts; who is missing, by the votes listed. */
function tallyOf(
  { YesVoteCount = 0, NoVoteCount = 0, OutstandingVoteCount = 0 }: AmbProposalRecord['proposal'],
  requirement: Requirement,
  stillOut: readonly string[],
): Tally {
  const eligible = YesVoteCount + NoVoteCount + OutstandingVoteCount;
  const counted = (choice: 'YES' | 'NO', count: number) => ({ choice, count, weight: String(count) });
  return {
    eligible: String(eligible),
    choices: [counted('YES', YesVoteCount), counted('NO', NoVoteCount)],
    outstanding: String(OutstandingVoteCount),
    satisfied: carries(requirement, YesVoteCount, eligible),
    stillReachable: carries(requirement, YesVoteCount + OutstandingVoteCount, eligible),
    missing: stillOut.slice(0, 1_000),
  };
}

/** In whole numbers: `threshold` percent of all members, strictly more or at least. */
function carries(requirement: Requirement, yes: number, eligible: number): boolean {
  if (requirement.kind !== 'THRESHOLD' || eligible === 0) return false;
  const { threshold, comparator } = requirement;
  return comparator === 'GREATER_THAN' ? yes * 100 > threshold * eligible : yes * 100 >= threshold * eligible;
}

/** Amazon carries out what is approved, and says whether it could. */
function executionOf(
  { observedAtMs }: Said,
  status: ProposalStatus,
  before: ProposalState | null,
  cause: EvidenceRef,
): ProposalState['execution'] {
  if (before?.status === status) return before.execution;
  if (status === 'EXECUTED') return { attempts: [], evidence: cause };
  if (status !== 'EXECUTION_FAILED') return null;
  const error = { code: 'ACTION_FAILED', message: 'Amazon could not carry out one of its actions, or several' };
  return { attempts: [{ atMs: observedAtMs, by: null, error }], evidence: null };
}

/** One that is listed no more: what was open can be voted on no more; what was over stays as it was. */
export function goneProposal(said: Said, before: ProposalState): ProposalState {
  const cause = evidence(said, { NetworkId: said.network, ProposalId: before.nativeId, listed: false });
  if (before.status !== 'ACTIVE') return { ...before, nativeStatus: null };
  const late = before.closesAtMs !== null && before.closesAtMs <= said.observedAtMs;
  const tally = { ...before.tally, missing: [], stillReachable: false };
  const entry = { atMs: late ? (before.closesAtMs ?? said.observedAtMs) : said.observedAtMs, cause };
  return withStatus(before, late ? 'EXPIRED' : 'CANCELED', entry, {
    nativeStatus: null,
    statusSource: 'DERIVED',
    tally,
  });
}

/** An open one whose voters are others than they were, though Amazon tells it as before. */
export function withVoters(
  before: ProposalState,
  consortium: ConsortiumState,
  voted: readonly string[],
): ProposalState {
  return { ...before, tally: { ...before.tally, missing: missing(consortium, voted) } };
}

/** Votes have no time at Amazon, and nothing that proves them. */
export function voteOf(
  said: Said,
  proposal: string,
  { MemberId, MemberName, Vote }: AmbProposalRecord['votes'][number],
): VoteState {
  return {
    ...{ mechanism: 'AMB', proposal, voter: idOf(MemberId), choice: Vote === 'NO' ? 'NO' : 'YES' },
    ...{ nativeChoice: Vote ?? null, weight: '1', reason: null, castAtMs: null, verified: false },
    evidence: evidence(said, { NetworkId: said.network, ProposalId: proposal, MemberId, MemberName, Vote }),
  };
}

export function invitationOf(
  { observedAtMs }: Said,
  { InvitationId, Status, CreationDate, ExpirationDate, Arn }: AmbRecord['invitations'][number],
  before: InvitationState | null,
): InvitationState {
  const known = before ?? { createdMs: observedAtMs, expiresMs: null };
  return {
    ...{ nativeId: idOf(InvitationId), name: null, principal: accountOf(Arn), status: Status ?? 'PENDING' },
    createdMs: momentOf(CreationDate) ?? known.createdMs,
    expiresMs: momentOf(ExpirationDate) ?? known.expiresMs,
    ...{ proposal: null, member: null },
  };
}

/** The account that was invited stands in the invitation's name alone: `arn:aws:managedblockchain:<region>:<account>:invitations/…`. */
export const accountOf = (arn: string | undefined): string => arn?.split(':')[4] ?? '';

/** One that is listed no more can be accepted no more. */
export const goneInvitation = (before: InvitationState): InvitationState =>
  before.status === 'PENDING' || before.status === 'ACCEPTING' ? { ...before, status: 'EXPIRED' } : before;
