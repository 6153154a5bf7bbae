import { isDeepStrictEqual } from 'node:util';
import type { DecodedBlock, DecodedTransaction } from '../../model/block.js';
import {
  NO_GOVERNANCE,
  type GovernanceChanges,
  type HistoryEntry,
  type ProposalKey,
  type ProposalState,
  type VoteState,
} from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import type { Known, Observer } from '../mechanism.js';
import { evidenceOf, momentOf, withStatus } from '../states.js';
import {
  collectionEvent,
  type CollectedAttempt,
  type CollectedSignature,
  type CollectedUpdate,
  type CollectionEvent,
} from './collectionEvent.js';
import { openConfigBlock, type ConfigInForce } from './inForce.js';
import { lastUpdate, signerOf, type LastUpdate } from './lastUpdate.js';
import { counted, opened, signaturesOf, updateOf, voteOf, type CollectedBytes } from './proposal.js';

export interface ConfigObserverParts {
  /** The chaincode that collects signatures; null where none is configured: then only what blocks carry out is known. */
  readonly chaincode: string | null;
  /** The consortium's id of its network: an update that names another carries no decision of it out. Null where none is configured. */
  readonly network: string | null;
  /** The ledger that keeps the consortium, whose decisions updates carry out. Errors: retryable while it is not known. */
  home(): Promise<LedgerId>;
}

/** Proposed configuration updates with the signatures collected for them, and every update that a block carries out. */
export class ConfigObserver implements Observer {
  readonly mechanism = 'FABRIC_CONFIG';

  constructor(private readonly parts: ConfigObserverParts) {}

  async observe(block: DecodedBlock, known: Known): Promise<GovernanceChanges> {
    const { chaincode } = this.parts;
    const told = block.transactions.flatMap((transaction) => {
      const event = chaincode === null ? null : collectionEvent(chaincode, transaction);
      return event === null ? [] : [{ event, transaction }];
    });
    if (told.length === 0 && block.config === null) return NO_GOVERNANCE;
    const raw = await known.config();
    if (raw === null) return NO_GOVERNANCE;
    const reading = new Reading(block, known, openConfigBlock(raw.bytes), this.parts);
    for (const { event, transaction } of told) await reading.take(event, transaction);
    if (block.config !== null) await reading.carryOut();
    return reading.changes();
  }
}

type Said = Omit<HistoryEntry, 'status'>;

/** One block's reading. */
class Reading {
  private readonly proposals = new Map<string, ProposalState>();
  private readonly votes: VoteState[] = [];

  constructor(
    private readonly block: DecodedBlock,
    private readonly known: Known,
    private readonly config: ConfigInForce,
    private readonly parts: ConfigObserverParts,
  ) {}

  changes(): GovernanceChanges {
    return { ...NO_GOVERNANCE, proposals: [...this.proposals.values()], votes: this.votes };
  }

  async take(event: CollectionEvent, transaction: DecodedTransaction): Promise<void> {
    const said = { atMs: momentOf(this.block, transaction), cause: evidenceOf(this.block, transaction) };
    for (const update of event.configUpdates) await this.update(update, said);
    for (const signature of event.configSignatures) await this.signature(signature, said);
    for (const attempt of event.configAttempts) await this.attempt(attempt, said);
  }

  private async update(told: CollectedUpdate, said: Said): Promise<void> {
    const before = await this.proposal(told.configUpdateId);
    if (before !== null) {
      // The chaincode does not see blocks of configuration: what one carried out stays carried out.
      if (told.status === 'WITHDRAWN' && before.status !== 'EXECUTED')
        this.keep(withStatus(before, 'WITHDRAWN', said, { nativeStatus: 'WITHDRAWN' }));
      return;
    }
    const proposed = {
      ...{ nativeId: told.configUpdateId, title: told.title, body: told.body === '' ? null : told.body },
      ...{ proposer: told.proposer, proposerInferred: false, update: Buffer.from(told.configUpdate, 'base64') },
      closesMs: told.closesAt === null ? null : Date.parse(told.closesAt),
      decision: await this.decision(told.decision),
      replaces: told.replaces ?? null,
    };
    const state = opened(proposed, this.config, said);
    this.keep(state);
    await this.replace(told.replaces, state);
  }

  /** Whoever looks at an update that is in force no more, or never did what was decided, finds the one in its place. */
  private async replace(replaced: string | undefined, by: ProposalState): Promise<void> {
    const before = replaced === undefined ? null : await this.proposal(replaced);
    if (before?.native.kind !== 'FABRIC_CONFIG' || before.nativeId === by.nativeId) return;
    const { decision, status } = before;
    const sameDecision = decision !== null && decision.nativeId === by.decision?.nativeId;
    if (status === 'SUPERSEDED' || sameDecision)
      this.keep({ ...before, native: { ...before.native, replacedBy: by.nativeId } });
  }

  private async decision(told: CollectedUpdate['decision']): Promise<ProposalKey | null> {
    if (told === null || told.network !== this.parts.network) return null;
    return { ledger: await this.parts.home(), mechanism: 'CONSORTIUM', nativeId: told.proposalId };
  }

