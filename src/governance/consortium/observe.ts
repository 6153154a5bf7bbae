import { createHash } from 'node:crypto';
import type { DecodedBlock, DecodedTransaction } from '../../model/block.js';
import {
  NO_GOVERNANCE,
  type ConsortiumState,
  type EvidenceRef,
  type GovernanceChanges,
  type InvitationState,
  type ProposalAction,
  type ProposalState,
  type ProposalStatus,
  type StandingChange,
  type VoteChoice,
  type VoteState,
} from '../../model/governance.js';
import { isLedgerId } from '../../model/ids.js';
import type { Known, Observer } from '../mechanism.js';
import { evidenceOf, withStatus } from '../states.js';
import {
  consortiumEvent,
  type ConsortiumEvent,
  type EventInvitation,
  type EventProposal,
  type EventVote,
} from './event.js';

const STATUS: Readonly<Record<EventProposal['status'], ProposalStatus>> = {
  ...{ OPEN: 'ACTIVE', EXECUTED: 'EXECUTED', EXECUTION_FAILED: 'EXECUTION_FAILED' },
  ...{ REJECTED: 'REJECTED', EXPIRED: 'EXPIRED', WITHDRAWN: 'WITHDRAWN' },
};

/** Members, invitations, proposals and votes, from the events of the consortium chaincode: each says all that its transaction changed. */
export class ConsortiumObserver implements Observer {
  readonly mechanism = 'CONSORTIUM';

  constructor(private readonly chaincode: string) {}

  async observe(block: DecodedBlock, known: Known): Promise<GovernanceChanges> {
    const told = block.transactions.flatMap((transaction) => {
      const event = consortiumEvent(this.chaincode, transaction);
      return event === null ? [] : [{ event, transaction }];
    });
    if (told.length === 0) return NO_GOVERNANCE;
    const reading = new Reading(block, known);
    for (const { event, transaction } of told) await reading.take(event, transaction);
    return reading.changes();
  }
}

/** One block's reading. */
class Reading {
  private readonly proposals = new Map<string, ProposalState>();
  private readonly votes: VoteState[] = [];
  private readonly invitations = new Map<string, InvitationState>();
  private readonly memberships: StandingChange[] = [];
  private consortium: ConsortiumState | null = null;

  constructor(
    private readonly block: DecodedBlock,
    private readonly known: Known,
  ) {}

  changes(): GovernanceChanges {
    return {
      proposals: [...this.proposals.values()],
      votes: this.votes,
      invitations: [...this.invitations.values()],
      memberships: this.memberships,
      consortium: this.consortium,
    };
  }

  async take(event: ConsortiumEvent, transaction: DecodedTransaction): Promise<void> {
    const evidence = evidenceOf(this.block, transaction);
    for (const vote of event.votes) this.votes.push(voteOf(vote, transaction, evidence));
    for (const proposal of event.proposals) await this.proposal(proposal, Date.parse(event.at), evidence);
    for (const invitation of event.invitations) this.invitations.set(invitation.invitationId, invitationOf(invitation));
    await this.members(event);
  }

  private async proposal(said: EventProposal, atMs: number, evidence: EvidenceRef): Promise<void> {
    const before = this.proposals.get(said.proposalId) ?? (await this.known.proposal(said.proposalId));
    const missing = await this.missing(said);
    const facts = factsOf(said, missing, evidence);
    const status = STATUS[said.status];
    const cause = { atMs, cause: evidence };
    const opened = { ...facts, status, history: firstHistory(said, atMs, evidence) };
    const state =
      before === null ? opened : { ...withStatus(before, status, cause, facts), createdMs: before.createdMs };
    this.proposals.set(said.proposalId, state);
  }

  /** Who may vote and has not, or whose vote was voided and may vote again. */
  private async missing({ proposalId, electorate, status }: EventProposal): Promise<readonly string[]> {
    if (status !== 'OPEN') return [];
    const votes = [
      ...(await this.known.votes(proposalId)),
      ...this.votes.filter((vote) => vote.proposal === proposalId),
    ];
    const voted = new Set(votes.map(({ voter }) => voter));
    return electorate.filter((mspId) => !voted.has(mspId));
  }

