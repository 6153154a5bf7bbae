import type { Context } from 'fabric-contract-api';
import { requireFound, requireId, requireOneOf } from '../common/checks.js';
import { readHistory, readPage, readState, type KeyHistory, type Page } from '../common/state.js';
import { evaluates, submits } from '../common/transaction.js';
import { parseAction } from './action.js';
import { accept, reject } from './answer.js';
import { importNetwork, importPage } from './bootstrap.js';
import { noChanges, type Changes } from './changes.js';
import { ConfigContract } from './configContract.js';
import { found, type Founded } from './founding.js';
import { invitationStatusAt, type Invitation, type Organization } from './invitation.js';
import { electorate, type Member, type Network } from './member.js';
import {
  castVote,
  open,
  requireRetriable,
  statusAt,
  withdraw,
  type Act,
  type Proposal,
  type Vote,
} from './proposal.js';
import {
  actOf,
  commit,
  keys,
  readBallot,
  readCaller,
  readInvitation,
  readMember,
  readMembers,
  readNetwork,
  readOpenBallots,
  readPendingInvitations,
  readPolicy,
  readProposal,
  readVotes,
  requireRoomToPropose,
} from './records.js';
import { Sitting } from './sitting.js';
import { CHOICES } from './tally.js';
import { votingPolicy, type VotingPolicy } from './votingPolicy.js';

/**
 * Governance of a consortium on one of its channels: members, the rule they decide by, proposals, votes and invitations, after the
 * object model and the rules of Amazon Managed Blockchain. A caller acts for the organisation of its MSP. Time is the transaction's.
 * What is approved is carried out by the transaction that approves it. One event a transaction: events.ts.
 */
export class ConsortiumContract extends ConfigContract {
  constructor() {
    super('consortium');
  }

  /** Founds the network, once. `members`: JSON list of {mspId, name}, the caller's among them. Event: NetworkFounded. */
  @submits(
    ['networkId', 'string'],
    ['name', 'string'],
    ['description', 'string'],
    ['members', 'string'],
    ['threshold', 'number'],
    ['comparator', 'string'],
    ['durationHours', 'number'],
  )
  async FoundNetwork(
    ctx: Context,
    networkId: string,
    name: string,
    description: string,
    members: string,
    threshold: number,
    comparator: string,
    durationHours: number,
  ): Promise<Network> {
    const act = actOf(ctx);
    const policy = votingPolicy(threshold, comparator, durationHours);
    return begin(ctx, 'NetworkFounded', act, found({ networkId, name, description, members, policy }, act));
  }

  /** Founds the network, once, from what another place exported: see bootstrap.ts. Event: NetworkImported. */
  @submits(['state', 'string'])
  async Bootstrap(ctx: Context, state: string): Promise<Network> {
    const act = actOf(ctx);
    return begin(ctx, 'NetworkImported', act, importNetwork(state, act));
  }

  /** Adds history where `Bootstrap` said that there is more. Event: HistoryImported. */
  @submits(['page', 'string'])
  async BootstrapPage(ctx: Context, page: string): Promise<Network> {
    const act = actOf(ctx);
    const network = requireFound('The network', await readState<Network>(ctx, keys.network));
    const before = { network, policy: await readPolicy(ctx), members: await readMembers(ctx) };
    const changes = importPage(page, before, act);
    await requireNew(ctx, changes, act);
    await commit(ctx, 'HistoryImported', network.networkId, act, changes);
    return changes.network ?? network;
  }

  /** A joining member says that it can write here: it is ACTIVE from now on. Event: MembershipConfirmed. */
  @submits()
  async ConfirmMembership(ctx: Context): Promise<Member> {
    const act = actOf(ctx);
    const { networkId } = await readNetwork(ctx);
    const member = await readCaller(ctx, act);
    const [confirmed] = confirmation(member);
    if (confirmed === undefined) throw new Error(`${act.by} is ${member.status}, expected JOINING`);
    await commit(ctx, 'MembershipConfirmed', networkId, act, { ...noChanges(), members: [confirmed] });
    return confirmed;
  }

