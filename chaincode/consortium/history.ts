import { requireId, requireInstant, requireOneOf } from '../common/checks.js';
import type { Fields } from '../common/json.js';
import { policyOf, principalOf, type Action } from './action.js';
import type { Changes } from './changes.js';
import type { Invitation } from './invitation.js';
import { electorate, MAX_MEMBERS, type Member } from './member.js';
import {
  MAX_BODY_CHARACTERS,
  MAX_TITLE_CHARACTERS,
  PROPOSAL_STATUSES,
  requireRoom,
  type Act,
  type Proposal,
  type Vote,
} from './proposal.js';
import { CHOICES, decide, tally, type Choice } from './tally.js';
import { votingPolicy, type VotingPolicy } from './votingPolicy.js';

const MAX_ENTRIES = 1_000;
const MAX_ACTIONS = 20;

export const HISTORY = ['proposals', 'votes', 'invitations'] as const;
type History = Pick<Changes, (typeof HISTORY)[number]>;

/** What imported history is read beside. */
export interface Beside {
  readonly policy: VotingPolicy;
  /** Of the network that is brought in. */
  readonly members: readonly Member[];
  readonly at: Act['at'];
}

/**
 * Proposals, votes and invitations of another place. What is over can be decided by nothing here any more. A proposal that is OPEN comes
 * with all of its votes and goes on among the active members; an invitation that is PENDING names its party by what can sign for it.
 */
export function importHistory(fields: Fields, beside: Beside): History {
  const votes = fields.objects('votes', MAX_ENTRIES).map(importVote);
  requireOnce('votes', votes, ({ proposalId, voter }) => `${proposalId}/${voter}`);
  const proposals = fields.objects('proposals', MAX_ENTRIES).map((proposal) => {
    const imported = importProposal(proposal, beside);
    const cast = votes.filter(({ proposalId }) => proposalId === imported.proposalId);
    return imported.status === 'OPEN' ? goingOn(imported, cast, beside) : counted(imported, cast);
  });
  const invitations = fields
    .objects('invitations', MAX_ENTRIES)
    .map((invitation) => importInvitation(invitation, beside.at));
  requireOnce('proposals', proposals, ({ proposalId }) => proposalId);
  requireOnce('invitations', invitations, ({ invitationId }) => invitationId);
  const waiting = invitations.filter(({ status }) => status === 'PENDING');
  requireOnce('invitations that wait', waiting, ({ principal }) => principal);
  requireFewOpen(proposals);
  return { votes, proposals, invitations };
}

function requireFewOpen(proposals: readonly Proposal[]): void {
  const proposers = proposals.filter(({ status }) => status === 'OPEN').map(({ proposer }) => proposer);
  for (const proposer of new Set(proposers)) {
    // What this leaves room for: one more.
    requireRoom(proposer, proposers.filter((other) => other === proposer).length - 1);
  }
}

function requireOnce<T>(list: string, entries: readonly T[], keyOf: (entry: T) => string): void {
  const named = new Set<string>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (named.has(key)) throw new Error(`${list} names one twice: ${key}`);
    named.add(key);
  }
}

/**
 * The tally is the counts that were exported; its electorate is not known any more. Where it is not told who proposed it that stays open,
 * and its moments are the moment of the import.
 */
function importProposal(fields: Fields, { policy: current, at }: Beside): Proposal {
  fields.only(
    ...['proposalId', 'title', 'body', 'actions', 'proposer', 'status', 'openedAt', 'closesAt'],
    ...['decidedAt', 'failure', 'policy', 'yes', 'no', 'outstanding'],
  );
  const status = fields.text('status', 1, 20);
  requireOneOf('proposal.status', status, PROPOSAL_STATUSES);
  const policy = fields.has('policy') ? policyOf(fields.object('policy')) : votingPolicy(...values(current));
  const count = (field: string): number => (fields.has(field) ? fields.integer(field, 0, MAX_MEMBERS) : 0);
  const [yes, no, outstanding] = [count('yes'), count('no'), count('outstanding')];
  const choices = [...Array<'YES'>(yes).fill('YES'), ...Array<'NO'>(no).fill('NO')];
  const openedAt = optionalInstant(fields, 'openedAt') ?? at;
  const decidedAt = optionalInstant(fields, 'decidedAt');
  return {
    proposalId: idOf(fields, 'proposalId'),
    title: fields.text('title', 1, MAX_TITLE_CHARACTERS),
    body: fields.optionalText('body', 0, MAX_BODY_CHARACTERS) ?? '',
    actions: fields.objects('actions', MAX_ACTIONS).map(importAction),
    proposer: fields.has('proposer') ? idOf(fields, 'proposer') : '',
    status,
    openedAt,
    closesAt: optionalInstant(fields, 'closesAt') ?? openedAt,
    policy,
    electorate: [],
    tally: tally(policy, yes + no + outstanding, choices),
    decidedAt,
    executedAt: status === 'EXECUTED' ? decidedAt : undefined,
    failure: fields.optionalText('failure', 1, 2_000),
    attempts: [],
    imported: true,
  };
}

/** Votes that stand beside a proposal are no more than it counts; there may be fewer, where they are not known any more. */
function counted(proposal: Proposal, votes: readonly Vote[]): Proposal {
  const { proposalId, tally: counts } = proposal;
  const of = (choice: Choice): number => votes.filter((vote) => vote.choice === choice).length;
  if (of('YES') > counts.yes || of('NO') > counts.no) {
    throw new Error(
      `Proposal ${proposalId} counts ${counts.yes} YES and ${counts.no} NO, but ${of('YES')} and ${of('NO')} are listed`,
    );
  }
  return proposal;
}

