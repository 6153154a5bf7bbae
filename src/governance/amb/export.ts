import {
  EXPORT_FORMAT,
  EXPORT_VERSION,
  type ExportedAction,
  type ExportedInvitation,
  type ExportedMember,
  type ExportedProposal,
  type NetworkExport,
} from '../../model/networkExport.js';
import { idOf, KnownNetwork } from './compare.js';
import { exportDigest } from './exportFile.js';
import type { AmbProposalRecord, AmbRecord } from './record.js';
import type { AmbSnapshot } from './snapshot.js';
import { accountOf, momentOf, policyOf, standingOf, titleOf } from './states.js';

/** What Amazon said of a network at a moment, as the file that can be brought in elsewhere. Pure. */
export function exportNetwork(snapshot: AmbSnapshot, region: string, nowMs: number): NetworkExport {
  const record = new KnownNetwork().difference(snapshot, nowMs);
  if (record === null) throw new TypeError('A network of which nothing is known cannot be exported');
  const { network } = record;
  const proposals = record.proposals.map(proposalOf);
  const said: Omit<NetworkExport, 'digest'> = {
    ...{ format: EXPORT_FORMAT, version: EXPORT_VERSION, exportedAt: instant(nowMs) },
    source: { kind: 'AMB', region },
    network: {
      id: idOf(network.Id),
      name: network.Name ?? idOf(network.Id),
      description: orNull(network.Description),
      framework: orNull(network.Framework),
      frameworkVersion: orNull(network.FrameworkVersion),
      nativeStatus: orNull(network.Status),
      createdAt: toldAt(network.CreationDate),
    },
    votingPolicy: policyOf(record),
    members: membersOf(record, proposals),
    nodes: record.nodes.map((node) => ({
      ...{ id: idOf(node.Id), memberId: idOf(node.MemberId), nativeStatus: orNull(node.Status) },
      ...{ instanceType: orNull(node.InstanceType), availabilityZone: orNull(node.AvailabilityZone) },
    })),
    proposals,
    invitations: record.invitations.map(invitationOf),
  };
  return { ...said, digest: exportDigest(said) };
}

