import type { Context } from 'fabric-contract-api';
import { requireFound, requireId } from '../common/checks.js';
import { deleteState, emit, readAll, readState, transactionTime, writeState } from '../common/state.js';
import type { Changes } from './changes.js';
import {
  MAX_CONFIG_ATTEMPTS,
  MAX_IDENTITIES,
  type ConfigAttempt,
  type ConfigSignature,
  type ConfigUpdate,
  type Decision,
} from './configUpdate.js';
import { EVENT_VERSION, type ConsortiumEvent, type EventName } from './events.js';
import type { Invitation } from './invitation.js';
import { MAX_MEMBERS, requireMember, type Member, type Network } from './member.js';
import {
  MAX_OPEN_BY_MEMBER,
  requireRoom,
  statusAt,
  type Act,
  type Ballot,
  type Proposal,
  type Vote,
} from './proposal.js';
import type { VotingPolicy } from './votingPolicy.js';

// Where things stand in the channel's state. Each record has a key of its own, whose history the peer keeps.

/** An open proposal's entry in the index of those: what counting again after a departure starts from. */
interface OpenEntry {
  readonly proposer: string;
  readonly proposalId: string;
  readonly closesAt: string;
}

export const keys = {
  network: 'network',
  votingPolicy: 'votingPolicy',
  /** Members; who went stands under `formerMember`. */
  member: (mspId: string) => `member/${mspId}`,
  formerMember: (mspId: string) => `formerMember/${mspId}`,
  organization: (mspId: string) => `organization/${mspId}`,
  proposal: (proposalId: string) => `proposal/${proposalId}`,
  open: (proposer: string, proposalId: string) => `open/${proposer}/${proposalId}`,
  vote: (proposalId: string, voter: string) => `vote/${proposalId}/${voter}`,
  invitation: (invitationId: string) => `invitation/${invitationId}`,
  pending: (principal: string) => `pending/${principal}`,
  configUpdate: (configUpdateId: string) => `configUpdate/${configUpdateId}`,
  /** An MSP id has no colon. */
  configSignatures: (configUpdateId: string, mspId: string, carriedBy?: string) =>
    `configSignature/${configUpdateId}/${mspId}${carriedBy === undefined ? '' : `:${carriedBy}`}/`,
  configAttempts: (configUpdateId: string) => `configAttempt/${configUpdateId}/`,
  /** The newest update that carries a decision out. */
  carrying: ({ network, proposalId }: Decision) => `carrying/${network}/${proposalId}`,
} as const;

/** Who calls, and when. Throws where the caller's MSP id cannot stand in a key. */
export function actOf(ctx: Context): Act {
  const by = ctx.clientIdentity.getMSPID();
  requireId("The caller's MSP id", by);
  return { by, at: transactionTime(ctx) };
}

/** The network; throws where none was founded here, or its history is still being brought in. */
export async function readNetwork(ctx: Context): Promise<Network> {
  const network = requireFound('The network', await readState<Network>(ctx, keys.network));
  if (network.importing !== undefined) {
    throw new Error(`The history of ${network.networkId} is still being brought in by ${network.importing}`);
  }
  return network;
}

export async function readPolicy(ctx: Context): Promise<VotingPolicy> {
  return requireFound('The network', await readState<VotingPolicy>(ctx, keys.votingPolicy));
}

export function readMembers(ctx: Context): Promise<readonly Member[]> {
  return readAll<Member>(ctx, 'member/', MAX_MEMBERS);
}

/** Somebody who is or was a member; null for who never was. */
export async function readMember(ctx: Context, mspId: string): Promise<Member | null> {
  return (await readState<Member>(ctx, keys.member(mspId))) ?? (await readState<Member>(ctx, keys.formerMember(mspId)));
}

/** The caller's membership; throws where it has none. */
export async function readCaller(ctx: Context, { by }: Act): Promise<Member> {
  return requireMember(by, await readMember(ctx, by));
}

export async function readProposal(ctx: Context, proposalId: string): Promise<Proposal> {
  requireId('proposalId', proposalId);
  return requireFound(`Proposal ${proposalId}`, await readState<Proposal>(ctx, keys.proposal(proposalId)));
}

export function readVotes(ctx: Context, proposalId: string): Promise<readonly Vote[]> {
  return readAll<Vote>(ctx, `vote/${proposalId}/`, MAX_MEMBERS);
}

/** A proposal with the votes that count. */
export async function readBallot(ctx: Context, proposalId: string): Promise<Ballot> {
  const proposal = await readProposal(ctx, proposalId);
  const votes = await readVotes(ctx, proposalId);
  return { proposal, votes: votes.filter(({ voidedAt }) => voidedAt === undefined) };
}

/** All that is open at a time, in the order of proposers and ids; clears the index of what expired. For functions that write. */
export async function readOpenBallots(ctx: Context, at: string): Promise<readonly Ballot[]> {
  // A member has at most so many open, and as many that expired since it proposed last; those of who went are cleared here.
  const entries = await readAll<OpenEntry>(ctx, 'open/', 3 * MAX_MEMBERS * MAX_OPEN_BY_MEMBER);
  const open: Ballot[] = [];
  for (const { proposer, proposalId, closesAt } of entries) {
    if (Date.parse(closesAt) > Date.parse(at)) open.push(await readBallot(ctx, proposalId));
    else await deleteState(ctx, keys.open(proposer, proposalId));
  }
  return open.filter(({ proposal }) => statusAt(proposal, at) === 'OPEN');
}

