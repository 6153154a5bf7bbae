import { pause } from '../../lib/pause.js';
import type { BlockRef, DecodedBlock, RawBlock } from '../../model/block.js';
import type { ProposalKey } from '../../model/governance.js';
import type { Ledger } from '../../ledgers/ledger.js';
import type { GoverningBlock, Store, StoredProposal } from '../../store/store.js';
import { ProgressMeter } from '../progress.js';
import type { Progress } from '../report.js';
import { differingEnd, endOf, turned } from './ending.js';
import { differingStored } from './stored.js';
import { Recompute, type RecomputeParts } from './recompute.js';
import type { ProposalVersion } from './recomputed.js';
import { witnessed, type ProvenVote, type SignatureCheck } from './witness.js';

export interface VerifyProposalOptions extends Pick<RecomputeParts, 'observers' | 'check' | 'signal'> {
  readonly ledger: Pick<Ledger, 'id' | 'kind' | 'startBlock' | 'reorgBound' | 'decoder' | 'seed' | 'head' | 'read'>;
  readonly store: Store;
  readonly key: ProposalKey;
  /** Read the blocks from the ledger's nodes instead of from the store. */
  readonly fromLedger: boolean;
  readonly checkSignature: SignatureCheck;
  /** Hears of each difference, in one line. */
  readonly onDifference: (text: string) => void;
  /** Hears now and then how far it is. */
  readonly onProgress?: (progress: Progress) => void;
  /** How long to wait for a node that is behind, or for a chain that turns. Default 500. */
  readonly settleMs?: number;
}

/** What the blocks say of a proposal. */
export interface ProposalVerdict {
  readonly proposal: ProposalVersion | null;
  /** The oldest first. */
  readonly votes: readonly ProvenVote[];
  readonly blocks: number;
  readonly first: BlockRef | null;
  readonly last: BlockRef | null;
  /** The block that set the configuration in force at the end; null on a chain. */
  readonly configuration: BlockRef | null;
}

/** A chain that turns meanwhile is read again. */
const ATTEMPTS = 3;
const SETTLE_MS = 500;

/**
 * Works a proposal out of the raw blocks from the first on, without believing the store: the chain of hashes, the orderers' signatures, what
 * the mechanism's observer finds, the votes' own signatures; then compares what the store tells of it. Errors: the store's and the ledger's.
 */
export async function verifyProposal(options: VerifyProposalOptions): Promise<ProposalVerdict> {
  const { store, key, settleMs = SETTLE_MS, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    // First what the store tells, then the blocks up to there: what Parley appends meanwhile has no part in it.
    const stored = await store.storedProposal(key);
    const differences: string[] = [];
    const verdict = await compared(options, stored, (text) => void differences.push(text));
    if (differences.length > 0 && attempt < ATTEMPTS && (await turned(options, stored, verdict.last))) {
      await pause(settleMs * attempt, signal);
      continue;
    }
    differences.forEach(options.onDifference);
    return verdict;
  }
}

async function compared(
  options: VerifyProposalOptions,
  stored: StoredProposal,
  onDifference: (text: string) => void,
): Promise<ProposalVerdict> {
  const { key, store } = options;
  const reading = new Reading(options);
  const recompute = await Recompute.open({
    ...options,
    onProblem: (block, problem) => onDifference(`block ${block}: ${problem}`),
    onGoverning: (block, inForce) => reading.look(block, inForce),
  });
  const to = await endOf({ settleMs: SETTLE_MS, ...options }, stored);
  const from = recompute.next;
  if (from <= to) await recompute.take(told(blocksOf(options, from, to), to + 1 - from, options.onProgress));
  const { blocks, first, last, broken } = recompute;
  differingEnd(options, stored, recompute).forEach(onDifference);
  const said = { rows: store.expectedProposal(key, reading.blocks), last: last?.number ?? -1, broken };
  differingStored(stored, said).forEach(onDifference);
  const config = recompute.found.inForce();
  return {
    ...{ proposal: recompute.found.proposal(key.mechanism, key.nativeId), votes: reading.votes, blocks, first, last },
    configuration: config && { number: config.number, hash: config.hash },
  };
}

const blocksOf = (
  { fromLedger, ledger, store, signal }: VerifyProposalOptions,
  from: number,
  to: number,
): AsyncIterable<RawBlock> => (fromLedger ? ledger.read(from, to, signal) : store.rawBlocks(ledger.id, from, to));

/** The same blocks, with how far it is. */
async function* told(
  blocks: AsyncIterable<RawBlock>,
  total: number,
  onProgress: VerifyProposalOptions['onProgress'],
): AsyncIterable<RawBlock> {
  const meter = new ProgressMeter(total);
  for await (const block of blocks) {
    yield block;
    const progress = meter.add(1, 0);
    if (progress !== null) onProgress?.(progress);
  }
}

/** Collects what concerns one proposal. */
class Reading {
  readonly votes: ProvenVote[] = [];
  /** What the blocks that say something of it say of proposals and votes. */
  readonly blocks: GoverningBlock[] = [];

  constructor(private readonly options: VerifyProposalOptions) {}

  look(block: DecodedBlock, inForce: RawBlock | null): void {
    const { key, checkSignature } = this.options;
    const { proposals = [], votes = [] } = block.governance ?? {};
    const version = proposals.find(({ state }) => state.mechanism === key.mechanism && state.nativeId === key.nativeId);
    const own = [...votes.entries()].filter(
      ([, state]) => state.mechanism === key.mechanism && state.proposal === key.nativeId,
    );
    if (version === undefined && own.length === 0) return;
    const { number, hash, timestampMs, governance } = block;
    this.blocks.push({ number, hash, timestampMs, ...(governance === undefined ? {} : { governance }) });
    for (const [ordinal, state] of own) {
      const vote = { state, ordinal, block: { number, hash } };
      this.votes.push(witnessed(vote, block, version?.state ?? null, inForce, checkSignature));
    }
  }
}
