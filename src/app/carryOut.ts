import { createHash } from 'node:crypto';
import { statusAt, type ConsortiumState, type ProposalKey, type ProposalState } from '../model/governance.js';
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
  /** Of a member that left by itself there is no proposal: then it names the departure, the same in every process. */
  readonly decision: ProposalKey;
  /** MSP id of whose Parley opens it; the others' wait a while. */
  readonly opener: string | null;
  /** Why, for people. */
  readonly because: string;
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

/** An invited member is added to the channel that keeps the consortium; one that was voted out, or left, is removed from every channel. */
export function dueChanges({ home, executed, invitations, channels }: Decided): readonly Due[] {
  return home.state.members.flatMap((member) => {
    if (member.status === 'REMOVED') return removals(home, member, executed, channels);
    return additions(home, member, { executed, invitations, channels });
  });
}

type Member = ConsortiumState['members'][number];

function removals(
  home: ConsortiumRow,
  member: Member,
  executed: readonly ProposalRow[],
  channels: Decided['channels'],
): readonly Due[] {
  const { nativeId: mspId, name, sinceMs, untilMs } = member;
  const decided = executed.find(
    ({ state }) =>
      state.actions.some((action) => action.kind === 'REMOVE_MEMBER' && action.nativeId === mspId) &&
      // Not of an earlier time, before it came back.
      (state.history.at(-1)?.atMs ?? Infinity) >= sinceMs,
  );
  const about = { change: 'REMOVE', mspId, name, sinceMs: untilMs ?? 0 } as const;
  return [...channels]
    .filter(([, mspIds]) => mspIds.includes(mspId))
    .map(([channel, mspIds]) => ({
      ...{ ...about, channel },
      ...(decided === undefined ? departure(home, member, mspIds) : decisionOf(home, decided)),
    }));
}

const decisionOf = ({ ledger }: ConsortiumRow, { state: { nativeId, title, proposer } }: ProposalRow) => ({
  decision: { ledger, mechanism: 'CONSORTIUM', nativeId } as const,
  opener: proposer,
  because: `Carries out “${title}” (${nativeId}).`,
});

/** Whoever left opens nothing: the first of those who stay does. */
function departure({ ledger, state }: ConsortiumRow, { nativeId, name, untilMs }: Member, mspIds: readonly string[]) {
  const staying = state.members.filter((one) => one.status !== 'REMOVED' && mspIds.includes(one.nativeId));
  const [opener = null] = staying.map((one) => one.nativeId).sort();
  const digest = createHash('sha256')
    .update(`${nativeId} ${untilMs ?? 0}`)
    .digest('hex');
  const decision = { ledger, mechanism: 'CONSORTIUM', nativeId: `departure-${digest.slice(0, 32)}` } as const;
  return { decision, opener, because: `${name} left the consortium by itself.` };
}

function additions(
  home: ConsortiumRow,
  { nativeId: mspId, name, sinceMs }: Member,
  { executed, invitations, channels }: Omit<Decided, 'home'>,
): readonly Due[] {
  const { ledger } = home;
  if (channels.get(ledger)?.includes(mspId) !== false) return [];
  const invitation = invitations.find(({ state }) => state.member === mspId && state.status === 'ACCEPTED');
  const decided = executed.find(({ state }) => state.nativeId === invitation?.state.proposal);
  if (decided === undefined) return [];
  return [{ change: 'ADD', channel: ledger, mspId, name, sinceMs, ...decisionOf(home, decided) }];
}

/**
 * What is open already of a decision on a channel, or failed and may be tried again. Whether it does what was decided is another question:
 * anybody may name a decision.
 */
export const openOf = (due: Due, carrying: readonly ProposalRow[]): readonly ProposalRow[] =>
  carrying.filter(
    ({ ledger, state }) =>
      ledger === due.channel &&
      state.mechanism === 'FABRIC_CONFIG' &&
      OPEN.includes(statusAt(state, Date.now()).status),
  );

const OPEN: readonly ProposalState['status'][] = ['ACTIVE', 'APPROVED', 'EXECUTING', 'EXECUTION_FAILED'];
