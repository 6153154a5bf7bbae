import { createHash, X509Certificate } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { ParleyError } from '../../../errors/index.js';
import type { FabricCreator, FabricTransactionFacts } from '../../ledger.js';
import { NO_MEMBERSHIP } from '../config/governing.js';
import type { BlockOpener } from '../decoding/opened.js';
import { decodeTransaction } from '../decoding/transaction.js';
import { normalizedSignature } from '../identities/signature.js';
import { openTransaction } from './proposal.js';

/** An endorsed transaction that no block holds yet, decoded as those of blocks are. */
export function inspect(transaction: Uint8Array, channel: string, opener: BlockOpener): FabricTransactionFacts {
  const { transactionId } = openTransaction(transaction, channel);
  const envelope = new common.Envelope();
  envelope.setPayload(transaction);
  const opened = opener.openEnvelope(envelope.serializeBinary());
  const judge = { membership: NO_MEMBERSHIP, atMs: 0, validationCode: null, configProblem: null };
  const { timestampMs, parties, detail } = decodeTransaction(opened, 0, judge);
  if (detail.kind !== 'fabric') throw new TypeError('A transaction of a channel is Fabric’s');
  return { transactionId, timestampMs, parties, detail };
}

/** The signature in the form that Fabric takes. Errors: `SIGNATURE_INVALID`, `INPUT_INVALID`. */
export function signatureBy(creator: FabricCreator, bytes: Uint8Array, signature: Uint8Array): Uint8Array {
  const { publicKey } = certificateOf(creator);
  const normalized = normalizedSignature(publicKey, bytes, signature);
  if (normalized !== null) return normalized;
  throw new ParleyError('SIGNATURE_INVALID', 'The signature is not that of the certificate’s key over these bytes', {
    got: `${signature.length} bytes`,
    expected: `a signature in DER or as r‖s over the bytes with SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`,
  });
}

function certificateOf({ certificate }: FabricCreator): X509Certificate {
  try {
    return new X509Certificate(certificate);
  } catch {
    throw new ParleyError('INPUT_INVALID', 'That is no certificate', { expected: 'an X.509 certificate in PEM' });
  }
}