  /** The caller's organisation leaves; the last member may not. What it proposed stays. Event: MemberLeft. */
  @submits()
  async LeaveNetwork(ctx: Context): Promise<Member> {
    const act = actOf(ctx);
    const { networkId } = await readNetwork(ctx);
    await readCaller(ctx, act);
    const sitting = await convene(ctx, act, [], true);
    if (sitting.remaining().length === 1)
      throw new Error(`${act.by} is the last member of the network: it may not leave`);
    sitting.depart(act.by, 'LEFT');
    const changes = sitting.changes();
    await commit(ctx, 'MemberLeft', networkId, act, changes);
    return requireFound(act.by, changes.members.find(({ mspId }) => mspId === act.by) ?? null);
  }

  /** Opens a proposal; its id is the transaction's. `action`: JSON with `kind` and what the kind needs. Event: ProposalOpened. */
  @submits(['title', 'string'], ['body', 'string'], ['action', 'string'])
  async Propose(ctx: Context, title: string, body: string, action: string): Promise<Proposal> {
    const act = actOf(ctx);
    const { networkId } = await readNetwork(ctx);
    const member = await readCaller(ctx, act);
    const proposal = open(
      {
        proposalId: ctx.stub.getTxID(),
        title,
        body,
        action: parseAction(action),
        policy: await readPolicy(ctx),
        electorate: electorate(await readMembers(ctx)),
      },
      act,
    );
    await requireRoomToPropose(ctx, act);
    const members = confirmation(member);
    await commit(ctx, 'ProposalOpened', networkId, act, { ...noChanges(), members, proposals: [proposal] });
    return proposal;
  }

  /**
   * Casts the organisation's one vote: YES, NO or ABSTAIN. The vote that decides carries the proposal out.
   * Event: VoteCast, or ProposalDecided.
   */
  @submits(['proposalId', 'string'], ['choice', 'string'], ['reason', 'string'])
  async CastVote(ctx: Context, proposalId: string, choice: string, reason: string): Promise<Proposal> {
    requireOneOf('choice', choice, CHOICES);
    const act = actOf(ctx);
    const { networkId } = await readNetwork(ctx);
    const member = await readCaller(ctx, act);
    const vote: Vote = { proposalId, voter: act.by, choice, reason, castAt: act.at };
    const { proposal, decision } = castVote(await readBallot(ctx, proposalId), vote, act.at);
    const carried =
      decision === 'APPROVED' ? await carryOut(ctx, proposal, act) : { ...noChanges(), proposals: [proposal] };
    const confirmed = confirmation(member).filter(({ mspId }) => !carried.members.some((gone) => gone.mspId === mspId));
    const changes = { ...carried, members: [...confirmed, ...carried.members], votes: [vote, ...carried.votes] };
    await commit(ctx, decision === 'OPEN' ? 'VoteCast' : 'ProposalDecided', networkId, act, changes);
    return outcome(changes, proposal);
  }

  /** The proposer withdraws an open proposal. Event: ProposalWithdrawn. */
  @submits(['proposalId', 'string'])
  async WithdrawProposal(ctx: Context, proposalId: string): Promise<Proposal> {
    const act = actOf(ctx);
    const { networkId } = await readNetwork(ctx);
    await readCaller(ctx, act);
    const proposal = withdraw(await readProposal(ctx, proposalId), act);
    await commit(ctx, 'ProposalWithdrawn', networkId, act, { ...noChanges(), proposals: [proposal] });
    return proposal;
  }

  /** A member tries an approved proposal again whose actions could not be carried out. Event: ProposalRetried. */
  @submits(['proposalId', 'string'])
  async ExecuteProposal(ctx: Context, proposalId: string): Promise<Proposal> {
    const act = actOf(ctx);
    const { networkId } = await readNetwork(ctx);
    await readCaller(ctx, act);
    const proposal = await readProposal(ctx, proposalId);
    requireRetriable(proposal);
    const changes = await carryOut(ctx, proposal, act);
    await commit(ctx, 'ProposalRetried', networkId, act, changes);
    return outcome(changes, proposal);
  }

