import type { DecodedBlock, DecodedTransaction } from '../../model/block.js';
import { NO_GOVERNANCE, type GovernanceChanges, type VoteState } from '../../model/governance.js';
import type { Known, Observer } from '../mechanism.js';
import { evidenceOf, momentOf, withStatus } from '../states.js';
import { governorAbi, type GovernorAbi } from './abi.js';
import type { Chain } from './asking.js';
import { clockOf, momentAt, millisecondsOf, timepointIn } from './clock.js';
import { EventReader, type CreatedEvent, type GovernorEvent, type Place, type VoteEvent } from './events.js';
import { factsOf, weightsAt } from './facts.js';
import { executionInput } from './calls.js';
import { nativeIdOf } from './identify.js';
import { isGovernors, proposalOf, requirementOf, type GovernorProposalState } from './proposal.js';
import { countedVote, emptyTally, recounted, sharesOf } from './tally.js';

export interface GovernorParts {
  readonly chain: Chain;
  /** EIP-55. `timelock`: of a governor that does not name its own. */
  readonly governors: readonly { readonly address: string; readonly timelock: string | null }[];
  /** The members' accounts, EIP-55. */
  readonly voters: readonly string[];
}

/**
 * Proposals and votes of OpenZeppelin Governors, from their logs and those of their timelocks. A proposal opens and closes without an
 * event: a version says so in the block in which the governor's clock (ERC-6372) passes, by the votes counted until then. What no log
 * tells (clock, counting, quorum and weights at the snapshot) is asked of the chain as of the proposal's or the opening's own block, a few
 * calls for each proposal, so that a rebuild is answered the same; it therefore needs the node. While none answers, observing fails with
 * `LEDGER_UNAVAILABLE` (retryable), and the block is taken in later.
 */
export class GovernorObserver implements Observer {
  readonly mechanism = 'GOVERNOR';
  private readonly reader = new EventReader();
  private readonly abi = governorAbi();
  private readonly addresses: ReadonlySet<string>;

  constructor(private readonly parts: GovernorParts) {
    this.addresses = new Set(parts.governors.map(({ address }) => address));
  }

  async observe(block: DecodedBlock, known: Known): Promise<GovernanceChanges> {
    const open = (await known.open()).filter(isGovernors).filter(({ native }) => this.addresses.has(native.governor));
    const events = this.reader.governor(block, this.addresses);
    if (open.length === 0 && events.length === 0) return NO_GOVERNANCE;
    const reading = new Reading(block, known, this.parts, this.abi);
    for (const proposal of open) await reading.pass(proposal);
    for (const found of events) await reading.take(found);
    const now = reading.now(open);
    const ofTimelock = now.some(({ native }) => native.operation != null) ? this.reader.timelock(block) : [];
    for (const { event, address, transaction } of ofTimelock)
      reading.settle(event.kind, event.operation, address, transaction);
    for (const transaction of block.transactions) reading.fail(transaction);
    return reading.changes();
  }
}

/** One block's reading. */
class Reading {
  private readonly proposals = new Map<string, GovernorProposalState>();
  private readonly votes: VoteState[] = [];
  private readonly atMs: number;
  private open: readonly GovernorProposalState[] = [];

  constructor(
    private readonly block: DecodedBlock,
    private readonly known: Known,
    private readonly parts: GovernorParts,
    private readonly abi: GovernorAbi,
  ) {
    this.atMs = momentOf(block, undefined);
  }

  changes(): GovernanceChanges {
    return { ...NO_GOVERNANCE, proposals: [...this.proposals.values()], votes: this.votes };
  }

  /** The open ones as of here, with what this block brought. */
  now(open: readonly GovernorProposalState[]): readonly GovernorProposalState[] {
    const now = new Map(open.map((state) => [state.nativeId, state]));
    for (const state of this.proposals.values()) now.set(state.nativeId, state);
    this.open = [...now.values()];
    return this.open;
  }

  /** What the clock alone changes, before anything that the block holds. */
  async pass(proposal: GovernorProposalState): Promise<void> {
    const timepoint = timepointIn(this.block, proposal.native.clock);
    let state = proposal;
    if (state.status === 'PENDING' && timepoint > BigInt(state.native.snapshot)) state = await this.opened(state);
    if (state.status === 'ACTIVE' && timepoint > BigInt(state.native.deadline)) state = this.closed(state);
    if (isForgotten(state, this.atMs)) state = this.derived(state, 'EXPIRED', 'Expired');
    if (state !== proposal) this.keep(state);
  }