/** An open one is counted anew: what is said of it and what its votes make must be the same, and must not decide it. */
function goingOn(proposal: Proposal, votes: readonly Vote[], { members, at }: Beside): Proposal {
  const { proposalId, proposer, closesAt, policy, tally: said } = proposal;
  if (proposer === '') throw new Error(`Proposal ${proposalId} is OPEN, and nobody is its proposer`);
  if (Date.parse(closesAt) <= Date.parse(at)) {
    throw new Error(`Proposal ${proposalId} is OPEN until ${closesAt}, which has passed: expected EXPIRED`);
  }
  const voters = electorate(members);
  const stranger = votes.find(({ voter }) => !voters.includes(voter));
  if (stranger !== undefined) throw new Error(`${stranger.voter} has no vote on the open proposal ${proposalId}`);
  const made = tally(
    policy,
    voters.length,
    votes.map(({ choice }) => choice),
  );
  if (said.yes !== made.yes || said.no !== made.no || said.outstanding !== made.outstanding) {
    const text = (of: typeof made): string => `${of.yes} YES, ${of.no} NO, ${of.outstanding} outstanding`;
    throw new Error(
      `Open proposal ${proposalId} counts ${text(said)}, but its votes and the members make ${text(made)}`,
    );
  }
  if (decide(made) !== 'OPEN') throw new Error(`The votes on proposal ${proposalId} decide it: it cannot be OPEN`);
  return { ...proposal, actions: [loneAction(proposal)], electorate: [...voters].sort(), tally: made };
}

/** Invitations have the id of their proposal, and what is carried out is checked one action at a time: one action, as everywhere here. */
function loneAction({ proposalId, actions }: Proposal): Action {
  const [action, another] = actions;
  if (action === undefined || another !== undefined) {
    throw new Error(`Open proposal ${proposalId} has ${actions.length} actions, expected one`);
  }
  if (action.kind !== 'INVITE_MEMBER') return action;
  return { ...action, principal: principalOf(`The principal of open proposal ${proposalId}`, action.principal) };
}

/** As it was elsewhere: a principal may be any text, an AWS account's number among them. */
function importAction(fields: Fields): Action {
  const kind = fields.text('kind', 1, 50);
  requireOneOf('action.kind', kind, ['INVITE_MEMBER', 'REMOVE_MEMBER', 'CHANGE_VOTING_POLICY', 'TEXT']);
  switch (kind) {
    case 'INVITE_MEMBER':
      return { kind, name: fields.optionalText('name', 0, 100) ?? '', principal: fields.text('principal', 1, 200) };
    case 'REMOVE_MEMBER':
      return { kind, mspId: idOf(fields, 'mspId') };
    case 'CHANGE_VOTING_POLICY':
      return { kind, ...policyOf(fields) };
    case 'TEXT':
      return { kind, text: fields.text('text', 1, MAX_BODY_CHARACTERS) };
  }
}

function importVote(fields: Fields): Vote {
  const choice = fields.only('proposalId', 'voter', 'choice', 'castAt').text('choice', 1, 20);
  requireOneOf('vote.choice', choice, CHOICES);
  return {
    proposalId: idOf(fields, 'proposalId'),
    voter: idOf(fields, 'voter'),
    choice,
    reason: '',
    castAt: optionalInstant(fields, 'castAt') ?? null,
    imported: true,
  };
}

function importInvitation(fields: Fields, at: string): Invitation {
  fields.only('invitationId', 'name', 'principal', 'proposalId', 'status', 'createdAt', 'expiresAt', 'member');
  const status = fields.text('status', 1, 20);
  requireOneOf('invitation.status', status, ['PENDING', 'ACCEPTED', 'REJECTED', 'EXPIRED']);
  const invitationId = idOf(fields, 'invitationId');
  const createdAt = optionalInstant(fields, 'createdAt') ?? at;
  const expiresAt = optionalInstant(fields, 'expiresAt') ?? createdAt;
  if (status === 'PENDING' && Date.parse(expiresAt) <= Date.parse(at)) {
    throw new Error(`Invitation ${invitationId} is PENDING until ${expiresAt}, which has passed: expected EXPIRED`);
  }
  // One that is over keeps somebody else's word for a party; one that waits has to be answered here.
  const principal = fields.text('principal', 0, 200);
  return {
    invitationId,
    name: fields.optionalText('name', 0, 100) ?? '',
    principal: status === 'PENDING' ? principalOf(`The principal of invitation ${invitationId}`, principal) : principal,
    ...(fields.has('proposalId') ? { proposalId: idOf(fields, 'proposalId') } : {}),
    status,
    createdAt,
    expiresAt,
    ...(fields.has('member') ? { member: idOf(fields, 'member') } : {}),
    imported: true,
  };
}

/** Reads an id. */
export function idOf(fields: Fields, field: string): string {
  const value = fields.text(field, 1, 64);
  requireId(field, value);
  return value;
}

/** Reads a moment that may be absent. */
export function optionalInstant(fields: Fields, field: string): string | undefined {
  const value = fields.optionalText(field, 1, 40);
  return value === undefined ? undefined : requireInstant(field, value);
}

const values = ({ threshold, comparator, durationHours }: VotingPolicy) =>
  [threshold, comparator, durationHours] as const;