  private async signature(told: CollectedSignature, said: Said): Promise<void> {
    const before = await this.proposal(told.configUpdateId);
    if (before === null || told.supersededBy !== undefined) return;
    const own: CollectedBytes = { mspId: told.mspId, bytes: told.bytes };
    const vote = voteOf(before, own, { config: this.config, update: updateOf(before), atMs: said.atMs });
    // What others hand in for an organisation says nothing by itself.
    if (told.carriedBy !== undefined && !vote.verified) return;
    this.votes.push(vote);
    const others = signaturesOf(before).filter(({ mspId }) => mspId !== told.mspId);
    if (before.status === 'ACTIVE' || before.status === 'APPROVED' || before.status === 'EXECUTION_FAILED')
      this.keep(counted(before, this.config, said, [...others, own]));
  }

  private async attempt(told: CollectedAttempt, said: Said): Promise<void> {
    const before = await this.proposal(told.configUpdateId);
    if (before === null) return;
    const execution = attempted(before, { atMs: Date.parse(told.at), by: told.by, error: errorOf(told) });
    const failed = told.outcome === 'REFUSED' && before.status === 'APPROVED';
    this.keep(failed ? withStatus(before, 'EXECUTION_FAILED', said, { execution }) : { ...before, execution });
  }

  /** What this block, a configuration, carries out; and what that makes of the updates that are open. */
  async carryOut(): Promise<void> {
    const last = lastUpdate(this.block.bytes);
    const [transaction] = this.block.transactions;
    if (last === null || transaction === undefined) return;
    const said = { atMs: momentOf(this.block, transaction), cause: evidenceOf(this.block, transaction) };
    const open = await this.open();
    const own = open.find((state) => Buffer.compare(updateOf(state), last.update) === 0) ?? this.elsewhere(last, said);
    this.keep(this.executed(own, last, said));
    const after = openConfigBlock(this.block.bytes);
    for (const other of open) {
      const now = counted(other, after, said);
      if (other.nativeId !== own.nativeId && !isSame(now, other)) this.keep(now);
    }
  }

  /** One that was never proposed here: whoever submitted it is taken for its proposer. */
  private elsewhere(last: LastUpdate, said: Said): ProposalState {
    const proposed = {
      ...{ nativeId: `block.${this.block.number}`, title: null, body: null, update: last.update },
      ...{ proposer: last.submitter, proposerInferred: true, closesMs: null, decision: null, replaces: null },
    };
    return opened(proposed, this.config, said);
  }

  private executed(state: ProposalState, last: LastUpdate, said: Said): ProposalState {
    const known = new Set(signaturesOf(state).map(({ bytes }) => bytes));
    const brought = last.signatures
      .map((bytes) => ({ mspId: signerOf(bytes), bytes: Buffer.from(bytes).toString('base64') }))
      .filter((one) => !known.has(one.bytes));
    const voters = new Set(signaturesOf(state).map(({ mspId }) => mspId));
    for (const one of brought)
      if (!voters.has(one.mspId))
        this.votes.push(voteOf(state, one, { config: this.config, update: last.update, atMs: said.atMs }));
    const all = [...signaturesOf(state), ...brought.filter(({ mspId }) => !voters.has(mspId))];
    const signed = counted(state, this.config, said, all);
    const attempt = { atMs: said.atMs, by: last.submitter, error: null };
    const execution = { ...attempted(state, attempt), evidence: said.cause };
    return withStatus({ ...signed, status: state.status, history: state.history }, 'EXECUTED', said, {
      ...{ execution, nativeStatus: 'COMMITTED' },
    });
  }

  private async open(): Promise<readonly ProposalState[]> {
    const open = await this.known.open();
    const now = new Map(open.map((state) => [state.nativeId, state]));
    for (const state of this.proposals.values()) now.set(state.nativeId, state);
    return [...now.values()].filter(({ status }) => ['ACTIVE', 'APPROVED', 'EXECUTION_FAILED'].includes(status));
  }

  private async proposal(nativeId: string): Promise<ProposalState | null> {
    return this.proposals.get(nativeId) ?? this.known.proposal(nativeId);
  }

  private keep(state: ProposalState): void {
    this.proposals.set(state.nativeId, state);
  }
}

/** As a store gives it back. */
const isSame = (a: ProposalState, b: ProposalState): boolean => isDeepStrictEqual(plain(a), plain(b));
const plain = (state: ProposalState): unknown => JSON.parse(JSON.stringify(state));

type Execution = NonNullable<ProposalState['execution']>;

const attempted = ({ execution }: ProposalState, attempt: Execution['attempts'][number]): Execution => ({
  attempts: [...(execution?.attempts ?? []), attempt].slice(-MAX_ATTEMPTS),
  evidence: execution?.evidence ?? null,
});

const errorOf = ({ outcome, code, message }: CollectedAttempt) =>
  outcome === 'ACCEPTED' ? null : { code: code ?? outcome, message: message ?? outcome };

const MAX_ATTEMPTS = 100;
