import { status, type ServiceError } from '@grpc/grpc-js';

/** Why one peer does not serve: whether another may is decided by who asked. */
export class PeerProblem extends Error {
  override readonly name = 'PeerProblem';
  constructor(
    readonly kind: 'unavailable' | 'forbidden' | 'expired' | 'notFound' | 'lacking' | 'mismatch' | 'contradiction',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Anything that went wrong while talking to a peer, in its terms. */
export function asPeerProblem(error: unknown): PeerProblem {
  if (error instanceof PeerProblem) return error;
  if (isServiceError(error))
    return new PeerProblem('unavailable', `${status[error.code]}: ${wordsOf(error)}`, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new PeerProblem('unavailable', message, { cause: error });
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;
}

/**
 * The connection broke in the middle, as where a byte of TLS was damaged. grpc-js goes on using it, so whoever holds it connects anew. Of what
 * was asked nobody answered: it may be asked elsewhere where asking twice is safe.
 */
export const isConnectionLost = (error: unknown): boolean =>
  isServiceError(error) && /session has been destroyed|triggered by internal client error/.test(error.message);

/** grpc-js ends its words on a lost connection with an empty remark. */
const wordsOf = (error: ServiceError): string => error.details.replace(/\.? *Resolution note: *$/, '');

/** What to do about each kind. */
export const FIXES: Readonly<Record<PeerProblem['kind'], string>> = {
  unavailable:
    'Check that the peer runs at this address and that `tlsCACerts` in the connection profile is its authority, and that the peer’s certificate has not expired.',
  forbidden:
    'Check that the organisation is a member of the channel and that the certificate is valid and not revoked.',
  expired:
    'Enrol again and put the new certificate and key in the place of the files that `identity` names: they are read again by themselves.',
  notFound: 'Check `channel` in parley.yaml, and that the peer has joined it.',
  lacking:
    'The peer joined from a snapshot: set `genesisHash`, and `startBlock` to a block that it has, or connect a peer that has all of them.',
  mismatch: 'Check that the connection profile is that of this channel’s network.',
  contradiction: 'Check the peer: what it delivers is not what was asked for.',
};
