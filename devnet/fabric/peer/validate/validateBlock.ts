import { peer } from '@hyperledger/fabric-protos';
import type { common } from '@hyperledger/fabric-protos';
import type { Bundle } from '../../config/bundle.js';
import { blockData, blockNumber } from '../messages/block.js';
import { BlockUpdates } from '../state/blockUpdates.js';
import type { StateReader } from '../state/entry.js';
import { applyWrites } from './applyWrites.js';
import { conflictOf } from './conflicts.js';
import { EndorsementCheck } from './endorsements.js';
import { checkEnvelope } from './envelope.js';
import type { CheckedTransaction } from './envelope.js';

const Code = peer.TxValidationCode;
type ValidationCode = (typeof Code)[keyof typeof Code];

export interface ValidationContext {
  /** Before the block. */
  readonly state: StateReader;
  /** In force before the block. */
  readonly bundle: Bundle;
  /** True where an earlier block holds a transaction of that id. */
  readonly hasTransaction: (id: string) => boolean;
  /** True where the configuration follows from the one in force by an update that its policies allow. */
  readonly acceptsConfig: (config: common.ConfigEnvelope) => boolean;
}

export interface ValidatedTransaction {
  readonly checked: CheckedTransaction;
  readonly code: ValidationCode;
}

export interface ValidatedBlock {
  /** One validation code a transaction. */
  readonly filter: Uint8Array;
  readonly transactions: readonly ValidatedTransaction[];
  readonly updates: BlockUpdates;
}

/** Validates a block as every peer must, with the same result: first each transaction by itself, then one after another. */
export function validateBlock(block: common.Block, context: ValidationContext): ValidatedBlock {
  const number = blockNumber(block);
  const updates = new BlockUpdates(context.state);
  const judged = judgeEach(block, context).map(({ checked, code }, index) => {
    if (checked.type !== 'endorser' || code !== Code.VALID) return { checked, code };
    const conflict = conflictOf(checked.sets, updates);
    if (conflict === Code.VALID) applyWrites(checked.sets, { block: number, transaction: index }, updates);
    return { checked, code: conflict };
  });
  return { filter: Uint8Array.from(judged.map(({ code }) => code)), transactions: judged, updates };
}

function judgeEach(block: common.Block, context: ValidationContext): ValidatedTransaction[] {
  const endorsements = new EndorsementCheck(context.state, context.bundle);
  const ids = new Set<string>();
  return blockData(block).map((data) => {
    const checked = checkEnvelope(data, context.bundle);
    const code = codeOf(checked, context, endorsements);
    if (checked.type !== 'endorser' || code !== Code.VALID) return { checked, code };
    if (ids.has(checked.id)) return { checked, code: Code.DUPLICATE_TXID };
    ids.add(checked.id);
    return { checked, code };
  });
}

function codeOf(
  checked: CheckedTransaction,
  context: ValidationContext,
  endorsements: EndorsementCheck,
): ValidationCode {
  switch (checked.type) {
    case 'invalid':
      return checked.code;
    case 'config':
      return context.acceptsConfig(checked.config) ? Code.VALID : Code.INVALID_CONFIG_TRANSACTION;
    case 'endorser':
      return context.hasTransaction(checked.id) ? Code.DUPLICATE_TXID : endorsements.codeOf(checked);
  }
}