/** Throws where the member has as many open proposals as it may; clears its index of what expired. */
export async function requireRoomToPropose(ctx: Context, { by, at }: Act): Promise<void> {
  const entries = await readAll<OpenEntry>(ctx, keys.open(by, ''), 2 * MAX_OPEN_BY_MEMBER);
  const open = entries.filter(({ closesAt }) => Date.parse(closesAt) > Date.parse(at));
  requireRoom(by, open.length);
  for (const entry of entries) if (!open.includes(entry)) await deleteState(ctx, keys.open(by, entry.proposalId));
}

/** Invitations that wait, to principals that these proposals would invite. */
export async function readPendingInvitations(
  ctx: Context,
  proposals: readonly Proposal[],
): Promise<readonly Invitation[]> {
  const actions = proposals.flatMap((proposal) => proposal.actions);
  const principals = new Set(actions.flatMap((action) => (action.kind === 'INVITE_MEMBER' ? [action.principal] : [])));
  const found: Invitation[] = [];
  for (const principal of [...principals].sort()) {
    const invitation = await readState<Invitation>(ctx, keys.pending(principal));
    if (invitation !== null) found.push(invitation);
  }
  return found;
}

export async function readInvitation(ctx: Context, invitationId: string): Promise<Invitation> {
  requireId('invitationId', invitationId);
  return requireFound(`Invitation ${invitationId}`, await readState<Invitation>(ctx, keys.invitation(invitationId)));
}

export async function readConfigUpdate(ctx: Context, configUpdateId: string): Promise<ConfigUpdate> {
  requireId('configUpdateId', configUpdateId);
  const found = await readState<ConfigUpdate>(ctx, keys.configUpdate(configUpdateId));
  return requireFound(`Configuration update ${configUpdateId}`, found);
}

/** The update that carries a decision out, the newest; null where none ever did. */
export async function readCarrying(ctx: Context, decision: Decision): Promise<ConfigUpdate | null> {
  const id = await readState<string>(ctx, keys.carrying(decision));
  return id === null ? null : readConfigUpdate(ctx, id);
}

export function readConfigSignatures(
  ctx: Context,
  configUpdateId: string,
  mspId: string,
  carriedBy?: string,
): Promise<readonly ConfigSignature[]> {
  return readAll<ConfigSignature>(ctx, keys.configSignatures(configUpdateId, mspId, carriedBy), MAX_IDENTITIES);
}

export function readConfigAttempts(ctx: Context, configUpdateId: string): Promise<readonly ConfigAttempt[]> {
  return readAll<ConfigAttempt>(ctx, keys.configAttempts(configUpdateId), MAX_CONFIG_ATTEMPTS);
}

/** Writes what changed and says the same in the transaction's event: state and event cannot differ. */
export async function commit(
  ctx: Context,
  name: EventName,
  networkId: string | null,
  act: Act,
  changes: Changes,
): Promise<void> {
  if (changes.network !== null) await writeState(ctx, keys.network, changes.network);
  if (changes.votingPolicy !== null) await writeState(ctx, keys.votingPolicy, changes.votingPolicy);
  for (const member of changes.members) await writeMember(ctx, member);
  for (const organization of changes.organizations) {
    await writeState(ctx, keys.organization(organization.mspId), organization);
  }
  for (const proposal of changes.proposals) await writeProposal(ctx, proposal);
  for (const vote of changes.votes) await writeState(ctx, keys.vote(vote.proposalId, vote.voter), vote);
  for (const invitation of changes.invitations) await writeInvitation(ctx, invitation);
  await writeCollection(ctx, changes);
  const event: ConsortiumEvent = { version: EVENT_VERSION, name, networkId, ...act, ...changes };
  emit(ctx, name, event);
}

async function writeMember(ctx: Context, member: Member): Promise<void> {
  const gone = member.status === 'REMOVED';
  const [to, from] = gone ? [keys.formerMember, keys.member] : [keys.member, keys.formerMember];
  await writeState(ctx, to(member.mspId), member);
  await deleteState(ctx, from(member.mspId));
}

async function writeProposal(ctx: Context, proposal: Proposal): Promise<void> {
  const { proposalId, proposer, status, closesAt, imported } = proposal;
  await writeState(ctx, keys.proposal(proposalId), proposal);
  const entry: OpenEntry = { proposer, proposalId, closesAt };
  if (status === 'OPEN') await writeState(ctx, keys.open(proposer, proposalId), entry);
  else if (!imported) await deleteState(ctx, keys.open(proposer, proposalId));
}

async function writeInvitation(ctx: Context, invitation: Invitation): Promise<void> {
  const { invitationId, principal, status, imported } = invitation;
  await writeState(ctx, keys.invitation(invitationId), invitation);
  if (status === 'PENDING') await writeState(ctx, keys.pending(principal), invitation);
  else if (!imported) await deleteState(ctx, keys.pending(principal));
}

async function writeCollection(ctx: Context, changes: Changes): Promise<void> {
  for (const update of changes.configUpdates) {
    const { configUpdateId, decision, status } = update;
    await writeState(ctx, keys.configUpdate(configUpdateId), update);
    if (decision !== null && status === 'OPEN') await writeState(ctx, keys.carrying(decision), configUpdateId);
  }
  for (const signature of changes.configSignatures) {
    const { configUpdateId, mspId, identity, carriedBy } = signature;
    await writeState(ctx, `${keys.configSignatures(configUpdateId, mspId, carriedBy)}${identity}`, signature);
  }
  for (const attempt of changes.configAttempts) {
    const number = String(attempt.number).padStart(3, '0');
    await writeState(ctx, `${keys.configAttempts(attempt.configUpdateId)}${number}`, attempt);
  }
}
