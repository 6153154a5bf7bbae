import { status, type ServiceError } from '@grpc/grpc-js';
import { gateway, peer } from '@hyperledger/fabric-protos';
import { ParleyError } from '../../../errors/index.js';
import type { EndorsedTransaction } from '../../ledger.js';
import type { Peer } from './peer.js';
import { isConnectionLost, isServiceError, PeerProblem } from './peerProblem.js';
import { isOf, openProposal, openTransaction, toSign, unsignedSession } from './proposal.js';
import { gaveWay, nodesOf, wordsOf } from './refusal.js';

export interface WriteParts {
  readonly ledger: string;
  readonly channel: string;
  readonly timeoutMs: number;
}

/**
 * Has one peer collect the endorsements of a signed proposal. Throws `PeerProblem` where another peer may do it instead (nothing was
 * ordered, so asking again is safe), `ENDORSEMENT_FAILED`, `TIMEOUT`, or `LEDGER_CONTRADICTION` where the peer made another
 * transaction of it than was proposed.
 */
export async function endorse(
  parts: WriteParts,
  at: Peer,
  proposal: Uint8Array,
  signature: Uint8Array,
  organizations: readonly string[],
): Promise<EndorsedTransaction> {
  const proposed = openProposal(proposal, parts.channel);
  const session = unsignedSession(at, parts.timeoutMs);
  try {
    const request = signedProposal(proposed.transactionId, proposal, organizations);
    const endorsed = await session.newSignedProposal(request, signature).endorse();
    const bytes = gateway.PreparedTransaction.deserializeBinary(endorsed.getBytes()).getEnvelope()?.getPayload_asU8();
    const transaction = openTransaction(bytes ?? new Uint8Array(0), parts.channel);
    if (bytes === undefined || !isOf(transaction, proposed)) throw another(parts.ledger, at);
    return { ...toSign(proposed.transactionId, bytes), result: transaction.result };
  } catch (error) {
    throw problemOf(error, parts.ledger);
  } finally {
    session.close();
  }
}

function signedProposal(transactionId: string, bytes: Uint8Array, organizations: readonly string[]): Uint8Array {
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(bytes);
  const request = new gateway.ProposedTransaction();
  request.setTransactionId(transactionId);
  request.setProposal(signed);
  request.setEndorsingOrganizationsList([...organizations]);
  return request.serializeBinary();
}

const another = (ledger: string, { name }: Peer): ParleyError =>
  new ParleyError('LEDGER_CONTRADICTION', 'A peer made another transaction of a proposal than was proposed', {
    source: ledger,
    got: name,
    fix: 'Sign nothing that comes from this peer, and tell those who run it.',
  });

function problemOf(error: unknown, ledger: string): Error {
  if (!isServiceError(error)) return error instanceof Error ? error : new Error(String(error));
  if (isAbsent(error) || isConnectionLost(error) || gaveWay(error))
    return new PeerProblem('unavailable', `${status[error.code]}: ${wordsOf(error)}`, { cause: error });
  if (error.code === status.DEADLINE_EXCEEDED || error.code === status.CANCELLED)
    return new ParleyError('TIMEOUT', 'Endorsing took too long; nothing was submitted', { source: ledger });
  const details = nodesOf(error);
  const told = details.map(({ mspId, message }) => `${mspId}: ${message}`);
  return new ParleyError('ENDORSEMENT_FAILED', 'The transaction was not endorsed', {
    source: ledger,
    got: told.length > 0 ? told.join('; ') : `${status[error.code]}: ${wordsOf(error)}`,
    details,
    cause: error,
  });
}

/** The peer itself is not there; one that looked for endorsers says whom it did not find. */
const isAbsent = (error: ServiceError): boolean =>
  error.code === status.UNAVAILABLE && nodesOf(error).length === 0 && !/\borg\(s\)/.test(wordsOf(error));
