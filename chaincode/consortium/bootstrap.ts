import { quote, requireId, requireInstant, requireOneOf } from '../common/checks.js';
import { parseFields, type Fields } from '../common/json.js';
import { policyOf, type Action } from './action.js';
import { noChanges, type Changes } from './changes.js';
import { requireFounder, type Founded } from './founding.js';
import type { Invitation } from './invitation.js';
import { MAX_MEMBERS, type Member, type Network } from './member.js';
import {
  MAX_BODY_CHARACTERS,
  MAX_TITLE_CHARACTERS,
  PROPOSAL_STATUSES,
  type Act,
  type Proposal,
  type Vote,
} from './proposal.js';
import { CHOICES, tally } from './tally.js';
import { votingPolicy, type VotingPolicy } from './votingPolicy.js';

/** A page stands in its transaction as argument, as state and as event, and clients take messages of four megabytes by default. */
const MAX_PAGE_CHARACTERS = 500_000;
const MAX_ENTRIES = 1_000;
const MAX_ACTIONS = 20;

/**
 * Founds a network from what another place exported. `json`: {version: 1, source, network: {networkId, name, description?},
 * votingPolicy: {threshold, comparator, durationHours}, members: [{mspId, name, status?, joinedAt?, removedAt?, nativeId?}],
 * proposals?, votes?, invitations?, complete?}. The caller is among the active members. Unless `complete` is false, this is all.
 */
export function importNetwork(json: string, act: Act): Founded {
  const fields = parseFields('state', json, MAX_PAGE_CHARACTERS).only(
    ...['version', 'source', 'network', 'votingPolicy', 'members', 'complete', ...HISTORY],
  );
  fields.integer('version', 1, 1);
  const votingPolicy = policyOf(fields.object('votingPolicy').only('threshold', 'comparator', 'durationHours'));
  const members = fields.objects('members', 2 * MAX_MEMBERS).map((member) => importMember(member, act.at));
  requireFounder(act.by, members);
  const active = members.filter(({ status }) => status === 'ACTIVE').length;
  if (active > MAX_MEMBERS) throw new Error(`state.members has ${active} active ones, expected at most ${MAX_MEMBERS}`);
  const described = fields.object('network').only('networkId', 'name', 'description');
  const network: Network = {
    networkId: id(described, 'networkId'),
    name: described.text('name', 1, 100),
    description: described.optionalText('description', 0, 1_000) ?? '',
    createdBy: act.by,
    createdAt: act.at,
    source: fields.text('source', 1, 200),
    imported: true,
    ...(fields.flag('complete', true) ? {} : { importing: act.by }),
  };
  return { ...noChanges(), ...importHistory(fields, votingPolicy), network, votingPolicy, members };
}

/** A further page of history: {proposals?, votes?, invitations?, complete?}. `complete` ends it. */
export function importPage(json: string, network: Network, policy: VotingPolicy, { by }: Act): Changes {
  if (network.importing === undefined) throw new Error(`The history of ${network.networkId} is complete`);
  if (network.importing !== by) {
    throw new Error(`The history of ${network.networkId} is brought in by ${network.importing}, not by ${by}`);
  }
  const fields = parseFields('page', json, MAX_PAGE_CHARACTERS).only('complete', ...HISTORY);
  const history = { ...noChanges(), ...importHistory(fields, policy) };
  return fields.flag('complete', false) ? { ...history, network: { ...network, importing: undefined } } : history;
}

const HISTORY = ['proposals', 'votes', 'invitations'] as const;

/** Only what is over: nothing here could decide it any more. */
function importHistory(fields: Fields, policy: VotingPolicy): Pick<Changes, (typeof HISTORY)[number]> {
  const votes = fields.objects('votes', MAX_ENTRIES).map(importVote);
  const proposals = fields.objects('proposals', MAX_ENTRIES).map((proposal) => importProposal(proposal, policy));
  const invitations = fields.objects('invitations', MAX_ENTRIES).map(importInvitation);
  requireOnce('votes', votes, ({ proposalId, voter }) => `${proposalId}/${voter}`);
  requireOnce('proposals', proposals, ({ proposalId }) => proposalId);
  requireOnce('invitations', invitations, ({ invitationId }) => invitationId);
  return { votes, proposals, invitations };
}

function requireOnce<T>(list: string, entries: readonly T[], keyOf: (entry: T) => string): void {
  const named = new Set<string>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (named.has(key)) throw new Error(`${list} names one twice: ${key}`);
    named.add(key);
  }
}