  /**
   * Carries the invited party's acceptance: its organisation's definition, JSON, and the proof that it is the party's, JSON
   * {certificate, chain?, signature} or {signature}; the signature covers the bytes of canonical.ts. Event: InvitationAccepted.
   */
  @submits(['invitationId', 'string'], ['definition', 'string'], ['proof', 'string'])
  async AcceptInvitation(ctx: Context, invitationId: string, definition: string, proof: string): Promise<Invitation> {
    const act = actOf(ctx);
    const { networkId } = await readNetwork(ctx);
    await readCaller(ctx, act);
    const invitation = await readInvitation(ctx, invitationId);
    const changes = accept(networkId, invitation, await readMembers(ctx), { definition, proof }, act);
    await commit(ctx, 'InvitationAccepted', networkId, act, changes);
    return changes.invitations[0] ?? invitation;
  }

  /** Carries the invited party's refusal, with its proof as above. Event: InvitationRejected. */
  @submits(['invitationId', 'string'], ['proof', 'string'])
  async RejectInvitation(ctx: Context, invitationId: string, proof: string): Promise<Invitation> {
    const act = actOf(ctx);
    const { networkId } = await readNetwork(ctx);
    await readCaller(ctx, act);
    const invitation = await readInvitation(ctx, invitationId);
    const changes = reject(networkId, invitation, proof, act);
    await commit(ctx, 'InvitationRejected', networkId, act, changes);
    return changes.invitations[0] ?? invitation;
  }

  @evaluates()
  async GetNetwork(ctx: Context): Promise<Network> {
    return requireFound('The network', await readState<Network>(ctx, keys.network));
  }

  @evaluates()
  GetVotingPolicy(ctx: Context): Promise<VotingPolicy> {
    return readPolicy(ctx);
  }

  /** Members of now: JOINING and ACTIVE, at most a hundred. */
  @evaluates()
  ListMembers(ctx: Context): Promise<readonly Member[]> {
    return readMembers(ctx);
  }

  /** Who was a member and is none now, in the order of MSP ids, a page at a time. */
  @evaluates(['pageSize', 'number'], ['bookmark', 'string'])
  ListFormerMembers(ctx: Context, pageSize: number, bookmark: string): Promise<Page<Member>> {
    return readPage<Member>(ctx, 'formerMember/', pageSize, bookmark);
  }

  /** Who is or was a member. */
  @evaluates(['mspId', 'string'])
  async GetMember(ctx: Context, mspId: string): Promise<Member> {
    requireId('mspId', mspId);
    return requireFound(`Member ${mspId}`, await readMember(ctx, mspId));
  }

  /** The definition that a member accepted its invitation with, and the proof of it. */
  @evaluates(['mspId', 'string'])
  async GetOrganization(ctx: Context, mspId: string): Promise<Organization> {
    requireId('mspId', mspId);
    return requireFound(`Organization ${mspId}`, await readState<Organization>(ctx, keys.organization(mspId)));
  }

  /** A proposal; its status is that of the transaction's time. */
  @evaluates(['proposalId', 'string'])
  async GetProposal(ctx: Context, proposalId: string): Promise<Proposal> {
    const { at } = actOf(ctx);
    const proposal = await readProposal(ctx, proposalId);
    return { ...proposal, status: statusAt(proposal, at) };
  }

  /** Proposals in the order of their ids, a page at a time. */
  @evaluates(['pageSize', 'number'], ['bookmark', 'string'])
  async ListProposals(ctx: Context, pageSize: number, bookmark: string): Promise<Page<Proposal>> {
    const { at } = actOf(ctx);
    const page = await readPage<Proposal>(ctx, 'proposal/', pageSize, bookmark);
    return { ...page, items: page.items.map((proposal) => ({ ...proposal, status: statusAt(proposal, at) })) };
  }

  /** All votes on a proposal, the void ones among them; at most one for each member. */
  @evaluates(['proposalId', 'string'])
  async ListVotes(ctx: Context, proposalId: string): Promise<readonly Vote[]> {
    await readProposal(ctx, proposalId);
    return readVotes(ctx, proposalId);
  }

  /** An invitation; its status is that of the transaction's time. */
  @evaluates(['invitationId', 'string'])
  async GetInvitation(ctx: Context, invitationId: string): Promise<Invitation> {
    const { at } = actOf(ctx);
    const invitation = await readInvitation(ctx, invitationId);
    return { ...invitation, status: invitationStatusAt(invitation, at) };
  }