  private async members(event: ConsortiumEvent): Promise<void> {
    if (event.network === null && event.votingPolicy === null && event.members.length === 0) return;
    const before = this.consortium ?? (await this.known.consortium());
    const after = consortiumAfter(before, event);
    if (after === null) return;
    this.consortium = after;
    await this.standings(standingChanges(before, after, Date.parse(event.at)));
  }

  /** Whoever is on the channel stands there by its configuration. */
  private async standings(changed: readonly StandingChange[]): Promise<void> {
    if (changed.length === 0) return;
    const channel = await this.known.channel();
    const all = channel === null ? [] : [...channel.organizations, ...channel.ordererOrganizations];
    const there = new Set(all.map(({ mspId }) => mspId));
    this.memberships.push(...changed.filter(({ nativeId }) => !there.has(nativeId)));
  }
}

/** Who accepted and is on its way, and who was on its way and is a member no more. */
function standingChanges(before: ConsortiumState | null, after: ConsortiumState, atMs: number): StandingChange[] {
  const known = new Map(before?.members.map(({ nativeId, status }) => [nativeId, status]));
  return after.members.flatMap(({ nativeId, status }): StandingChange[] => {
    const was = known.get(nativeId) ?? 'REMOVED';
    if (status === 'JOINING' && was === 'REMOVED') return [{ nativeId, change: 'INVITED', atMs }];
    return status === 'REMOVED' && was === 'JOINING' ? [{ nativeId, change: 'REMOVED', atMs }] : [];
  });
}

/** Null while nothing says what the consortium is called and decides by. */
function consortiumAfter(before: ConsortiumState | null, event: ConsortiumEvent): ConsortiumState | null {
  const policy = event.votingPolicy ?? before?.policy;
  const named = event.network ?? before;
  if (policy === undefined || named === null) return null;
  const { networkId, name, description } = named;
  return { networkId, name, description, policy, members: membersWith(before?.members ?? [], event.members) };
}

type Members = ConsortiumState['members'];

function membersWith(before: Members, changed: ConsortiumEvent['members']): Members {
  const kept = new Map(before.map((one) => [one.nativeId, one]));
  for (const { mspId, name, status, joinedAt, removedAt, accounts } of changed) {
    kept.set(mspId, {
      ...{ nativeId: mspId, name, status, sinceMs: Date.parse(joinedAt) },
      untilMs: removedAt === undefined ? null : Date.parse(removedAt),
      accounts: accounts.flatMap(({ chain, address }) => (isLedgerId(chain) ? [{ ledger: chain, address }] : [])),
    });
  }
  return [...kept.values()];
}

function factsOf(
  said: EventProposal,
  missing: readonly string[],
  evidence: EvidenceRef,
): Omit<ProposalState, 'status' | 'history'> {
  const { yes, no, abstain, eligible, outstanding, satisfied, stillReachable } = said.tally;
  const counted = { YES: yes, NO: no, ABSTAIN: abstain };
  const { kind: requirement, ...policy } = { kind: 'THRESHOLD' as const, ...said.policy };
  return {
    ...{ mechanism: 'CONSORTIUM', nativeId: said.proposalId, title: said.title, links: [] },
    ...{ body: said.body === '' ? null : said.body, proposer: orNull(said.proposer), proposerInferred: false },
    actions: said.actions.map(actionOf),
    payloadDigest: digestOf(said),
    ...{ nativeStatus: said.status, statusSource: 'OBSERVED', createdMs: Date.parse(said.openedAt) },
    ...{ opensAtMs: Date.parse(said.openedAt), closesAtMs: Date.parse(said.closesAt), lapsesTo: 'EXPIRED' },
    requirement: { kind: requirement, ...policy },
    tally: {
      ...{ eligible: String(eligible), outstanding: String(outstanding), satisfied, stillReachable, missing },
      choices: choicesOf(said).map((choice) => ({
        ...{ choice, count: counted[choice], weight: String(counted[choice]) },
      })),
    },
    execution: executionOf(said, evidence),
    ...{ decision: null, native: { kind: 'CONSORTIUM' } },
  };
}

