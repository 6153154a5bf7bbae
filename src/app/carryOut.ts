import type { ConsortiumState, ProposalKey, ProposalState } from '../model/governance.js';
import type { LedgerId } from '../model/ids.js';
import type { ConsortiumRow, InvitationRow, ProposalRow } from '../store/store.js';

// What a consortium decided and a channel's configuration does not say yet: pure, from what the index holds.

/** A change of a channel's organisations that carries a decision out. */
export interface Due {
  readonly change: 'ADD' | 'REMOVE';
  readonly channel: LedgerId;
  readonly mspId: string;
  /** As people call it. */
  readonly name: string;
  readonly decision: ProposalKey;
  readonly decided: Pick<ProposalState, 'title' | 'proposer'>;
  /** When it could first be carried out. */
  readonly sinceMs: number;
}

export interface Decided {
  readonly home: ConsortiumRow;
  /** Executed proposals of the consortium, the newest first. */
  readonly executed: readonly ProposalRow[];
  readonly invitations: readonly InvitationRow[];
  /** The organisations of each channel, by MSP id. */
  readonly channels: ReadonlyMap<LedgerId, readonly string[]>;
}

/** An invited member is added to the channel that keeps the consortium; one that was voted out is removed from every channel. */
export function dueChanges({ home, executed, invitations, channels }: Decided): readonly Due[] {
  return home.state.members.flatMap((member) => {
    if (member.status === 'REMOVED') return removals(home, member, executed, channels);
    return additions(home, member, { executed, invitations, channels });
  });
}

type Member = ConsortiumState['members'][number];

function removals(
  { ledger }: ConsortiumRow,
  { nativeId: mspId, name, untilMs }: Member,
  executed: readonly ProposalRow[],
  channels: Decided['channels'],
): readonly Due[] {
  const decided = executed.find(({ state }) =>
    state.actions.some((action) => action.kind === 'REMOVE_MEMBER' && action.nativeId === mspId),
  );
  if (decided === undefined) return [];
  const { nativeId, title, proposer } = decided.state;
  const decision = { ledger, mechanism: 'CONSORTIUM', nativeId } as const;
  const about = {
    change: 'REMOVE',
    mspId,
    name,
    decision,
    decided: { title, proposer },
    sinceMs: untilMs ?? 0,
  } as const;
  return [...channels].filter(([, members]) => members.includes(mspId)).map(([channel]) => ({ ...about, channel }));
}

function additions(
  { ledger }: ConsortiumRow,
  { nativeId: mspId, name, sinceMs }: Member,
  { executed, invitations, channels }: Omit<Decided, 'home'>,
): readonly Due[] {
  if (channels.get(ledger)?.includes(mspId) !== false) return [];
  const invitation = invitations.find(({ state }) => state.member === mspId && state.status === 'ACCEPTED');
  const decided = executed.find(({ state }) => state.nativeId === invitation?.state.proposal);
  if (decided === undefined) return [];
  const { nativeId, title, proposer } = decided.state;
  const decision = { ledger, mechanism: 'CONSORTIUM', nativeId } as const;
  return [{ change: 'ADD', channel: ledger, mspId, name, decision, decided: { title, proposer }, sinceMs }];
}

/** What is there already of a decision on a channel: under way, to be made anew because its read set is stale, or nothing. */
export function standingOf(due: Due, carrying: readonly ProposalRow[]): 'UNDER_WAY' | 'STALE' | 'MISSING' {
  const here = carrying.filter(({ ledger, state }) => ledger === due.channel && state.mechanism === 'FABRIC_CONFIG');
  if (here.some(({ state }) => ['ACTIVE', 'APPROVED', 'EXECUTING', 'EXECUTION_FAILED'].includes(state.status)))
    return 'UNDER_WAY';
  return here.some(({ state }) => state.status === 'SUPERSEDED') ? 'STALE' : 'MISSING';
}