  /** Invitations in the order of their ids, a page at a time. */
  @evaluates(['pageSize', 'number'], ['bookmark', 'string'])
  async ListInvitations(ctx: Context, pageSize: number, bookmark: string): Promise<Page<Invitation>> {
    const { at } = actOf(ctx);
    const page = await readPage<Invitation>(ctx, 'invitation/', pageSize, bookmark);
    return { ...page, items: page.items.map((item) => ({ ...item, status: invitationStatusAt(item, at) })) };
  }

  /** What a record was over time, the newest first, at most a hundred. `kind`: one of MEMBER, ORGANIZATION, PROPOSAL, INVITATION, CONFIG_UPDATE; VOTING_POLICY and NETWORK with an empty id. */
  @evaluates(['kind', 'string'], ['id', 'string'])
  GetHistory(ctx: Context, kind: string, id: string): Promise<KeyHistory> {
    requireOneOf('kind', kind, RECORD_KINDS);
    if (kind === 'NETWORK') return readHistory(ctx, keys.network);
    if (kind === 'VOTING_POLICY') return readHistory(ctx, keys.votingPolicy);
    requireId('id', id);
    return readHistory(ctx, KEY_OF[kind](id));
  }
}

const KEY_OF = {
  MEMBER: keys.member,
  ORGANIZATION: keys.organization,
  PROPOSAL: keys.proposal,
  INVITATION: keys.invitation,
  CONFIG_UPDATE: keys.configUpdate,
};
const RECORD_KINDS = [
  'MEMBER',
  'ORGANIZATION',
  'PROPOSAL',
  'INVITATION',
  'CONFIG_UPDATE',
  'VOTING_POLICY',
  'NETWORK',
] as const;

async function begin(
  ctx: Context,
  name: 'NetworkFounded' | 'NetworkImported',
  act: Act,
  founded: Founded,
): Promise<Network> {
  const before = await readState<Network>(ctx, keys.network);
  if (before !== null) throw new Error(`This channel keeps the network ${before.networkId} already`);
  await commit(ctx, name, founded.network.networkId, act, founded);
  return founded.network;
}

/** Imported history never writes over what is there. */
async function requireNew(ctx: Context, { proposals, votes, invitations }: Changes, { at }: Act): Promise<void> {
  const written = [
    ...proposals.map(({ proposalId }) => keys.proposal(proposalId)),
    ...votes.map(({ proposalId, voter }) => keys.vote(proposalId, voter)),
    ...invitations.map(({ invitationId }) => keys.invitation(invitationId)),
  ];
  for (const key of written) {
    if ((await readState(ctx, key)) !== null) throw new Error(`${key} was brought in already`);
  }
  for (const { status, principal } of invitations) {
    const waiting = status === 'PENDING' && (await readState(ctx, keys.pending(principal))) !== null;
    if (waiting) throw new Error(`${principal} has an invitation already`);
  }
  const open = proposals.filter(({ status }) => status === 'OPEN');
  for (const by of new Set(open.map(({ proposer }) => proposer))) await requireRoomToPropose(ctx, { by, at });
}

/** Gathers what deciding these proposals may touch: all that is open only where a member may go. */
async function convene(ctx: Context, act: Act, decided: readonly Proposal[], leaving: boolean): Promise<Sitting> {
  const removing = decided.some(({ actions }) => actions.some(({ kind }) => kind === 'REMOVE_MEMBER'));
  const open = leaving || removing ? await readOpenBallots(ctx, act.at) : [];
  const proposals = [...decided, ...open.map(({ proposal }) => proposal)];
  const invitations = await readPendingInvitations(ctx, proposals);
  return new Sitting({ members: await readMembers(ctx), open, invitations }, act);
}

async function carryOut(ctx: Context, proposal: Proposal, act: Act): Promise<Changes> {
  const sitting = await convene(ctx, act, [proposal], false);
  sitting.carryOut(proposal);
  return sitting.changes();
}

/** The first own transaction of a joining member. */
function confirmation(member: Member): readonly Member[] {
  return member.status === 'JOINING' ? [{ ...member, status: 'ACTIVE' }] : [];
}

function outcome({ proposals }: Changes, { proposalId }: Proposal): Proposal {
  return requireFound(`Proposal ${proposalId}`, proposals.find((changed) => changed.proposalId === proposalId) ?? null);
}
