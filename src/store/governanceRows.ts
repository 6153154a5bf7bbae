import type { DecodedBlock } from '../model/block.js';
import type { BlockGovernance, ProposalKey, ProposalState, ProposalStatus } from '../model/governance.js';
import type { Cells } from './rows.js';
import type { GovernanceTable } from './tables.js';
import { keyText, keyTextOrNull } from './text.js';

/** For what never closes: after every date. */
export const NEVER_MS = 8.64e15;

/** A proposal's name inside its ledger. */
export const proposalText = ({ mechanism, nativeId }: Pick<ProposalKey, 'mechanism' | 'nativeId'>): string =>
  keyText(`${mechanism}/${nativeId}`);
export const decisionText = (key: ProposalKey): string => keyText(`${key.ledger}/${key.mechanism}/${key.nativeId}`);

const NOTHING: BlockGovernance = { proposals: [], votes: [], invitations: [], consortium: null };

/** Rows of what a block changed of proposals, votes and invitations; which is the newest is told once all of them stand. */
export function governanceRows(
  block: Pick<DecodedBlock, 'number' | 'hash' | 'timestampMs' | 'governance'>,
  canonical: boolean,
): Readonly<Record<GovernanceTable, readonly Cells[]>> {
  const { proposals, votes, invitations, consortium } = block.governance ?? NOTHING;
  const inBlock = { ...placed(block), canonical: canonical ? 1 : 0, latest: 0 };
  return {
    proposal: proposals.map((version, ordinal) => ({ ...inBlock, ordinal, ...proposalCells(version) })),
    proposal_missing: proposals.flatMap(({ state }, ordinal) =>
      missingOf(state).map((nativeId) => ({
        ...{ ...inBlock, ordinal, proposal: proposalText(state) },
        ...{ native_id: keyText(nativeId), closes_ms: state.closesAtMs ?? NEVER_MS },
      })),
    ),
    vote: votes.map((state, ordinal) => ({
      ...{ ...inBlock, ordinal, voter: keyText(state.voter), state: JSON.stringify(state) },
      proposal: proposalText({ mechanism: state.mechanism, nativeId: state.proposal }),
    })),
    invitation: invitations.map((state, ordinal) => ({
      ...{ ...inBlock, ordinal, native_id: keyText(state.nativeId), status: state.status },
      ...{ created_ms: state.createdMs, state: JSON.stringify(state) },
    })),
    consortium: consortium === null ? [] : [{ ...inBlock, ordinal: 0, state: JSON.stringify(consortium) }],
  };
}

const placed = ({ number, hash, timestampMs }: Pick<DecodedBlock, 'number' | 'hash' | 'timestampMs'>): Cells => ({
  ...{ number, block_hash: hash, timestamp_ms: dateOrNull(timestampMs) },
});

/** A block may claim a time that no date has. */
const dateOrNull = (ms: number | null): number | null =>
  ms !== null && Number.isSafeInteger(ms) && Math.abs(ms) <= NEVER_MS ? ms : null;

interface Version {
  readonly state: ProposalState;
  readonly statusBefore: ProposalStatus | null;
}

function proposalCells({ state, statusBefore }: Version): Cells {
  return {
    proposal: proposalText(state),
    mechanism: state.mechanism,
    status: state.status,
    status_before: statusBefore,
    lapses: state.lapsesTo === null ? 0 : 1,
    created_ms: state.createdMs,
    closes_ms: state.closesAtMs ?? NEVER_MS,
    proposer: keyTextOrNull(state.proposer),
    decision: state.decision === null ? null : decisionText(state.decision),
    state: JSON.stringify(state),
  };
}

const missingOf = ({ status, tally }: ProposalState): readonly string[] =>
  status === 'ACTIVE' ? [...new Set(tally.missing)] : [];
