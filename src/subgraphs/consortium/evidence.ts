import type { EvidenceRef } from '../../model/governance.js';
import { ledgerKind, type LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { blockId, eventId, transactionId } from '../rowIds.js';
import {
  ApiRecord,
  EthereumTransaction,
  FabricBlock,
  FabricConfigSignature,
  FabricTransaction,
  Log,
  SignedBallot,
} from './types.js';

/** What shows that something is so, as the graph shows it; null where it lies on a ledger that the caller may not see. */
export function evidenceOf(context: RequestContext, ledger: LedgerId, evidence: EvidenceRef | null): object | null {
  if (evidence === null || !context.scope.ledgers.includes(ledger)) return null;
  switch (evidence.kind) {
    case 'TRANSACTION':
      return transactionOf(ledger, evidence);
    case 'BLOCK':
      return new FabricBlock(blockId(ledger, evidence.block));
    case 'LOG': {
      const { block, transactionIndex, logIndex } = evidence;
      return new Log(eventId({ ledger, block, transactionIndex, index: logIndex }));
    }
    case 'CONFIG_SIGNATURE':
      return Object.assign(new FabricConfigSignature(), {
        ...{ mspId: evidence.mspId, subject: evidence.subject },
        ...{ signatureHeader: hex(evidence.header), signature: hex(evidence.signature) },
        digest: `0x${evidence.digest}`,
      });
    case 'BALLOT': {
      const { scheme, signature, payload } = evidence;
      return Object.assign(new SignedBallot(), { scheme, signature: hex(signature), payload: hex(payload) });
    }
    case 'API':
      return new ApiRecord({ source: evidence.source, observedAt: evidence.observedAtMs, record: evidence.record });
  }
}

/** The transaction that carried something out; null where it was none. */
export function transactionOf(ledger: LedgerId, evidence: EvidenceRef | null | undefined): object | null {
  if (evidence?.kind !== 'TRANSACTION') return null;
  const id = transactionId({ ledger, block: evidence.block, index: evidence.index, hash: evidence.hash });
  return ledgerKind(ledger) === 'fabric' ? new FabricTransaction(id) : new EthereumTransaction(id);
}

const hex = (base64: string): string => `0x${Buffer.from(base64, 'base64').toString('hex')}`;
