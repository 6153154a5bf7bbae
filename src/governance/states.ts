import type { DecodedBlock, DecodedTransaction } from '../model/block.js';
import type { EvidenceRef, HistoryEntry, ProposalState, ProposalStatus, Tally } from '../model/governance.js';

const MAX_HISTORY = 100;

/** A proposal with another status, remembered with its moment and cause; itself where the status is the same. */
export function withStatus(
  state: ProposalState,
  status: ProposalStatus,
  said: Omit<HistoryEntry, 'status'>,
  facts: Partial<ProposalState> = {},
): ProposalState {
  if (state.status === status) return { ...state, ...facts };
  const history = [...state.history, { status, ...said }].slice(-MAX_HISTORY);
  return { ...state, statusSource: 'OBSERVED', ...facts, status, history };
}

/** A tally that no vote changes any more: nobody's is missing, and it cannot be reached. */
export const closedTally = (tally: Tally): Tally => ({ ...tally, stillReachable: false, missing: [] });

/** A tally where each member has one vote. `no`: those who said no, where a mechanism has that. */
export function countedTally(
  eligible: readonly string[],
  yes: readonly string[],
  reached: Pick<Tally, 'satisfied' | 'stillReachable'>,
): Tally {
  const voted = new Set(yes);
  const missing = eligible.filter((one) => !voted.has(one));
  const count = eligible.length - missing.length;
  return {
    eligible: String(eligible.length),
    choices: [{ choice: 'YES', count, weight: String(count) }],
    outstanding: String(missing.length),
    ...reached,
    missing: missing.slice(0, 1_000),
  };
}

/** A transaction as what shows something. */
export const evidenceOf = (block: DecodedBlock, { index, hash }: DecodedTransaction): EvidenceRef => ({
  kind: 'TRANSACTION',
  block: { number: block.number, hash: block.hash },
  index,
  hash,
});

/** When a transaction says it was made; its block's time where it says nothing. */
export const momentOf = (block: DecodedBlock, transaction: DecodedTransaction | undefined): number =>
  transaction?.timestampMs ?? block.timestampMs ?? 0;