/** Where a network came from, nobody could abstain. */
const choicesOf = ({ imported, tally }: EventProposal): readonly VoteChoice[] =>
  imported === true && tally.abstain === 0 ? ['YES', 'NO'] : ['YES', 'NO', 'ABSTAIN'];

/** What is brought in was open before it was what it is; when that came about is not always known, then it is the moment of the move. */
function firstHistory(said: EventProposal, atMs: number, cause: EvidenceRef): ProposalState['history'] {
  const status = STATUS[said.status];
  const opened = { status: 'ACTIVE' as const, atMs: Date.parse(said.openedAt), cause };
  if (status === 'ACTIVE') return [opened];
  return said.imported === true ? [opened, { status, atMs: endedMs(said) ?? atMs, cause }] : [{ status, atMs, cause }];
}

function endedMs({ status, decidedAt, closesAt }: EventProposal): number | null {
  if (status === 'EXPIRED') return Date.parse(closesAt);
  return decidedAt === undefined ? null : Date.parse(decidedAt);
}

/** What was carried out elsewhere has no transaction here. */
function executionOf(said: EventProposal, evidence: EvidenceRef): ProposalState['execution'] {
  const { attempts, status, imported, failure } = said;
  if (attempts.length > 0)
    return {
      attempts: attempts.map(({ at, by, failure: why }) => ({
        ...{ atMs: Date.parse(at), by },
        error: why === null ? null : { code: 'ACTION_FAILED', message: why },
      })),
      evidence: status === 'EXECUTED' ? evidence : null,
    };
  if (imported !== true) return null;
  if (status === 'EXECUTED') return { attempts: [], evidence: null };
  if (status !== 'EXECUTION_FAILED') return null;
  const atMs = endedMs(said) ?? Date.parse(said.closesAt);
  const error = { code: 'ACTION_FAILED', message: failure ?? 'Its actions failed where it was decided' };
  return { attempts: [{ atMs, by: null, error }], evidence: null };
}

function actionOf(action: EventProposal['actions'][number]): ProposalAction {
  switch (action.kind) {
    case 'INVITE_MEMBER':
      return { kind: action.kind, memberName: orNull(action.name), principal: action.principal };
    case 'REMOVE_MEMBER':
      return { kind: action.kind, nativeId: action.mspId };
    default:
      return action;
  }
}

/** SHA-256 of what is voted on, as JSON with its names in this order. */
function digestOf({ proposalId, title, body, actions, policy }: EventProposal): string {
  const sorted = (value: object): object =>
    Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  const voted = { actions: actions.map(sorted), body, policy: sorted(policy), proposalId, title };
  return createHash('sha256').update(JSON.stringify(voted)).digest('hex');
}

function voteOf(said: EventVote, { detail }: DecodedTransaction, evidence: EvidenceRef): VoteState {
  const own = detail.kind === 'fabric' && detail.creator?.mspId === said.voter && said.imported !== true;
  return {
    ...{ mechanism: 'CONSORTIUM', proposal: said.proposalId, voter: said.voter, choice: said.choice },
    nativeChoice: said.voidedAt === undefined ? said.choice : `${said.choice} (void)`,
    weight: said.voidedAt === undefined ? '1' : '0',
    reason: said.reason === '' ? null : said.reason,
    castAtMs: said.castAt === null ? null : Date.parse(said.castAt),
    verified: own && detail.creatorVerified,
    evidence,
  };
}

const orNull = (text: string): string | null => (text === '' ? null : text);

const invitationOf = (said: EventInvitation): InvitationState => ({
  ...{ nativeId: said.invitationId, name: orNull(said.name), principal: said.principal, status: said.status },
  ...{ createdMs: Date.parse(said.createdAt), expiresMs: Date.parse(said.expiresAt) },
  ...{ proposal: said.proposalId ?? null, member: said.member ?? null },
});
