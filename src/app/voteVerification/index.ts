import type { Config, LedgerConfig } from '../../config/index.js';
import { checkSignature, openConfigBlock } from '../../governance/fabricConfig/index.js';
import { chainCheck, verifyProposal, type Progress } from '../../ingest/index.js';
import { storedProof } from '../../ledgers/ethereum/index.js';
import { openStore } from '../../store/index.js';
import type { Store } from '../../store/store.js';
import { openLedger } from '../ledgers.js';
import { observersOf } from '../observers.js';
import { findProposal, type Place } from './find.js';
import { wordsOf } from './words.js';

export interface VerifyVotesOptions {
  /** An id, or a native id. */
  readonly proposal: string;
  /** Read the raw blocks from the nodes, not from the store. */
  readonly fromLedger: boolean;
  /** Hears of each difference, in one line. */
  readonly onDifference: (text: string) => void;
  /** Hears now and then how far it is. */
  readonly onProgress: (ledger: string, progress: Progress) => void;
}
export interface VotesVerdict {
  /** What was checked. */
  readonly lines: readonly string[];
  readonly differences: number;
}

/**
 * Proves a proposal's votes from raw blocks, and compares what the store tells of it. Parley may be running meanwhile. Errors:
 * `ID_INVALID`; the store's; the ledger's, where its nodes have to be asked.
 */
export async function verifyVotes(config: Config, options: VerifyVotesOptions): Promise<VotesVerdict> {
  const store = await openStore(config.store.url);
  try {
    return await verifyOne(store, await findProposal(config, store, options.proposal), options);
  } finally {
    await store.close();
  }
}

async function verifyOne(store: Store, { key, config }: Place, options: VerifyVotesOptions): Promise<VotesVerdict> {
  let differences = 0;
  const onDifference = (text: string): void => {
    differences += 1;
    options.onDifference(text);
  };
  const ledger = await openLedger(config, await store.declared());
  try {
    const { signal } = new AbortController();
    const { fromLedger } = options;
    const observers = observersOf(config, ledger, store);
    const check = chainCheck(await proofOf(config));
    const verdict = await verifyProposal({
      ...{ ledger, store, key, fromLedger, observers, check, signal, onDifference },
      onProgress: (progress) => options.onProgress(ledger.name, progress),
      checkSignature: (block, update, signature, atMs) => {
        const checked = checkSignature(openConfigBlock(block.bytes), update, signature, atMs);
        return checked.valid ? null : checked.error.message;
      },
    });
    const proof = config.kind === 'ethereum' ? config.proof : null;
    const from = fromLedger ? `the nodes of ${ledger.name}` : 'the store';
    return { lines: wordsOf(verdict, key, from, proof), differences };
  } finally {
    await ledger.close();
  }
}

const proofOf = (config: LedgerConfig) => (config.kind === 'ethereum' ? storedProof(config.proof) : null);
