import type { VotingPolicy } from '../../../model/governance.js';
import type { ExportedAction, ExportedProposal, NetworkExport } from '../../../model/networkExport.js';
import { principalText, type Mapping } from './mapping.js';

// What an exported network is as the consortium chaincode keeps it: records in the form that its bootstrap takes.

export interface MovingMember {
  readonly mspId: string;
  readonly name: string;
  readonly status: 'ACTIVE' | 'REMOVED';
  /** Absent where it is not told: then it is the moment of the move. */
  readonly joinedAt?: string;
  readonly nativeId: string;
}
export type MovingAction =
  | { readonly kind: 'INVITE_MEMBER'; readonly name: string; readonly principal: string }
  | { readonly kind: 'REMOVE_MEMBER'; readonly mspId: string };
export interface MovingProposal {
  readonly proposalId: string;
  readonly title: string;
  readonly body: string;
  readonly actions: readonly MovingAction[];
  /** Absent where it is not told, like the moments. */
  readonly proposer?: string;
  readonly status: ExportedProposal['status'];
  readonly openedAt?: string;
  readonly closesAt?: string;
  readonly yes: number;
  readonly no: number;
  readonly outstanding: number;
  readonly failure?: string;
}
export interface MovingVote {
  readonly proposalId: string;
  readonly voter: string;
  readonly choice: 'YES' | 'NO';
}
export interface MovingInvitation {
  readonly invitationId: string;
  readonly principal: string;
  readonly status: NetworkExport['invitations'][number]['status'];
  readonly createdAt?: string;
  readonly expiresAt?: string;
}

export interface MovingNetwork {
  readonly source: string;
  readonly network: { readonly networkId: string; readonly name: string; readonly description: string };
  readonly votingPolicy: VotingPolicy;
  readonly members: readonly MovingMember[];
  readonly proposals: readonly MovingProposal[];
  readonly votes: readonly MovingVote[];
  readonly invitations: readonly MovingInvitation[];
  /** Ids of what was open and stays behind. */
  readonly leftOut: readonly string[];
}

/** Who left has no organisation on the channel: it stands by its old id, which no organisation there has. */
const partyOf = ({ members }: Mapping, id: string): string => members.get(id) ?? id;

/** The records of an export, under a mapping that fits it. */
export function movingNetwork(said: NetworkExport, mapping: Mapping, leaveOutOpen: boolean): MovingNetwork {
  const [proposals, stayingProposals] = parted(said.proposals, ({ status }) => leaveOutOpen && status === 'OPEN');
  const [invitations, stayingInvitations] = parted(
    said.invitations,
    ({ status }) => leaveOutOpen && status === 'PENDING',
  );
  const { network, source } = said;
  return {
    source: `Amazon Managed Blockchain, ${source.region}, ${network.id}; export ${said.digest}`,
    network: { networkId: network.id, name: network.name, description: network.description ?? '' },
    votingPolicy: said.votingPolicy,
    members: said.members.map(({ id, name, standing, createdAt }) => ({
      mspId: partyOf(mapping, id),
      name: name ?? id,
      status: standing === 'ACTIVE' ? 'ACTIVE' : 'REMOVED',
      ...(createdAt === null ? {} : { joinedAt: createdAt }),
      nativeId: id,
    })),
    proposals: proposals.map((proposal) => movingProposal(proposal, mapping)),
    votes: proposals.flatMap(({ id, votes }) =>
      votes.map(({ memberId, choice }) => ({ proposalId: id, voter: partyOf(mapping, memberId), choice })),
    ),
    invitations: invitations.map(({ id, principal, status, createdAt, expiresAt }) => ({
      invitationId: id,
      principal: principalOf(mapping.principals.has(id) ? id : (principal ?? ''), status === 'PENDING', mapping),
      status,
      ...told({ createdAt, expiresAt }),
    })),
    leftOut: [...stayingProposals, ...stayingInvitations].map(({ id }) => id),
  };
}

const FAILED = 'Amazon could not carry out one of its actions, or several';

const movingProposal = (proposal: ExportedProposal, mapping: Mapping): MovingProposal => ({
  ...{ proposalId: proposal.id, title: proposal.title, body: proposal.description ?? '' },
  actions: proposal.actions.map((action) => movingAction(action, proposal.status === 'OPEN', mapping)),
  ...(proposal.proposedBy === null ? {} : { proposer: partyOf(mapping, proposal.proposedBy) }),
  ...{ status: proposal.status, ...proposal.counts },
  ...told({ openedAt: proposal.createdAt, closesAt: proposal.expiresAt }),
  ...(proposal.status === 'EXECUTION_FAILED' ? { failure: FAILED } : {}),
});

const movingAction = (action: ExportedAction, open: boolean, mapping: Mapping): MovingAction =>
  action.kind === 'REMOVE_MEMBER'
    ? { kind: action.kind, mspId: partyOf(mapping, action.memberId) }
    : { kind: action.kind, name: '', principal: principalOf(action.principal, open, mapping) };

/** What is over keeps the word that it was decided with. */
const principalOf = (account: string, open: boolean, { principals }: Mapping): string =>
  open ? principalText(principals.get(account) ?? account) : account;

/** What is null is absent. */
const told = (values: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));

function parted<T>(all: readonly T[], stays: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter((one) => !stays(one)), all.filter(stays)];
}
