import type { BlockRef, DecodedBlock, RawBlock } from '../../model/block.js';
import type { ProposalKey } from '../../model/governance.js';
import { grantScope } from '../../model/scope.js';
import type { Ledger } from '../../ledgers/ledger.js';
import type { DerivedRow, LedgerRow, Store } from '../../store/store.js';
import { ProgressMeter } from '../progress.js';
import type { Progress } from '../report.js';
import { compareStored } from './stored.js';
import { Recompute, type RecomputeParts } from './recompute.js';
import type { ProposalVersion } from './recomputed.js';
import { witnessed, type ProvenVote, type SignatureCheck } from './witness.js';

export interface VerifyProposalOptions extends Pick<RecomputeParts, 'observers' | 'check' | 'signal'> {
  readonly ledger: Pick<Ledger, 'id' | 'kind' | 'startBlock' | 'decoder' | 'seed' | 'read'>;
  readonly store: Store;
  readonly key: ProposalKey;
  /** Read the blocks from the ledger's nodes instead of from the store. */
  readonly fromLedger: boolean;
  readonly checkSignature: SignatureCheck;
  /** Hears of each difference, in one line. */
  readonly onDifference: (text: string) => void;
  /** Hears now and then how far it is. */
  readonly onProgress?: (progress: Progress) => void;
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

/** More rounds than a store that is written meanwhile needs. */
const ROUNDS = 5;

/**
 * Works a proposal out of the raw blocks from the first on, without believing the store: the chain of hashes, the orderers' signatures, what
 * the mechanism's observer finds, the votes' own signatures; then compares what the store tells of it. Errors: the store's and the ledger's.
 */
export async function verifyProposal(options: VerifyProposalOptions): Promise<ProposalVerdict> {
  const reading = new Reading(options);
  const recompute = await Recompute.open({
    ...options,
    onProblem: (block, problem) => options.onDifference(`block ${block}: ${problem}`),
    onGoverning: (block, inForce) => reading.look(block, inForce),
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    const to = await tipOf(options);
    if (to < recompute.next) break;
    await recompute.take(told(blocksOf(options, recompute.next, to), to + 1 - recompute.next, options.onProgress));
  }
  const { mechanism, nativeId } = options.key;
  const proposal = recompute.found.proposal(mechanism, nativeId);
  const votes = reading.votes;
  await compareStored(options, { proposal, votes, rows: reading.rows, last: recompute.last?.number ?? -1 });
  const { blocks, first, last } = recompute;
  const config = recompute.found.inForce();
  return {
    proposal,
    votes,
    blocks,
    first,
    last,
    configuration: config && { number: config.number, hash: config.hash },
  };
}

async function tipOf({ store, ledger }: VerifyProposalOptions): Promise<number> {
  const [row]: readonly LedgerRow[] = await store.ledgers(grantScope([ledger.id]));
  return row?.tip?.number ?? -1;
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
  /** By the number of the block, the rows that it makes. */
  readonly rows = new Map<number, readonly DerivedRow[]>();

  constructor(private readonly options: VerifyProposalOptions) {}

  look(block: DecodedBlock, inForce: RawBlock | null): void {
    const { key, store, checkSignature } = this.options;
    const { proposals = [], votes = [] } = block.governance ?? {};
    const version = proposals.find(({ state }) => state.mechanism === key.mechanism && state.nativeId === key.nativeId);
    const own = [...votes.entries()].filter(
      ([, state]) => state.mechanism === key.mechanism && state.proposal === key.nativeId,
    );
    if (version === undefined && own.length === 0) return;
    this.rows.set(block.number, store.expectedGovernance(block));
    for (const [ordinal, state] of own) {
      const vote = { state, ordinal, block: { number: block.number, hash: block.hash } };
      this.votes.push(witnessed(vote, block, version?.state ?? null, inForce, checkSignature));
    }
  }
}
