import type { DecodedBlock, DecodedTransaction } from '../../model/block.js';
import { NO_GOVERNANCE, type GovernanceChanges, type ProposalState, type VoteState } from '../../model/governance.js';
import type { ChannelConfig, LifecycleRecord } from '../../model/fabric.js';
import type { Known, Observer } from '../mechanism.js';
import { closedTally, evidenceOf, momentOf, withStatus } from '../states.js';
import { failedCommit } from './failedCommit.js';
import { approved, isSameSequence, nativeIdOf, opened, retallied } from './proposal.js';

/**
 * Approvals and definitions of chaincodes, from plain block data: an approval is a vote on (chaincode, sequence, digest of the
 * definition); the first one makes the proposal. An organisation's later approval of another definition for the same sequence takes its
 * earlier one back, as Fabric keeps one for each.
 */
export class LifecycleObserver implements Observer {
  readonly mechanism = 'FABRIC_LIFECYCLE';

  async observe(block: DecodedBlock, known: Known): Promise<GovernanceChanges> {
    const failed = block.transactions.flatMap((transaction) => failedCommit(transaction) ?? []);
    if (block.lifecycle.length === 0 && block.config === null && failed.length === 0) return NO_GOVERNANCE;
    const reading = new Reading(block, known, await known.channel());
    for (const record of block.lifecycle) await reading.take(record);
    for (const commit of failed) await reading.fail(commit);
    if (block.config !== null) await reading.reconfigure(block.config.config);
    return reading.changes();
  }
}

/** One block's reading. */
class Reading {
  private readonly proposals = new Map<string, ProposalState>();
  private readonly votes: VoteState[] = [];

  constructor(
    private readonly block: DecodedBlock,
    private readonly known: Known,
    private readonly config: ChannelConfig | null,
  ) {}

  changes(): GovernanceChanges {
    return { ...NO_GOVERNANCE, proposals: [...this.proposals.values()], votes: this.votes };
  }

  async take(record: LifecycleRecord): Promise<void> {
    const transaction = this.block.transactions.find(({ index }) => index === record.transactionIndex);
    if (transaction === undefined) return;
    if (record.kind === 'APPROVED') await this.approve(record, transaction);
    else await this.commit(record, transaction);
  }

  private async approve({ definition, mspId }: LifecycleRecord, transaction: DecodedTransaction): Promise<void> {
    if (mspId === null) return;
    const said = this.said(transaction);
    const proposal = await this.proposal(definition, mspId, transaction);
    this.keep(approved(proposal, mspId, this.config, said));
    this.votes.push(voteOf(proposal.nativeId, mspId, transaction, said));
    for (const other of await this.rivals(proposal)) this.keep(retallied(other, this.config, said, { without: mspId }));
  }

  private async commit({ definition }: LifecycleRecord, transaction: DecodedTransaction): Promise<void> {
    const said = this.said(transaction);
    const creator = creatorOf(transaction);
    const proposal = await this.proposal(definition, creator, transaction);
    const attempts = [...(proposal.execution?.attempts ?? []), { atMs: said.atMs, by: creator, error: null }];
    const execution = { attempts: attempts.slice(-100), evidence: said.cause };
    this.keep(withStatus(proposal, 'EXECUTED', said, { execution, nativeStatus: 'COMMITTED' }));
    for (const other of await this.rivals(proposal))
      this.keep(withStatus(other, 'SUPERSEDED', said, { nativeStatus: 'SUPERSEDED', tally: closedTally(other.tally) }));
  }

  /** A commit that the ledger found invalid. */
  async fail({ name, sequence, transaction }: NonNullable<ReturnType<typeof failedCommit>>): Promise<void> {
    const said = this.said(transaction);
    const code = 'validationCode' in transaction.detail ? (transaction.detail.validationCode ?? 'INVALID') : 'INVALID';
    for (const open of await this.open()) {
      if (open.native.kind !== 'FABRIC_LIFECYCLE' || open.native.chaincode !== name) continue;
      if (open.native.sequence !== sequence || !open.tally.satisfied) continue;
      const error = { code, message: `The commit was found invalid: ${code}` };
      const attempt = { atMs: said.atMs, by: creatorOf(transaction), error };
      const attempts = [...(open.execution?.attempts ?? []), attempt].slice(-100);
      this.keep(withStatus(open, 'EXECUTION_FAILED', said, { execution: { attempts, evidence: null } }));
    }
  }

  /** Who may vote, and how many must, are others now. */
  async reconfigure(config: ChannelConfig): Promise<void> {
    const { number, hash } = this.block;
    const said = { atMs: momentOf(this.block, undefined), cause: { kind: 'BLOCK', block: { number, hash } } } as const;
    for (const open of await this.open()) {
      const counted = retallied(open, config, said, {});
      if (JSON.stringify(counted) !== JSON.stringify(open)) this.keep(counted);
    }
  }

  private keep(state: ProposalState): void {
    this.proposals.set(state.nativeId, state);
  }

  /** The proposal of a definition; the first who speaks of it is taken for its proposer. */
  private async proposal(
    definition: LifecycleRecord['definition'],
    by: string | null,
    transaction: DecodedTransaction,
  ): Promise<ProposalState> {
    const nativeId = nativeIdOf(definition);
    const before = this.proposals.get(nativeId) ?? (await this.known.proposal(nativeId));
    return before ?? opened(definition, by, this.config, this.said(transaction));
  }

  private async open(): Promise<readonly ProposalState[]> {
    const open = await this.known.open();
    const now = new Map(open.map((state) => [state.nativeId, state]));
    for (const state of this.proposals.values()) now.set(state.nativeId, state);
    return [...now.values()].filter(({ status }) => ['ACTIVE', 'APPROVED', 'EXECUTION_FAILED'].includes(status));
  }

  /** Open proposals of other definitions for the same sequence of the same chaincode. */
  private async rivals(proposal: ProposalState): Promise<readonly ProposalState[]> {
    const open = await this.open();
    return open.filter((one) => one.nativeId !== proposal.nativeId && isSameSequence(one, proposal));
  }

  private said(transaction: DecodedTransaction) {
    return { atMs: momentOf(this.block, transaction), cause: evidenceOf(this.block, transaction) };
  }
}

const creatorOf = ({ detail }: DecodedTransaction): string | null =>
  detail.kind === 'fabric' ? (detail.creator?.mspId ?? null) : null;

function voteOf(
  proposal: string,
  voter: string,
  { detail }: DecodedTransaction,
  { atMs, cause }: { readonly atMs: number; readonly cause: VoteState['evidence'] },
): VoteState {
  return {
    ...{ mechanism: 'FABRIC_LIFECYCLE', proposal, voter, choice: 'YES', nativeChoice: 'APPROVE', weight: '1' },
    ...{ reason: null, castAtMs: atMs, evidence: cause },
    // The approval counts for the organisation of whoever signed the transaction.
    verified: detail.kind === 'fabric' && detail.creatorVerified && detail.creator?.mspId === voter,
  };
}
