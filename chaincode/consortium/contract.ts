import { Contract, type Context } from 'fabric-contract-api';
import { requireFound, requireId, requireOneOf } from '../common/checks.js';
import { emit, readAll, readPage, readState, transactionTime, writeState, type Page } from '../common/state.js';
import { evaluates, submits } from '../common/transaction.js';
import { parseAction } from './action.js';
import { execute } from './execution.js';
import { found } from './founding.js';
import { electorate, type Invitation, type Member, type Network } from './member.js';
import { castVote, expire, open, statusAt, withdraw, type Act, type Proposal, type Vote } from './proposal.js';
import { CHOICES } from './tally.js';
import { votingPolicy, type VotingPolicy } from './votingPolicy.js';

/**
 * Governance of a consortium on one of its channels: members, the rule they decide by, proposals and votes. A caller acts
 * for the organisation of its MSP. Time is the transaction's. One event a transaction: the farthest-reaching.
 */
export class ConsortiumContract extends Contract {
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
    const before = await readState<Network>(ctx, NETWORK_KEY);
    if (before !== null) throw new Error(`This channel keeps the network ${before.networkId} already`);
    const policy = votingPolicy(threshold, comparator, durationHours);
    const founded = found({ networkId, name, description, members }, actOf(ctx));
    await writeState(ctx, NETWORK_KEY, founded.network);
    await writeState(ctx, POLICY_KEY, policy);
    for (const member of founded.members) await writeState(ctx, memberKey(member.mspId), member);
    emit(ctx, 'NetworkFounded', { ...founded, policy });
    return founded.network;
  }

  /** Opens a proposal; its id is the transaction's. `action`: JSON with `kind` and what the kind needs. Event: ProposalOpened. */
  @submits(['title', 'string'], ['body', 'string'], ['action', 'string'])
  async Propose(ctx: Context, title: string, body: string, action: string): Promise<Proposal> {
    const proposal = open(
      {
        proposalId: ctx.stub.getTxID(),
        title,
        body,
        action: parseAction(action),
        policy: await readPolicy(ctx),
        electorate: electorate(await readMembers(ctx)),
      },
      actOf(ctx),
    );
    await writeState(ctx, proposalKey(proposal.proposalId), proposal);
    emit(ctx, 'ProposalOpened', proposal);
    return proposal;
  }

  /** Casts the organisation's one vote: YES, NO or ABSTAIN. Event: VoteCast, or ProposalDecided where this vote decides. */
  @submits(['proposalId', 'string'], ['choice', 'string'], ['reason', 'string'])
  async CastVote(ctx: Context, proposalId: string, choice: string, reason: string): Promise<Proposal> {
    requireOneOf('choice', choice, CHOICES);
    const before = await readProposal(ctx, proposalId);
    const { by, at } = actOf(ctx);
    const vote: Vote = { proposalId, voter: by, choice, reason, castAt: at };
    const proposal = castVote(before, await readAll<Vote>(ctx, `vote/${proposalId}/`), vote);
    await writeState(ctx, voteKey(vote), vote);
    await writeState(ctx, proposalKey(proposalId), proposal);
    const { status, tally } = proposal;
    emit(ctx, status === 'OPEN' ? 'VoteCast' : 'ProposalDecided', { proposalId, vote, status, tally });
    return proposal;
  }

  /** The proposer withdraws an open proposal. Event: ProposalWithdrawn. */
  @submits(['proposalId', 'string'])
  async WithdrawProposal(ctx: Context, proposalId: string): Promise<Proposal> {
    return save(ctx, 'ProposalWithdrawn', withdraw(await readProposal(ctx, proposalId), actOf(ctx)));
  }

  /** Anybody records that a proposal's time has passed. Event: ProposalExpired. */
  @submits(['proposalId', 'string'])
  async ExpireProposal(ctx: Context, proposalId: string): Promise<Proposal> {
    return save(ctx, 'ProposalExpired', expire(await readProposal(ctx, proposalId), transactionTime(ctx)));
  }

  /** A member carries out an approved proposal. Event: ProposalExecuted, or ProposalExecutionFailed with the reason. */
  @submits(['proposalId', 'string'])
  async ExecuteProposal(ctx: Context, proposalId: string): Promise<Proposal> {
    const effects = execute(await readProposal(ctx, proposalId), await readMembers(ctx), actOf(ctx));
    const { proposal, invitation, member, policy } = effects;
    await writeState(ctx, proposalKey(proposalId), proposal);
    if (invitation !== undefined) await writeState(ctx, `invitation/${invitation.invitationId}`, invitation);
    if (member !== undefined) await writeState(ctx, memberKey(member.mspId), member);
    if (policy !== undefined) await writeState(ctx, POLICY_KEY, policy);
    emit(ctx, proposal.status === 'EXECUTED' ? 'ProposalExecuted' : 'ProposalExecutionFailed', effects);
    return proposal;
  }

  @evaluates()
  async GetNetwork(ctx: Context): Promise<Network> {
    return requireFound('The network', await readState<Network>(ctx, NETWORK_KEY));
  }

  @evaluates()
  GetVotingPolicy(ctx: Context): Promise<VotingPolicy> {
    return readPolicy(ctx);
  }

  @evaluates()
  ListMembers(ctx: Context): Promise<readonly Member[]> {
    return readMembers(ctx);
  }

  /** A proposal; its status is that of the transaction's time. */
  @evaluates(['proposalId', 'string'])
  async GetProposal(ctx: Context, proposalId: string): Promise<Proposal> {
    const proposal = await readProposal(ctx, proposalId);
    return { ...proposal, status: statusAt(proposal, transactionTime(ctx)) };
  }

  /** Proposals in the order of their ids, a page at a time. */
  @evaluates(['pageSize', 'number'], ['bookmark', 'string'])
  async ListProposals(ctx: Context, pageSize: number, bookmark: string): Promise<Page<Proposal>> {
    const at = transactionTime(ctx);
    const page = await readPage<Proposal>(ctx, 'proposal/', pageSize, bookmark);
    return { ...page, items: page.items.map((proposal) => ({ ...proposal, status: statusAt(proposal, at) })) };
  }

  @evaluates(['proposalId', 'string'])
  async ListVotes(ctx: Context, proposalId: string): Promise<readonly Vote[]> {
    await readProposal(ctx, proposalId);
    return readAll<Vote>(ctx, `vote/${proposalId}/`);
  }

  @evaluates(['pageSize', 'number'], ['bookmark', 'string'])
  ListInvitations(ctx: Context, pageSize: number, bookmark: string): Promise<Page<Invitation>> {
    return readPage<Invitation>(ctx, 'invitation/', pageSize, bookmark);
  }
}

const NETWORK_KEY = 'network';
const POLICY_KEY = 'votingPolicy';
const memberKey = (mspId: string): string => `member/${mspId}`;
const proposalKey = (proposalId: string): string => `proposal/${proposalId}`;
const voteKey = ({ proposalId, voter }: Vote): string => `vote/${proposalId}/${voter}`;

async function readPolicy(ctx: Context): Promise<VotingPolicy> {
  return requireFound('The network', await readState<VotingPolicy>(ctx, POLICY_KEY));
}

function readMembers(ctx: Context): Promise<readonly Member[]> {
  return readAll<Member>(ctx, 'member/');
}

async function readProposal(ctx: Context, proposalId: string): Promise<Proposal> {
  requireId('proposalId', proposalId);
  return requireFound(`Proposal ${proposalId}`, await readState<Proposal>(ctx, proposalKey(proposalId)));
}

function actOf(ctx: Context): Act {
  return { by: ctx.clientIdentity.getMSPID(), at: transactionTime(ctx) };
}

async function save(ctx: Context, event: string, proposal: Proposal): Promise<Proposal> {
  await writeState(ctx, proposalKey(proposal.proposalId), proposal);
  emit(ctx, event, proposal);
  return proposal;
}