  async take(found: Place & { readonly event: GovernorEvent }): Promise<void> {
    const { event, address, transaction } = found;
    if (event.kind === 'CREATED') return this.create({ ...found, event });
    const proposal = await this.proposal(nativeIdOf(address, event.proposal));
    if (proposal === null) return;
    switch (event.kind) {
      case 'VOTE':
        return this.vote(proposal, { ...found, event });
      case 'REDUCED': {
        const [no, yes, abstain] = sharesOf(event.support, event.weight);
        return this.count(proposal, [-no, -yes, -abstain], { voter: null, choice: null });
      }
      case 'EXTENDED':
        return this.extend(proposal, event.deadline);
      case 'QUEUED':
        return this.queue(proposal, event.etaSeconds, transaction);
      case 'EXECUTED':
        return this.executed(proposal, transaction);
      case 'CANCELED':
        return this.canceled(proposal, transaction);
    }
  }

  /** A timelock carried an operation out, or was told to drop it, whoever told it. */
  settle(
    kind: 'CALL_EXECUTED' | 'CANCELLED',
    operation: string,
    timelock: string,
    transaction: DecodedTransaction,
  ): void {
    for (const { nativeId, native } of this.open) {
      const proposal = this.proposals.get(nativeId) ?? this.open.find((one) => one.nativeId === nativeId);
      if (proposal === undefined || native.operation !== operation || native.timelock !== timelock) continue;
      if (!['QUEUED', 'EXECUTION_FAILED'].includes(proposal.status)) continue;
      if (kind === 'CALL_EXECUTED') this.executed(proposal, transaction);
      else this.canceled(proposal, transaction);
    }
  }

  /** An execution that was due and reverted. What came too early failed by itself, and says nothing of the proposal. */
  fail(transaction: DecodedTransaction): void {
    const { detail, outcome } = transaction;
    if (outcome !== 'FAILED' || detail.kind !== 'ethereum') return;
    for (const one of this.open) {
      const proposal = this.proposals.get(one.nativeId) ?? one;
      if (detail.to !== proposal.native.governor || !isDue(proposal, this.atMs)) continue;
      if (detail.input.toLowerCase() !== executionInput(this.abi, proposal)) continue;
      const error = { code: 'CALL_REVERTED', message: 'The execution reverted' };
      const attempts = [...(proposal.execution?.attempts ?? []), { atMs: this.atMs, by: detail.from, error }];
      const execution = { attempts: attempts.slice(-100), evidence: null };
      this.keep(withStatus(proposal, 'EXECUTION_FAILED', this.said(transaction), { execution }));
    }
  }

  private async create(found: Place & { readonly event: CreatedEvent }): Promise<void> {
    const { chain, governors, voters } = this.parts;
    const { number } = this.block;
    const own = governors.find(({ address }) => address === found.address);
    const facts = await factsOf(chain, this.abi, own ?? { address: found.address, timelock: null }, number);
    const before = timepointIn(this.block, clockOf(facts.clockMode)) - 1n;
    const asked = { address: found.address, token: facts.token, voters };
    const weights = await weightsAt(chain, this.abi, asked, before, number);
    this.keep(proposalOf(this.block, found, facts, weights, this.parts));
  }

  private async opened(state: GovernorProposalState): Promise<GovernorProposalState> {
    const { chain, voters } = this.parts;
    const { requirement, native } = state;
    const { token, countingMode, quorumWeight } = tokenQuorumOf(requirement);
    const asked = { address: native.governor, token, voters };
    const told = await weightsAt(chain, this.abi, asked, BigInt(native.snapshot), this.block.number);
    const weights = { ...told, quorum: told.quorum ?? BigInt(quorumWeight) };
    return this.derived(state, 'ACTIVE', 'Active', {
      requirement: requirementOf({ token, countingMode }, weights),
      tally: emptyTally(weights, voters, countingMode),
      opensAtMs: state.opensAtMs ?? this.atMs,
    });
  }

  private closed(state: GovernorProposalState): GovernorProposalState {
    const { satisfied } = state.tally;
    const tally = { ...state.tally, stillReachable: satisfied, missing: [] };
    const facts = { tally, closesAtMs: state.closesAtMs ?? this.atMs };
    return satisfied
      ? this.derived(state, 'APPROVED', 'Succeeded', facts)
      : this.derived(state, 'REJECTED', 'Defeated', facts);
  }

  private derived(
    state: GovernorProposalState,
    status: GovernorProposalState['status'],
    nativeStatus: string,
    facts: Partial<GovernorProposalState> = {},
  ): GovernorProposalState {
    const said = { atMs: this.atMs, cause: null };
    return {
      ...withStatus(state, status, said, { ...facts, nativeStatus, statusSource: 'DERIVED' }),
      native: state.native,
    };
  }

