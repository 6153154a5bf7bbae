import { status, type ServiceError } from '@grpc/grpc-js';

/** Why one peer does not serve: whether another may is decided by who asked. */
export class PeerProblem extends Error {
  override readonly name = 'PeerProblem';
  constructor(
    readonly kind: 'unavailable' | 'forbidden' | 'notFound' | 'mismatch' | 'contradiction',
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

/** grpc-js ends its words on a lost connection with an empty remark. */
const wordsOf = (error: ServiceError): string => error.details.replace(/\.? *Resolution note: *$/, '');
