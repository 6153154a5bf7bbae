import type { ManagedBlockchainClient } from '@aws-sdk/client-managedblockchain';
import { ParleyError } from '../../errors/index.js';
import { awsSdk } from './sdk.js';

export interface AmbPlace {
  readonly region: string;
  /** Null: Amazon's own for the region. */
  readonly endpoint: string | null;
}

const MAX_ATTEMPTS = 5;
const CONNECTED_WITHIN_MS = 5_000;
const ANSWERED_WITHIN_MS = 20_000;

/** Credentials come as AWS's own tools find them; throttling is met by the SDK's back-off, at most five attempts. */
export const createAmbClient = ({ region, endpoint }: AmbPlace): ManagedBlockchainClient =>
  new (awsSdk().ManagedBlockchainClient)({
    region,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'adaptive',
    requestHandler: { connectionTimeout: CONNECTED_WITHIN_MS, requestTimeout: ANSWERED_WITHIN_MS },
    ...(endpoint === null ? {} : { endpoint }),
  });

const REFUSED = new Set(['IllegalActionException', 'ResourceLimitExceededException', 'ResourceAlreadyExistsException']);
const UNFIT = new Set(['InvalidRequestException', 'ResourceNotFoundException', 'ResourceNotReadyException']);
/** Without credentials, or with such as may not do it. */
const UNENTITLED = new Set([
  ...['CredentialsProviderError', 'AccessDeniedException', 'UnrecognizedClientException'],
  ...['ExpiredTokenException', 'InvalidSignatureException', 'MissingAuthenticationTokenException'],
]);

/** Runs one request. Errors: `GOVERNANCE_REFUSED`, `INPUT_INVALID`, `LEDGER_UNAVAILABLE`, with Amazon's words as details. */
export async function asked<T>(network: string, what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    throw problemOf(network, what, cause);
  }
}

function problemOf(network: string, what: string, cause: unknown): ParleyError {
  const name = cause instanceof Error ? cause.name : 'unknown';
  const words = cause instanceof Error ? cause.message : String(cause);
  const facts = { source: `amb:${network}`, got: name, details: words, cause };
  if (REFUSED.has(name))
    return new ParleyError('GOVERNANCE_REFUSED', `Amazon Managed Blockchain refused to ${what}`, facts);
  if (UNFIT.has(name))
    return new ParleyError('INPUT_INVALID', `Amazon Managed Blockchain could not ${what} as it was asked`, facts);
  const fix = 'See which credentials of AWS this process finds, and that they may do this: `parley doctor` tries them.';
  const hint = UNENTITLED.has(name) ? { fix } : {};
  return new ParleyError('LEDGER_UNAVAILABLE', `Amazon Managed Blockchain did not ${what}`, { ...facts, ...hint });
}
