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

/** One of each mechanism, with every action and requirement that there is. */
export function everyKindOfProposal(token: string): readonly ProposalState[] {
  const tree = [{ index: 0, parent: null, rule: 'OUT_OF', required: 1, mspId: null, role: null, path: null }] as const;
  const policy = { expression: "OR('Org1MSP.peer')", reference: null, tree };
  const definition = {
    ...{ name: 'goods', version: '1.0', sequence: 2, initRequired: false, endorsementPolicy: policy },
    ...{ collections: [], digest: 'cd'.repeat(32) },
  };
  const changes = [{ path: '/Channel/Application', kind: 'CHANGED', before: 1, after: 2 }] as const;
  const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
  const threshold = { threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 } as const;
  return [
    proposalState('consortium-1', {
      actions: [
        { kind: 'INVITE_MEMBER', memberName: 'Atlas Roasters', principal: 'ab'.repeat(32) },
        { kind: 'REMOVE_MEMBER', nativeId: 'Org2MSP' },
        { kind: 'CHANGE_VOTING_POLICY', ...threshold },
        { kind: 'TEXT', text: 'Hello' },
      ],
    }),
    proposalState('goods.2.cdcd', {
      ...{ mechanism: 'FABRIC_LIFECYCLE', actions: [{ kind: 'CHAINCODE_DEFINITION', definition }] },
      requirement: {
        kind: 'FABRIC_POLICY',
        path: '/Channel/Application/LifecycleEndorsement',
        expression: 'MAJORITY',
        tree,
      },
      native: { kind: 'FABRIC_LIFECYCLE', chaincode: 'goods', sequence: 2 },
    }),
    proposalState('config-1', {
      ...{ mechanism: 'FABRIC_CONFIG', actions: [{ kind: 'CHANNEL_CONFIG_CHANGE', name: 'adds Org3MSP', changes }] },
      requirement: { kind: 'BYZANTINE_QUORUM', nodes: 4, quorum: 3 },
      native: {
        kind: 'FABRIC_CONFIG',
        configUpdate: 'AAEC',
        readSet: [{ path: '/Channel', version: 0 }],
        signatures: [],
      },
    }),
    proposalState(`${address}.1`, {
      mechanism: 'GOVERNOR',
      actions: [{ kind: 'EVM_CALL', target: address, value: '0', data: '0x', method: null }],
      requirement: { kind: 'TOKEN_QUORUM', quorumWeight: '4', token, countingMode: 'support=bravo' },
      native: {
        ...{ kind: 'GOVERNOR', governor: address, etaMs: null, clock: 'BLOCK_NUMBER', snapshot: '1', deadline: '2' },
      },
    }),
    proposalState('p-1', { mechanism: 'AMB', native: { kind: 'AMB', arn: null } }),
  ];
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
