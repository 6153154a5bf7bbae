import { peer } from '@hyperledger/fabric-protos';
import type { DecodedTransaction } from '../../model/block.js';

/** A commit of a definition that the ledger found invalid; null for every other transaction. */
export function failedCommit(
  transaction: DecodedTransaction,
): { readonly name: string; readonly sequence: number; readonly transaction: DecodedTransaction } | null {
  const { detail, outcome } = transaction;
  if (detail.kind !== 'fabric' || outcome !== 'FAILED') return null;
  if (detail.chaincode?.name !== '_lifecycle' || detail.function !== 'CommitChaincodeDefinition') return null;
  try {
    const [argument = ''] = detail.arguments;
    const asked = peer.lifecycle.CommitChaincodeDefinitionArgs.deserializeBinary(Buffer.from(argument, 'base64'));
    return { name: asked.getName(), sequence: asked.getSequence(), transaction };
  } catch {
    // Whoever sent it sent no definition: there is no proposal that it could be of.
    return null;
  }
}