function importMember(fields: Fields, at: string): Member {
  fields.only('mspId', 'name', 'status', 'joinedAt', 'removedAt', 'nativeId');
  const status = fields.optionalText('status', 1, 20) ?? 'ACTIVE';
  requireOneOf('member.status', status, ['ACTIVE', 'REMOVED']);
  return {
    mspId: id(fields, 'mspId'),
    name: fields.text('name', 1, 100),
    status,
    joinedAt: optionalInstant(fields, 'joinedAt') ?? at,
    accounts: [],
    ...(status === 'REMOVED' ? { removedAt: optionalInstant(fields, 'removedAt') ?? at } : {}),
    ...(fields.has('nativeId') ? { nativeId: fields.text('nativeId', 1, 100) } : {}),
    imported: true,
  };
}

/** The tally is the counts that were exported; its electorate is not known any more. */
function importProposal(fields: Fields, current: VotingPolicy): Proposal {
  fields.only(
    ...['proposalId', 'title', 'body', 'actions', 'proposer', 'status', 'openedAt', 'closesAt'],
    ...['decidedAt', 'failure', 'policy', 'yes', 'no', 'outstanding'],
  );
  const status = fields.text('status', 1, 20);
  requireOneOf('proposal.status', status, PROPOSAL_STATUSES);
  if (status === 'OPEN') {
    throw new Error(`Proposal ${quote(id(fields, 'proposalId'))} is OPEN: decide it where it is, or leave it out`);
  }
  const policy = fields.has('policy') ? policyOf(fields.object('policy')) : votingPolicy(...values(current));
  const count = (field: string): number => (fields.has(field) ? fields.integer(field, 0, MAX_MEMBERS) : 0);
  const [yes, no, outstanding] = [count('yes'), count('no'), count('outstanding')];
  const choices = [...Array<'YES'>(yes).fill('YES'), ...Array<'NO'>(no).fill('NO')];
  const openedAt = instant(fields, 'openedAt');
  const decidedAt = optionalInstant(fields, 'decidedAt');
  return {
    proposalId: id(fields, 'proposalId'),
    title: fields.text('title', 1, MAX_TITLE_CHARACTERS),
    body: fields.optionalText('body', 0, MAX_BODY_CHARACTERS) ?? '',
    actions: fields.objects('actions', MAX_ACTIONS).map(importAction),
    proposer: id(fields, 'proposer'),
    status,
    openedAt,
    closesAt: instant(fields, 'closesAt'),
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

/** As it was elsewhere: a principal may be any text, an AWS account's number among them. */
function importAction(fields: Fields): Action {
  const kind = fields.text('kind', 1, 50);
  requireOneOf('action.kind', kind, ['INVITE_MEMBER', 'REMOVE_MEMBER', 'CHANGE_VOTING_POLICY', 'TEXT']);
  switch (kind) {
    case 'INVITE_MEMBER':
      return { kind, name: fields.optionalText('name', 0, 100) ?? '', principal: fields.text('principal', 1, 200) };
    case 'REMOVE_MEMBER':
      return { kind, mspId: id(fields, 'mspId') };
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
    proposalId: id(fields, 'proposalId'),
    voter: id(fields, 'voter'),
    choice,
    reason: '',
    castAt: optionalInstant(fields, 'castAt') ?? null,
    imported: true,
  };
}

function importInvitation(fields: Fields): Invitation {
  fields.only('invitationId', 'name', 'principal', 'proposalId', 'status', 'createdAt', 'expiresAt', 'member');
  const status = fields.text('status', 1, 20);
  // One that waits could not be answered here: its principal is somebody else's word for a party.
  requireOneOf('invitation.status', status, ['ACCEPTED', 'REJECTED', 'EXPIRED']);
  return {
    invitationId: id(fields, 'invitationId'),
    name: fields.optionalText('name', 0, 100) ?? '',
    principal: fields.text('principal', 1, 200),
    ...(fields.has('proposalId') ? { proposalId: id(fields, 'proposalId') } : {}),
    status,
    createdAt: instant(fields, 'createdAt'),
    expiresAt: instant(fields, 'expiresAt'),
    ...(fields.has('member') ? { member: id(fields, 'member') } : {}),
    imported: true,
  };
}

function id(fields: Fields, field: string): string {
  const value = fields.text(field, 1, 64);
  requireId(field, value);
  return value;
}

function instant(fields: Fields, field: string): string {
  return requireInstant(field, fields.text(field, 1, 40));
}

function optionalInstant(fields: Fields, field: string): string | undefined {
  const value = fields.optionalText(field, 1, 40);
  return value === undefined ? undefined : requireInstant(field, value);
}

const values = ({ threshold, comparator, durationHours }: VotingPolicy) =>
  [threshold, comparator, durationHours] as const;
