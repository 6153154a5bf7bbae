import type { Action } from './action.js';
import { noChanges, type Changes } from './changes.js';
import { invitationStatusAt, invite, type Invitation } from './invitation.js';
import { MAX_MEMBERS, type Departure, type Member } from './member.js';
import { attempted, count, strike, type Act, type Ballot, type Proposal, type Vote } from './proposal.js';
import type { VotingPolicy } from './votingPolicy.js';

/** What is so before a transaction that decides something. */
export interface Situation {
  /** Members of this moment. */
  readonly members: readonly Member[];
  /** All that are open, where a member may go: its votes are struck and they are counted again. */
  readonly open: readonly Ballot[];
  /** Invitations to principals that the open proposals and the decided one name. */
  readonly invitations: readonly Invitation[];
}

/**
 * One transaction's decisions and all that follows from them: what is approved is carried out, a removal voids votes, which may
 * decide further proposals, which are carried out in turn. It ends, because each step decides a proposal or takes a member.
 */
export class Sitting {
  readonly #members: Map<string, Member>;
  readonly #open: Map<string, Ballot>;
  readonly #invitations: Map<string, Invitation>;
  readonly #changed = { members: new Set<string>(), proposals: new Map<string, Proposal>(), votes: [] as Vote[] };
  readonly #made: Invitation[] = [];
  #policy: VotingPolicy | null = null;

  constructor(
    { members, open, invitations }: Situation,
    private readonly act: Act,
  ) {
    this.#members = new Map(members.map((member) => [member.mspId, member]));
    this.#open = new Map(open.map((ballot) => [ballot.proposal.proposalId, ballot]));
    this.#invitations = new Map(invitations.map((invitation) => [invitation.principal, invitation]));
  }

  /** Carries an approved proposal out, or notes why it could not be. */
  carryOut(proposal: Proposal): void {
    this.#open.delete(proposal.proposalId);
    const failure = this.#obstacle(proposal.actions);
    this.#changed.proposals.set(proposal.proposalId, attempted(proposal, this.act, failure));
    if (failure === null) for (const action of proposal.actions) this.#perform(action, proposal.proposalId);
  }

  /** A member goes: its votes on all that is open are void, and what that decides is decided. */
  depart(mspId: string, departure: Departure, removedBy?: string): void {
    const member = this.#members.get(mspId);
    if (member === undefined) throw new Error(`${mspId} is not a member of the network`);
    const { at } = this.act;
    const gone: Member = { ...member, status: 'REMOVED', removedAt: at, departure, removedBy };
    this.#members.set(mspId, gone);
    this.#changed.members.add(mspId);
    // All are struck before the first is counted: what follows from one must not rest on a vote that is void in another.
    const struck = [...this.#open.keys()].filter((proposalId) => this.#strike(proposalId, mspId));
    for (const proposalId of struck) this.#recount(proposalId);
  }

  /** Members that are members still. */
  remaining(): readonly Member[] {
    return [...this.#members.values()].filter(({ status }) => status !== 'REMOVED');
  }

  /** All that came of it, each thing whole. */
  changes(): Changes {
    const members = [...this.#members.values()].filter(({ mspId }) => this.#changed.members.has(mspId));
    return {
      ...noChanges(),
      votingPolicy: this.#policy,
      members,
      proposals: [...this.#changed.proposals.values()],
      votes: this.#changed.votes,
      invitations: this.#made,
    };
  }

  #strike(proposalId: string, mspId: string): boolean {
    const ballot = this.#open.get(proposalId);
    const struck = ballot === undefined ? null : strike(ballot, mspId, this.act.at);
    if (struck === null) return false;
    this.#open.set(proposalId, struck.ballot);
    if (struck.voided !== null) this.#changed.votes.push(struck.voided);
    return true;
  }

  #recount(proposalId: string): void {
    const ballot = this.#open.get(proposalId);
    // Decided meanwhile, by a departure that this one led to.
    if (ballot === undefined) return;
    const { proposal, decision } = count(ballot, this.act.at);
    switch (decision) {
      case 'OPEN':
        this.#open.set(proposalId, { ...ballot, proposal });
        this.#changed.proposals.set(proposalId, proposal);
        return;
      case 'REJECTED':
        this.#open.delete(proposalId);
        this.#changed.proposals.set(proposalId, proposal);
        return;
      case 'APPROVED':
        this.carryOut(proposal);
    }
  }

  /** Why the actions cannot be done now; null where they can. */
  #obstacle(actions: readonly Action[]): string | null {
    for (const action of actions) {
      const obstacle = this.#obstacleOf(action);
      if (obstacle !== null) return obstacle;
    }
    return null;
  }

  #obstacleOf(action: Action): string | null {
    const remaining = this.remaining();
    switch (action.kind) {
      case 'TEXT':
      case 'CHANGE_VOTING_POLICY':
        return null;
      case 'REMOVE_MEMBER':
        if (!remaining.some(({ mspId }) => mspId === action.mspId)) {
          return `${action.mspId} is not a member of the network`;
        }
        return remaining.length === 1 ? `${action.mspId} is the last member of the network` : null;
      case 'INVITE_MEMBER': {
        if (remaining.length >= MAX_MEMBERS)
          return `The network has ${remaining.length} members, expected at most ${MAX_MEMBERS}`;
        const pending = this.#invitations.get(action.principal);
        if (pending === undefined || invitationStatusAt(pending, this.act.at) !== 'PENDING') return null;
        return `${action.principal} has an invitation already: ${pending.invitationId} waits until ${pending.expiresAt}`;
      }
    }
  }

  #perform(action: Action, proposalId: string): void {
    switch (action.kind) {
      case 'TEXT':
        return;
      case 'CHANGE_VOTING_POLICY': {
        const { threshold, comparator, durationHours } = action;
        this.#policy = { threshold, comparator, durationHours };
        return;
      }
      case 'REMOVE_MEMBER':
        this.depart(action.mspId, 'VOTED_OUT', proposalId);
        return;
      case 'INVITE_MEMBER': {
        const invitation = invite(proposalId, action.name, action.principal, this.act.at);
        this.#invitations.set(action.principal, invitation);
        this.#made.push(invitation);
      }
    }
  }
}