/** Those listed, and those that only a proposal or a vote names. */
function membersOf(
  { members, proposals: records }: AmbRecord,
  proposals: readonly ExportedProposal[],
): readonly ExportedMember[] {
  const listed = members.flatMap(({ Id, Name, Description, Status, CreationDate }): ExportedMember[] => {
    const standing = standingOf(Status);
    if (standing === null) return [];
    return [
      {
        ...{ id: idOf(Id), name: orNull(Name), description: orNull(Description) },
        standing: standing === 'REMOVED' ? 'LEFT' : 'ACTIVE',
        ...{ nativeStatus: orNull(Status), createdAt: toldAt(CreationDate) },
      },
    ];
  });
  const known = new Set(listed.map(({ id }) => id));
  const others = [...new Set(proposals.flatMap(namedBy))].filter((id) => !known.has(id));
  const names = namesOf(records);
  const gone = others.map((id): ExportedMember => ({
    ...{ id, name: names.get(id) ?? null, description: null, standing: 'LEFT', nativeStatus: null, createdAt: null },
  }));
  return [...listed, ...gone].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function namedBy({ proposedBy, votes, actions }: ExportedProposal): readonly string[] {
  const removed = actions.flatMap((action) => (action.kind === 'REMOVE_MEMBER' ? [action.memberId] : []));
  return [...(proposedBy === null ? [] : [proposedBy]), ...votes.map(({ memberId }) => memberId), ...removed];
}

/** Names of members as proposals and votes say them. */
function namesOf(records: readonly AmbProposalRecord[]): ReadonlyMap<string, string> {
  const said = records.flatMap(({ proposal, votes }) => [
    [proposal.ProposedByMemberId, proposal.ProposedByMemberName] as const,
    ...votes.map(({ MemberId, MemberName }) => [MemberId, MemberName] as const),
  ]);
  return new Map(said.flatMap(([id, name]) => (id === undefined || name === undefined ? [] : [[id, name] as const])));
}

const STATUSES = {
  IN_PROGRESS: 'OPEN',
  APPROVED: 'EXECUTED',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  ACTION_FAILED: 'EXECUTION_FAILED',
} as const satisfies Readonly<Record<string, ExportedProposal['status']>>;

function proposalOf({ proposal, votes }: AmbProposalRecord): ExportedProposal {
  const { ProposalId, Description, ProposedByMemberId, Status = 'IN_PROGRESS', Actions } = proposal;
  const id = idOf(ProposalId);
  const actions: readonly ExportedAction[] = [
    ...(Actions?.Invitations ?? []).map(
      ({ Principal }) => ({ kind: 'INVITE_MEMBER', principal: Principal ?? '' }) as const,
    ),
    ...(Actions?.Removals ?? []).map(({ MemberId }) => ({ kind: 'REMOVE_MEMBER', memberId: idOf(MemberId) }) as const),
  ];
  const asKnown = actions.map((action) =>
    action.kind === 'REMOVE_MEMBER'
      ? { kind: action.kind, nativeId: action.memberId }
      : { ...action, memberName: null },
  );
  return {
    id,
    title: titleOf(Description, asKnown) || id,
    description: orNull(Description),
    proposedBy: ProposedByMemberId === undefined ? null : idOf(ProposedByMemberId),
    ...{ status: STATUSES[Status], nativeStatus: Status },
    createdAt: toldAt(proposal.CreationDate),
    expiresAt: toldAt(proposal.ExpirationDate),
    actions,
    counts: countsOf(proposal),
    votes: votes.map(({ MemberId, Vote }) => ({ memberId: idOf(MemberId), choice: Vote === 'NO' ? 'NO' : 'YES' })),
  };
}

const countsOf = ({
  YesVoteCount: yes = 0,
  NoVoteCount: no = 0,
  OutstandingVoteCount: outstanding = 0,
}: AmbProposalRecord['proposal']): ExportedProposal['counts'] => ({ yes, no, outstanding });

function invitationOf({
  InvitationId,
  Status = 'PENDING',
  CreationDate,
  ExpirationDate,
  Arn,
}: AmbRecord['invitations'][number]): ExportedInvitation {
  const id = idOf(InvitationId);
  const account = accountOf(Arn);
  return {
    id,
    status: Status === 'ACCEPTING' ? 'PENDING' : Status,
    nativeStatus: Status,
    principal: account === '' ? null : account,
    createdAt: toldAt(CreationDate),
    expiresAt: toldAt(ExpirationDate),
  };
}

const instant = (ms: number): string => new Date(ms).toISOString();

const orNull = (text: string | undefined): string | null => text ?? null;

function toldAt(text: string | undefined): string | null {
  const ms = momentOf(text);
  return ms === null ? null : instant(ms);
}

/** What the file cannot say because Amazon does not, in words. */
export function notTold({ snapshot, said }: { snapshot: AmbSnapshot; said: NetworkExport }): readonly string[] {
  const votes = said.proposals.reduce((sum, one) => sum + one.votes.length, 0);
  const over = said.proposals.filter(({ status }) => status !== 'OPEN').length;
  const fewer = said.proposals.filter(({ counts, votes: cast }) => counts.yes + counts.no > cast.length);
  const others = snapshot.members.filter(({ IsOwned, Status }) => IsOwned !== true && Status !== 'DELETED');
  const bare = said.proposals.filter(
    ({ proposedBy, createdAt, expiresAt, actions }) => (proposedBy && createdAt && expiresAt && actions[0]) == null,
  );
  const nameless = said.members.filter(({ name }) => name === null);
  return [
    ...(votes > 0 ? [`when each of the ${votes} votes was cast, and any signature of them`] : []),
    ...(over > 0 ? [`when each of the ${over} proposals that are over was decided`] : []),
    ...(fewer.length > 0 ? [`who cast some of the votes that are counted: ${some(fewer.map(({ id }) => id))}`] : []),
    ...(bare.length > 0
      ? [`who made some proposals, when, or what they were about: ${some(bare.map(({ id }) => id))}`]
      : []),
    ...(others.length > 0 ? [`nodes of members of other accounts: ${some(others.map(({ Id }) => Id ?? ''))}`] : []),
    ...(nameless.length > 0 ? [`what some former members were called: ${some(nameless.map(({ id }) => id))}`] : []),
    'invitations that other accounts received',
    'anything of the channels: blocks, chaincodes, certificates',
  ];
}

const some = (ids: readonly string[]): string =>
  ids.length <= 5 ? ids.join(', ') : `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more`;
