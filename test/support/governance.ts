import type { Known, Observer } from '../../src/governance/mechanism.js';
import type { DecodedBlock } from '../../src/model/block.js';
import {
  NO_GOVERNANCE,
  type GovernanceChanges,
  type Mechanism,
  type ProposalState,
  type ProposalStatus,
  type VoteState,
} from '../../src/model/governance.js';

export const VOTERS = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'] as const;

/** A proposal as a mechanism might say it. */
export function proposalState(nativeId: string, facts: Partial<ProposalState> = {}): ProposalState {
  const missing = facts.tally?.missing ?? VOTERS;
  return {
    ...{ mechanism: 'CONSORTIUM', nativeId, title: `Proposal ${nativeId}`, body: null, links: [] },
    ...{ proposer: 'HarvestMSP', proposerInferred: false, actions: [{ kind: 'TEXT', text: 'Hello' }] },
    ...{ payloadDigest: 'ab'.repeat(32), status: 'ACTIVE', nativeStatus: 'OPEN', statusSource: 'OBSERVED' },
    ...{
      createdMs: 1_000,
      opensAtMs: 1_000,
      closesAtMs: null,
      lapsesTo: null,
      execution: null,
      history: [],
      decision: null,
    },
    requirement: { kind: 'THRESHOLD', threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 },
    tally: {
      ...{ eligible: '3', choices: [], outstanding: String(missing.length), satisfied: false, stillReachable: true },
      missing,
    },
    native: { kind: 'CONSORTIUM' },
    ...facts,
  };
}

export function voteState(proposal: string, voter: string, facts: Partial<VoteState> = {}): VoteState {
  return {
    ...{ mechanism: 'CONSORTIUM', proposal, voter, choice: 'YES', nativeChoice: 'YES', weight: '1', reason: null },
    ...{ castAtMs: 1_000, verified: true, evidence: null },
    ...facts,
  };
}

/**
 * Decides by the numbers of blocks alone: every fourth opens a proposal, the next ones bring a vote each on the newest open one, and
 * the third vote executes it. What it finds depends on what was known before, as real mechanisms' findings do.
 */
export class CountingObserver implements Observer {
  readonly mechanism: Mechanism = 'CONSORTIUM';

  async observe(block: DecodedBlock, known: Known): Promise<GovernanceChanges> {
    const at = { atMs: block.timestampMs ?? 0, cause: null };
    if (block.number % 4 === 0) {
      const opened = proposalState(`p${block.hash.slice(0, 8)}`, {
        createdMs: at.atMs,
        history: [{ status: 'ACTIVE', ...at }],
      });
      return { ...NO_GOVERNANCE, proposals: [opened] };
    }
    const open = (await known.open()).at(-1);
    const voter = VOTERS[(block.number % 4) - 1];
    if (open === undefined || voter === undefined) return NO_GOVERNANCE;
    const before = await known.votes(open.nativeId);
    if (before.some((vote) => vote.voter === voter)) return NO_GOVERNANCE;
    const missing = open.tally.missing.filter((one) => one !== voter);
    const status: ProposalStatus = missing.length === 0 ? 'EXECUTED' : 'ACTIVE';
    const history = status === open.status ? open.history : [...open.history, { status, ...at }];
    const proposal = {
      ...open,
      status,
      history,
      tally: { ...open.tally, missing, outstanding: String(missing.length) },
    };
    return { ...NO_GOVERNANCE, proposals: [proposal], votes: [voteState(open.nativeId, voter, { castAtMs: at.atMs })] };
  }
}
