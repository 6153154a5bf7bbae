import { ParleyError } from '../../errors/index.js';
import { statusAt, type ProposalAction, type ProposalKey, type ProposalState } from '../../model/governance.js';
import { sameChange } from './sameChange.js';

/** What an update is proposed for. */
export interface Purpose {
  readonly decision: ProposalKey | null;
  /** Native id of the update that it takes the place of. */
  readonly replaces: string | null;
}

/** Where an update still takes signatures, or may be ordered. */
export const OPEN: ReadonlySet<string> = new Set(['ACTIVE', 'APPROVED', 'EXECUTION_FAILED']);

/**
 * What an update that does this is for: the decision that it is proposed for, or that of the stale one that did the same. `open`,
 * `superseded`: updates of the channel, the newest of the superseded first. Errors: `GOVERNANCE_REFUSED` where another open one carries the
 * same decision out; one that does something else holds nothing up, whatever it names.
 */
export function purposeOf(
  actions: readonly ProposalAction[],
  asked: ProposalKey | null,
  { open, superseded }: { readonly open: readonly ProposalState[]; readonly superseded: readonly ProposalState[] },
): Purpose {
  const live = open.filter((state) => OPEN.has(statusAt(state, Date.now()).status));
  const before = superseded.find((state) => isUnreplaced(state) && sameChange(state.actions, actions)) ?? null;
  const decision = asked ?? before?.decision ?? null;
  return { decision, replaces: replacedBy(actions, decision, { before, live, superseded })?.nativeId ?? null };
}

interface Others {
  /** The stale one that did the same. */
  readonly before: ProposalState | null;
  readonly live: readonly ProposalState[];
  readonly superseded: readonly ProposalState[];
}

function replacedBy(
  actions: readonly ProposalAction[],
  decision: ProposalKey | null,
  { before, live, superseded }: Others,
): ProposalState | null {
  if (decision === null) return before;
  const carrying = (states: readonly ProposalState[]) => states.filter((state) => isSame(state.decision, decision));
  const other = carrying(live).find((state) => sameChange(state.actions, actions));
  if (other !== undefined) throw decided(other, decision);
  return newestOf([...carrying(live), ...carrying(superseded)]) ?? before;
}

const newestOf = (states: readonly ProposalState[]): ProposalState | null =>
  [...states].sort((a, b) => b.createdMs - a.createdMs)[0] ?? null;

const isUnreplaced = ({ native }: ProposalState): boolean =>
  native.kind === 'FABRIC_CONFIG' && native.replacedBy === undefined;

const isSame = (a: ProposalKey | null, b: ProposalKey): boolean =>
  a !== null && a.nativeId === b.nativeId && a.ledger === b.ledger && a.mechanism === b.mechanism;

const decided = (other: ProposalState, decision: ProposalKey): ParleyError =>
  new ParleyError('GOVERNANCE_REFUSED', 'An open update of this channel carries the decision out already', {
    ...{ got: `${other.nativeId} for ${decision.nativeId}`, expected: 'one open update for each decision' },
    fix: 'Sign that one, or let its proposer withdraw it first.',
  });
