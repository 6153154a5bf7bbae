import { randomBytes } from 'node:crypto';
import { ParleyError } from '../../errors/index.js';
import type { GovernanceAction } from '../../access/index.js';
import type { Actor, JsonValue, Outcome } from '../../governance/mechanism.js';
import type { FabricCreator } from '../../ledgers/ledger.js';
import type { LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import type { KeptTransaction } from '../ethereumSigning.js';
import type { GovernanceAsked } from '../governAsked.js';
import { SigningRequest, type ToBeSigned } from './request.js';

/** What a write of governance goes on with, whatever happens to this process meanwhile. */
export interface KeptGovernance {
  readonly asked: GovernanceAsked;
  readonly actor: Actor;
}
/** The same, once what is sent is known. */
export interface KeptSent extends KeptGovernance {
  readonly of: Outcome;
  /** What its mechanism says of it in words. */
  readonly summary?: string;
}

/** What a prepared transaction of a channel goes on with. */
export interface KeptSubmission {
  readonly ledger: LedgerId;
  readonly as: string | null;
  readonly creator: FabricCreator;
  readonly endorsingOrganizations: readonly string[];
  /** Hex SHA-256 of the caller's input, for the idempotency key. */
  readonly input: string;
  readonly idempotencyKey: string | null;
  readonly wait: boolean;
  /** Of a write of governance; absent: `submit`. */
  readonly action?: GovernanceAction;
  readonly governs?: KeptSent;
}

/** What is kept between a signing request and its signature, by stage. `bytes`: base64. */
export type KeptContent =
  | { readonly stage: 'FABRIC_PROPOSAL' | 'FABRIC_TRANSACTION'; readonly kept: KeptSubmission; readonly bytes: string }
  | { readonly stage: 'EVM_TRANSACTION'; readonly kept: KeptTransaction; readonly governs?: KeptSent }
  | {
      readonly stage: 'FABRIC_CONFIG_UPDATE' | 'BALLOT' | 'ACCEPTANCE';
      readonly governs: KeptGovernance;
      readonly rest: JsonValue;
    }
  | { readonly stage: 'FABRIC_ENVELOPE'; readonly governs: KeptSent; readonly bytes: string };

const STAGES: ReadonlySet<string> = new Set<KeptContent['stage']>([
  'FABRIC_PROPOSAL',
  'FABRIC_TRANSACTION',
  'FABRIC_CONFIG_UPDATE',
  'FABRIC_ENVELOPE',
  'BALLOT',
  'ACCEPTANCE',
  'EVM_TRANSACTION',
]);

const REQUEST_ID_BYTES = 18;

/** Keeps what a signature is asked for, and gives the request. */
export async function ask(
  context: RequestContext,
  toBeSigned: ToBeSigned,
  content: KeptContent,
  lifeMs: number,
): Promise<SigningRequest> {
  const id = randomBytes(REQUEST_ID_BYTES).toString('base64url');
  const expiresMs = Date.now() + lifeMs;
  await context.writes.keepRequest({ id, content: JSON.stringify(content), expiresMs });
  return new SigningRequest(id, toBeSigned, expiresMs);
}

/** Errors: `STORE_CORRUPT`. */
export function readContent(content: string): KeptContent {
  const read = JSON.parse(content) as KeptContent;
  if (STAGES.has(read.stage)) return read;
  throw new ParleyError('STORE_CORRUPT', 'A kept signing request is of an unknown stage', { got: read.stage });
}
