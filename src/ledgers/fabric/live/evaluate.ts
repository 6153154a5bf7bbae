import { status } from '@grpc/grpc-js';
import { connect, GatewayError, hash, type Gateway } from '@hyperledger/fabric-gateway';
import { ParleyError } from '../../../errors/index.js';
import type { EvaluateRequest } from '../../ledger.js';
import type { Peer } from './peer.js';
import { isConnectionLost, isServiceError, PeerProblem } from './peerProblem.js';
import type { PeerSet } from './peerSet.js';
import { wordsOf } from './refusal.js';
import type { ClientSigner } from './signer.js';
import { orAborted } from './wait.js';

export interface EvaluateParts {
  readonly ledger: string;
  readonly channel: string;
  readonly signer: Pick<ClientSigner, 'mspId' | 'certificatePem'> & {
    sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
  };
  readonly peers: PeerSet;
  readonly timeoutMs: number;
}

/**
 * Runs a chaincode function on a peer without submitting, through the first peer whose gateway answers. Throws `EVALUATE_FAILED`
 * with each peer's own words in `details`, `TIMEOUT`, or `LEDGER_UNAVAILABLE`.
 */
export async function evaluate(
  parts: EvaluateParts,
  request: EvaluateRequest,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return parts.peers.ask(signal, async (peer) => {
    const gateway = open(parts, peer);
    try {
      return await orAborted(run(gateway, parts.channel, request), signal);
    } catch (error) {
      throw problemOf(error, parts.ledger, request);
    } finally {
      gateway.close();
    }
  });
}

function open({ signer, timeoutMs }: EvaluateParts, peer: Peer): Gateway {
  return connect({
    client: peer.client,
    identity: { mspId: signer.mspId, credentials: Buffer.from(signer.certificatePem) },
    // The signer hashes itself, in native code: ten times faster than handing it a digest.
    hash: hash.none,
    signer: async (message) => signer.sign(message),
    evaluateOptions: () => ({ deadline: Date.now() + timeoutMs }),
  });
}

function run(gateway: Gateway, channel: string, request: EvaluateRequest): Promise<Uint8Array> {
  const contract = gateway.getNetwork(channel).getContract(request.chaincode, request.contract ?? undefined);
  return contract.evaluate(request.function, {
    arguments: [...request.arguments],
    transientData: request.transient,
    ...(request.endorsingOrganizations.length === 0
      ? {}
      : { endorsingOrganizations: [...request.endorsingOrganizations] }),
  });
}

/** A peer that cannot be reached gives way to the next; anything else is the answer. */
function problemOf(error: unknown, ledger: string, request: EvaluateRequest): Error {
  if (!isServiceError(error)) return error instanceof Error ? error : new Error(String(error));
  const { code } = error;
  if (code === status.UNAVAILABLE || isConnectionLost(error))
    return new PeerProblem('unavailable', `${status[code]}: ${wordsOf(error)}`, { cause: error });
  const name = `${request.chaincode}.${request.function}`;
  if (code === status.DEADLINE_EXCEEDED || code === status.CANCELLED)
    return new ParleyError('TIMEOUT', `Evaluating ${name} took too long`, { source: ledger });
  const details = error instanceof GatewayError ? error.details : [];
  return new ParleyError('EVALUATE_FAILED', `Evaluating ${name} failed: ${toldBy(error, details)}`, {
    source: ledger,
    got: status[code],
    details,
  });
}

function toldBy(error: Error, details: GatewayError['details']): string {
  const told = details.map(({ mspId, message }) => (mspId === '' ? message : `${mspId}: ${message}`));
  return told.length > 0 ? told.join('; ') : error.message;
}
