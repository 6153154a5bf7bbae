import { isDeepStrictEqual } from 'node:util';
import type { DecodedBlock } from '../../model/block.js';
import {
  NO_GOVERNANCE,
  type ConsortiumState,
  type GovernanceChanges,
  type ProposalState,
  type StandingChange,
  type VoteState,
} from '../../model/governance.js';
import type { Known, Observer } from '../mechanism.js';
import { unpackRecord, type AmbProposalRecord, type AmbRecord } from './record.js';
import {
  consortiumOf,
  goneInvitation,
  goneProposal,
  invitationOf,
  proposalOf,
  voteOf,
  withVoters,
  type Said,
} from './states.js';

/** Finds what a record of a network says otherwise than what was known: proposals, votes, invitations, members. */
export class AmbObserver implements Observer {
  readonly mechanism = 'AMB';

  /** `network`: Amazon's id. */
  constructor(private readonly network: string) {}

  observe(block: DecodedBlock, known: Known): Promise<GovernanceChanges> {
    return changesOf(this.network, unpackRecord(block), known);
  }
}

/** Compares a record with what was known: each thing whole, as it is now; what is as it was is left out. */
export async function changesOf(network: string, record: AmbRecord, known: Known): Promise<GovernanceChanges> {
  const said = { network, observedAtMs: record.observedAtMs };
  const before = await known.consortium();
  const consortium = consortiumOf(said, record, before);
  const told = await proposalsTold(said, record, { known, consortium });
  const others = await votersChanged(record, { known, consortium });
  const gone = await proposalsGone(said, record, known);
  return {
    ...NO_GOVERNANCE,
    proposals: [...told.proposals, ...others, ...gone],
    votes: told.votes,
    invitations: await invitationsTold(said, record, known),
    consortium: isSameConsortium(before, consortium) ? null : consortium,
    memberships: standingChanges(said, before, consortium),
  };
}

interface Against {
  readonly known: Known;
  readonly consortium: ConsortiumState;
}

async function proposalsTold(
  said: Said,
  { proposals }: AmbRecord,
  against: Against,
): Promise<Pick<GovernanceChanges, 'proposals' | 'votes'>> {
  const found = { proposals: [] as ProposalState[], votes: [] as VoteState[] };
  for (const one of proposals) {
    const { state, votes } = await proposalTold(said, one, against);
    if (state !== null) found.proposals.push(state);
    found.votes.push(...votes);
  }
  return found;
}

async function proposalTold(
  said: Said,
  told: AmbProposalRecord,
  { known, consortium }: Against,
): Promise<{ readonly state: ProposalState | null; readonly votes: readonly VoteState[] }> {
  const nativeId = told.proposal.ProposalId ?? '';
  const before = await known.proposal(nativeId);
  const cast = before === null ? [] : await known.votes(nativeId);
  const votes = told.votes
    .map((vote) => voteOf(said, nativeId, vote))
    .filter(({ voter, choice }) => !cast.some((vote) => vote.voter === voter && vote.choice === choice));
  const voted = [...cast, ...votes].map(({ voter }) => voter);
  const state = proposalOf(said, told, before, { consortium, voted });
  return { state: isDeepStrictEqual(plain(before), plain(state)) ? null : state, votes };
}

/** Proposals that Amazon tells as before, while members came or went. */
async function votersChanged(
  { proposals, gone }: AmbRecord,
  { known, consortium }: Against,
): Promise<readonly ProposalState[]> {
  const told = new Set([...proposals.map(({ proposal }) => proposal.ProposalId), ...gone.proposals]);
  const changed: ProposalState[] = [];
  for (const before of await known.open()) {
    if (before.status !== 'ACTIVE' || told.has(before.nativeId)) continue;
    const voted = (await known.votes(before.nativeId)).map(({ voter }) => voter);
    const state = withVoters(before, consortium, voted);
    if (!isDeepStrictEqual(before.tally.missing, state.tally.missing)) changed.push(state);
  }
  return changed;
}

async function proposalsGone(said: Said, { gone }: AmbRecord, known: Known): Promise<readonly ProposalState[]> {
  const states: ProposalState[] = [];
  for (const nativeId of gone.proposals) {
    const before = await known.proposal(nativeId);
    if (before !== null) states.push(goneProposal(said, before));
  }
  return states;
}

async function invitationsTold(
  said: Said,
  { invitations, gone }: AmbRecord,
  known: Known,
): Promise<GovernanceChanges['invitations']> {
  const told: GovernanceChanges['invitations'][number][] = [];
  for (const invitation of invitations) {
    told.push(invitationOf(said, invitation, await known.invitation(invitation.InvitationId ?? '')));
  }
  for (const nativeId of gone.invitations) {
    const before = await known.invitation(nativeId);
    if (before !== null) told.push(goneInvitation(before));
  }
  return told;
}

/** INVITED: Amazon is creating it. A member that was deleted before it was first seen had joined: both are told. */
function standingChanges(
  { observedAtMs }: Said,
  before: ConsortiumState | null,
  { members }: ConsortiumState,
): readonly StandingChange[] {
  const known = new Map(before?.members.map(({ nativeId, status }) => [nativeId, status]));
  return members.flatMap(({ nativeId, status, sinceMs }): StandingChange[] => {
    const was = known.get(nativeId);
    if (status === was) return [];
    const joined = { nativeId, change: 'JOINED', atMs: was === 'REMOVED' ? observedAtMs : sinceMs } as const;
    const removed = { nativeId, change: 'REMOVED', atMs: observedAtMs } as const;
    if (status === 'ACTIVE') return [joined];
    if (status === 'JOINING') return [{ ...joined, change: 'INVITED' }];
    return was === undefined ? [joined, removed] : [removed];
  });
}

/** When Amazon was asked is no change. */
function isSameConsortium(before: ConsortiumState | null, now: ConsortiumState): boolean {
  if (before?.amb === undefined || now.amb === undefined) return false;
  const { observedAtMs } = before.amb;
  return isDeepStrictEqual(plain(before), plain({ ...now, amb: { ...now.amb, observedAtMs } }));
}

/** As the store gives it back: JSON has no `undefined`. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
