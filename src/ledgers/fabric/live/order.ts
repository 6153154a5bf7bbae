import { status, type ServiceError } from '@grpc/grpc-js';
import { common, gateway } from '@hyperledger/fabric-protos';
import { ParleyError } from '../../../errors/index.js';
import type { WriteParts } from './endorse.js';
import { submitUpdate } from './orderUpdate.js';
import type { Peer } from './peer.js';
import { isServiceError, PeerProblem } from './peerProblem.js';
import { openOrdered, unsignedSession } from './proposal.js';
import { nodesOf, verdictOf, wordsOf } from './refusal.js';
import { orAborted } from './wait.js';

/** As long as a connection may take before another peer is asked. */
const CONNECT_MS = 3_000;

/**
 * Hands an endorsed transaction, or an update of the configuration, to ordering through one peer. Throws `PeerProblem` only where nothing
 * left for an orderer, so that
 * another peer may be asked; `SUBMIT_REFUSED`; or `SUBMIT_UNCERTAIN`.
 */
export async function order(
  parts: WriteParts,
  at: Peer,
  transaction: Uint8Array,
  signature: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const { transactionId, isUpdate } = openOrdered(transaction, parts.channel);
  await ready(at, Math.min(CONNECT_MS, parts.timeoutMs));
  signal.throwIfAborted();
  const session = unsignedSession(at, parts.timeoutMs);
  try {
    const sent = isUpdate
      ? submitUpdate(at.client, { channel: parts.channel, payload: transaction, signature }, parts.timeoutMs)
      : session.newSignedTransaction(prepared(transactionId, transaction), signature).submit();
    await orAborted<unknown>(sent, signal);
  } catch (error) {
    // Whatever else went wrong, giving up among it, went wrong after the call was made.
    if (!isServiceError(error)) throw uncertain(parts.ledger, transactionId, reasonOf(error), error);
    judge(error, parts.ledger, transactionId);
  } finally {
    session.close();
  }
}

function ready(at: Peer, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    at.client.waitForReady(Date.now() + timeoutMs, (error) => {
      if (error === undefined || error === null) resolve();
      else reject(new PeerProblem('unavailable', `No connection: ${error.message}`, { cause: error }));
    });
  });
}

function prepared(transactionId: string, payload: Uint8Array): Uint8Array {
  const envelope = new common.Envelope();
  envelope.setPayload(payload);
  const request = new gateway.PreparedTransaction();
  request.setTransactionId(transactionId);
  request.setEnvelope(envelope);
  return request.serializeBinary();
}

/** Returns where the orderers have it all the same. */
function judge(error: ServiceError, ledger: string, transactionId: string): void {
  const words = `${status[error.code]}: ${wordsOf(error)}`;
  const verdict = verdictOf(error);
  switch (verdict) {
    case 'ACCEPTED':
      return;
    case 'NOT_SENT':
      throw new PeerProblem('unavailable', words, { cause: error });
    case 'REFUSED':
      throw new ParleyError('SUBMIT_REFUSED', `The transaction ${transactionId} was refused and is in no block`, {
        source: ledger,
        got: words,
        details: nodesOf(error),
        cause: error,
      });
    case 'UNCERTAIN':
      throw uncertain(ledger, transactionId, words, error);
  }
}

const uncertain = (ledger: string, transactionId: string, got: string, cause: unknown): ParleyError =>
  new ParleyError('SUBMIT_UNCERTAIN', `Whether the transaction ${transactionId} was taken is not known`, {
    source: ledger,
    got,
    details: nodesOf(cause),
    cause,
  });

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
