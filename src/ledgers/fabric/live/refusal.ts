import { status, type ServiceError } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';

/** What the answer to a submitted transaction says of it. See `Server.Submit` of Fabric's gateway and `Broadcast` of its orderers. */
export type Verdict = 'ACCEPTED' | 'NOT_SENT' | 'REFUSED' | 'UNCERTAIN';

/** What the node itself said; the client library keeps its words in the cause. */
export const wordsOf = (error: ServiceError): string => (error instanceof GatewayError ? error.cause : error).details;

/** The peer never looked at the request: it has too many of them. Any other peer may do it. */
export const gaveWay = (error: ServiceError): boolean =>
  error.code === status.UNKNOWN && /exceeding concurrency limit/.test(wordsOf(error));

/** Found before anything goes to an orderer. */
const BEFORE_SENDING: readonly number[] = [
  status.INVALID_ARGUMENT,
  status.FAILED_PRECONDITION,
  status.NOT_FOUND,
  status.UNIMPLEMENTED,
];

/** An orderer's 4xx: it looked at the envelope and put it aside. */
const REFUSED =
  /received unsuccessful response from orderer: status=(BAD_REQUEST|FORBIDDEN|NOT_FOUND|REQUEST_ENTITY_TOO_LARGE)\b/;
/** What BFT orderers say of an envelope that they have: it is being ordered, or is in a block. */
const HAS_IT = /request already (exists|processed)/;

/** What each node said that the gateway talked to, where it tells. */
export const nodesOf = (
  error: unknown,
): readonly { readonly address: string; readonly mspId: string; readonly message: string }[] =>
  error instanceof GatewayError
    ? error.details.map(({ address, mspId, message }) => ({ address, mspId, message }))
    : [];

/**
 * What is not sure is uncertain: an orderer that was lost, or lost its quorum, after it took an envelope orders it when it can.
 * Invariant: `REFUSED` and `NOT_SENT` only where no orderer can have kept it.
 */
export function verdictOf(error: ServiceError): Verdict {
  if (isUnseen(error)) return 'NOT_SENT';
  if (isRefused(error)) return 'REFUSED';
  return error.code === status.UNAVAILABLE ? verdictOfOrderers(nodesOf(error)) : 'UNCERTAIN';
}

const isUnseen = (error: ServiceError): boolean =>
  gaveWay(error) || (error.code === status.UNAVAILABLE && wordsOf(error) === 'no orderer nodes available');

const isRefused = (error: ServiceError): boolean =>
  BEFORE_SENDING.includes(error.code) ||
  (error.code === status.RESOURCE_EXHAUSTED && /larger than max/.test(wordsOf(error))) ||
  (error.code === status.ABORTED && REFUSED.test(wordsOf(error)));

/**
 * The gateway asks all BFT orderers and gives up once so many failed that the others are no quorum: more than may be faulty, so what
 * every one of them says is so. Of Raft's it tells only those it could not talk to.
 */
function verdictOfOrderers(said: readonly { readonly message: string }[]): Verdict {
  if (said.length === 0) return 'UNCERTAIN';
  if (said.every(({ message }) => HAS_IT.test(message))) return 'ACCEPTED';
  return said.every(({ message }) => REFUSED.test(message)) ? 'REFUSED' : 'UNCERTAIN';
}