  private async vote(
    proposal: GovernorProposalState,
    { event, transaction, logIndex }: Place & { readonly event: VoteEvent },
  ): Promise<void> {
    const nth = await this.before(proposal, event.voter);
    const { choice, nativeChoice, shares } = countedVote(event);
    const { number, hash } = this.block;
    this.count(proposal, shares, { voter: event.voter, choice });
    this.votes.push({
      ...{ mechanism: 'GOVERNOR', proposal: proposal.nativeId, voter: event.voter, choice, nativeChoice },
      ...{ weight: String(event.weight), reason: event.reason === '' ? null : event.reason, castAtMs: this.atMs },
      ...(nth === 0 ? {} : { nth }),
      // The governor took it from the voter's own transaction, or checked the ballot's signature.
      verified: true,
      evidence: { kind: 'LOG', block: { number, hash }, transactionIndex: transaction.index, logIndex },
    });
  }

  /** How many votes of the voter there are already: more than none only where a governor counts them in parts, or in a way of its own. */
  private async before({ nativeId, requirement }: GovernorProposalState, voter: string): Promise<number> {
    if (tokenQuorumOf(requirement).countingMode.includes(ONE_VOTE_EACH)) return 0;
    const own = (vote: VoteState): boolean => vote.proposal === nativeId && vote.voter === voter;
    const newest = this.votes.findLast(own) ?? (await this.known.votes(nativeId)).find(own);
    return newest === undefined ? 0 : (newest.nth ?? 0) + 1;
  }

  private count(
    proposal: GovernorProposalState,
    shares: readonly [bigint, bigint, bigint],
    by: Parameters<typeof recounted>[2],
  ): void {
    const { quorumWeight, countingMode } = tokenQuorumOf(proposal.requirement);
    this.keep({ ...proposal, tally: recounted(proposal.tally, shares, by, BigInt(quorumWeight), countingMode) });
  }

  private extend(proposal: GovernorProposalState, deadline: bigint): void {
    const { clock } = proposal.native;
    const native = { ...proposal.native, deadline: String(deadline) };
    this.keep({ ...proposal, closesAtMs: momentAt(deadline, clock), native });
  }

  private queue(proposal: GovernorProposalState, etaSeconds: bigint, transaction: DecodedTransaction): void {
    const native = { ...proposal.native, etaMs: millisecondsOf(etaSeconds) };
    this.keep({ ...withStatus(proposal, 'QUEUED', this.said(transaction), { nativeStatus: 'Queued' }), native });
  }

  private executed(proposal: GovernorProposalState, transaction: DecodedTransaction): void {
    const said = this.said(transaction);
    const by = transaction.detail.kind === 'ethereum' ? transaction.detail.from : null;
    const attempts = [...(proposal.execution?.attempts ?? []), { atMs: said.atMs, by, error: null }];
    const execution = { attempts: attempts.slice(-100), evidence: said.cause };
    this.keep(withStatus(proposal, 'EXECUTED', said, { nativeStatus: 'Executed', execution }));
  }

  private canceled(proposal: GovernorProposalState, transaction: DecodedTransaction): void {
    this.keep(withStatus(proposal, 'CANCELED', this.said(transaction), { nativeStatus: 'Canceled' }));
  }

  private keep(state: GovernorProposalState | ReturnType<typeof withStatus>): void {
    if (isGovernors(state)) this.proposals.set(state.nativeId, state);
  }

  private async proposal(nativeId: string): Promise<GovernorProposalState | null> {
    const state = this.proposals.get(nativeId) ?? (await this.known.proposal(nativeId));
    return isGovernors(state) ? state : null;
  }

  private said(transaction: DecodedTransaction) {
    return { atMs: this.atMs, cause: evidenceOf(this.block, transaction) };
  }
}

/** `GovernorCountingSimple`, and what counts by its choices: `hasVoted` closes the poll for who has. */
const ONE_VOTE_EACH = 'support=bravo&quorum=';

function tokenQuorumOf(requirement: GovernorProposalState['requirement']) {
  if (requirement.kind === 'TOKEN_QUORUM') return requirement;
  return { token: null, countingMode: '', quorumWeight: '0' };
}

const isForgotten = ({ status, native: { etaMs, graceMs } }: GovernorProposalState, nowMs: number): boolean =>
  ['QUEUED', 'EXECUTION_FAILED'].includes(status) && etaMs !== null && graceMs != null && nowMs >= etaMs + graceMs;

function isDue({ status, native }: GovernorProposalState, nowMs: number): boolean {
  if (status === 'APPROVED') return native.timelock == null;
  return ['QUEUED', 'EXECUTION_FAILED'].includes(status) && (native.etaMs ?? 0) <= nowMs;
}
