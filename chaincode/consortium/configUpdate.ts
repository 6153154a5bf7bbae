import { createHash } from 'node:crypto';
import { quote, requireId, requireInstant, requireText } from '../common/checks.js';
import { parseFields, type Fields } from '../common/json.js';
import { checkSignature, requireConfigUpdate, type CheckedSignature } from './configSignature.js';
import { MAX_BODY_CHARACTERS, MAX_TITLE_CHARACTERS, type Act } from './proposal.js';

/** A configuration update of this channel, for which signatures are collected. */
export interface ConfigUpdate {
  readonly configUpdateId: string;
  readonly title: string;
  readonly body: string;
  /** MSP id. */
  readonly proposer: string;
  /** The exact serialised `common.ConfigUpdate`, base64: what signatures cover after their header. */
  readonly configUpdate: string;
  /** SHA-256 of it, in hex. */
  readonly digest: string;
  /** OPEN past `closesAt` takes no more signatures; whether a block holds the update, the channel's configuration says. */
  readonly status: 'OPEN' | 'WITHDRAWN';
  readonly openedAt: string;
  /** Null where it stays open. */
  readonly closesAt: string | null;
  readonly withdrawnAt?: string;
  /** The consortium's decision that it carries out. */
  readonly decision: Decision | null;
  /** The update of this channel in whose place it is proposed: one that is stale, or does not do what it says. Absent where none. */
  readonly replaces?: string;
}

export interface Decision {
  /** The network's id. */
  readonly network: string;
  readonly proposalId: string;
}

/** A member's signature on a configuration update. */
export interface ConfigSignature {
  readonly configUpdateId: string;
  readonly mspId: string;
  /** SHA-256, in hex, of the signer's serialised identity. */
  readonly identity: string;
  readonly subject: string;
  /** The serialised `common.ConfigSignature`, base64, as Fabric takes it. */
  readonly bytes: string;
  readonly signedAt: string;
  /** Identity of the same organisation that signed after it: the organisation's vote is that one. */
  readonly supersededBy?: string;
  /** MSP id of who handed it in for an organisation that cannot call itself; absent where that one did. */
  readonly carriedBy?: string;
}

/** A try to have the update ordered. What came of it is what its sender saw: only a configuration block proves success. */
export interface ConfigAttempt {
  readonly configUpdateId: string;
  /** From 1 on. */
  readonly number: number;
  /** MSP id of who tried. */
  readonly by: string;
  readonly at: string;
  readonly outcome: 'ACCEPTED' | 'REFUSED' | 'UNKNOWN';
  /** The orderer's status, as in `BAD_REQUEST`. */
  readonly code: string | null;
  readonly message: string | null;
}

const MAX_UPDATE_BYTES = 512 * 1024;
const MAX_SIGNATURE_BYTES = 32 * 1024;
const MAX_OPEN_DAYS = 365;
const DAY_MS = 86_400_000;
/** Of one organisation on one update. */
export const MAX_IDENTITIES = 10;
export const MAX_CONFIG_ATTEMPTS = 20;

export interface NewConfigUpdate {
  readonly configUpdateId: string;
  readonly channelId: string;
  readonly title: string;
  readonly body: string;
  readonly configUpdate: string;
  readonly closesAt: string;
  readonly decision: string;
}

/** Opens the collection of signatures. `closesAt`, `decision`: empty where there is none. */
export function proposeConfigUpdate(input: NewConfigUpdate, { by, at }: Act): ConfigUpdate {
  requireText('title', input.title, 1, MAX_TITLE_CHARACTERS);
  requireText('body', input.body, 0, MAX_BODY_CHARACTERS);
  const bytes = fromBase64('configUpdate', input.configUpdate, MAX_UPDATE_BYTES);
  requireConfigUpdate(bytes, input.channelId);
  return {
    configUpdateId: input.configUpdateId,
    title: input.title,
    body: input.body,
    proposer: by,
    configUpdate: input.configUpdate,
    digest: createHash('sha256').update(bytes).digest('hex'),
    status: 'OPEN',
    openedAt: at,
    closesAt: closingTime(input.closesAt, at),
    ...parsePurpose(input.decision),
  };
}

/** A signature as it may be added: by itself. Throws where it is not by the key that it names, or comes too late. */
export function openSignature(update: ConfigUpdate, signature: string, { at }: Act): CheckedSignature {
  requireCollecting(update, at);
  const bytes = fromBase64('configSignature', signature, MAX_SIGNATURE_BYTES);
  return checkSignature(bytes, Buffer.from(update.configUpdate, 'base64'));
}

/** The caller's own signature, then those of the same organisation that it supersedes. `before`: what its identities signed. */
export function signConfigUpdate(
  update: ConfigUpdate,
  before: readonly ConfigSignature[],
  signature: string,
  act: Act,
): readonly ConfigSignature[] {
  const checked = openSignature(update, signature, act);
  if (checked.mspId !== act.by)
    throw new Error(`The configuration signature is of ${checked.mspId}, expected the caller's ${act.by}`);
  return added(update, before, checked, act);
}

/**
 * Another organisation's signature, handed in by the caller, then those that it supersedes. `before`: what the caller handed in for that
 * organisation: nobody else's is touched.
 */
export function carryConfigSignature(
  update: ConfigUpdate,
  before: readonly ConfigSignature[],
  checked: CheckedSignature,
  act: Act,
): readonly ConfigSignature[] {
  requireId('mspId', checked.mspId);
  if (checked.mspId === act.by) throw new Error(`${act.by} signs by SignConfigUpdate`);
  return added(update, before, { ...checked, carriedBy: act.by }, act);
}

function added(
  update: ConfigUpdate,
  before: readonly ConfigSignature[],
  checked: CheckedSignature & Pick<ConfigSignature, 'carriedBy'>,
  { at }: Act,
): readonly ConfigSignature[] {
  const earlier = before.find(({ identity }) => identity === checked.identity);
  if (earlier !== undefined) {
    throw new Error(`${checked.subject} has signed ${update.configUpdateId} already, at ${earlier.signedAt}`);
  }
  if (before.length >= MAX_IDENTITIES) {
    throw new Error(
      `${before.length} identities of ${checked.mspId} signed ${update.configUpdateId}, expected at most ${MAX_IDENTITIES}`,
    );
  }
  const superseded = before
    .filter(({ supersededBy }) => supersededBy === undefined)
    .map((old) => ({ ...old, supersededBy: checked.identity }));
  return [{ configUpdateId: update.configUpdateId, ...checked, signedAt: at }, ...superseded];
}

/** The proposer's organisation ends the collection. */
export function withdrawConfigUpdate(update: ConfigUpdate, { by, at }: Act): ConfigUpdate {
  requireCollecting(update, at);
  if (update.proposer !== by) {
    throw new Error(`Configuration update ${update.configUpdateId} is ${update.proposer}'s to withdraw, not ${by}'s`);
  }
  return { ...update, status: 'WITHDRAWN', withdrawnAt: at };
}

/** Notes a try. `attempt`: JSON with outcome ACCEPTED, REFUSED or UNKNOWN, and code and message where there are. */
export function recordAttempt(update: ConfigUpdate, tried: number, attempt: string, { by, at }: Act): ConfigAttempt {
  if (update.status === 'WITHDRAWN') {
    throw new Error(`Configuration update ${update.configUpdateId} is WITHDRAWN since ${String(update.withdrawnAt)}`);
  }
  if (tried >= MAX_CONFIG_ATTEMPTS) {
    throw new Error(`${update.configUpdateId} has ${tried} attempts, expected at most ${MAX_CONFIG_ATTEMPTS}`);
  }
  const fields = parseFields('attempt', attempt, 20_000).only('outcome', 'code', 'message');
  const outcome = fields.text('outcome', 1, 20);
  if (outcome !== 'ACCEPTED' && outcome !== 'REFUSED' && outcome !== 'UNKNOWN') {
    throw new Error(`attempt.outcome is ${quote(outcome)}, expected one of ACCEPTED, REFUSED, UNKNOWN`);
  }
  return {
    configUpdateId: update.configUpdateId,
    number: tried + 1,
    by,
    at,
    outcome,
    code: fields.optionalText('code', 0, 100) ?? null,
    message: fields.optionalText('message', 0, 2_000) ?? null,
  };
}

/** True while it takes signatures. */
export const isCollecting = ({ status, closesAt }: ConfigUpdate, at: string): boolean =>
  status === 'OPEN' && (closesAt === null || Date.parse(at) < Date.parse(closesAt));

function requireCollecting({ configUpdateId, status, closesAt, withdrawnAt }: ConfigUpdate, at: string): void {
  if (status === 'WITHDRAWN')
    throw new Error(`Configuration update ${configUpdateId} is WITHDRAWN since ${String(withdrawnAt)}`);
  if (closesAt !== null && Date.parse(at) >= Date.parse(closesAt)) {
    throw new Error(`Configuration update ${configUpdateId} is closed since ${closesAt}`);
  }
}

function closingTime(closesAt: string, at: string): string | null {
  if (closesAt === '') return null;
  const instant = requireInstant('closesAt', closesAt);
  const openMs = Date.parse(instant) - Date.parse(at);
  if (openMs <= 0 || openMs > MAX_OPEN_DAYS * DAY_MS) {
    throw new Error(`closesAt is ${instant}, expected a time within ${MAX_OPEN_DAYS} days after ${at}`);
  }
  return instant;
}

function parsePurpose(json: string): Pick<ConfigUpdate, 'decision' | 'replaces'> {
  if (json === '') return { decision: null };
  const fields = parseFields('decision', json, 1_000).only('network', 'proposalId', 'replaces');
  const replaces = fields.optionalText('replaces', 1, 64);
  if (replaces !== undefined) requireId('decision.replaces', replaces);
  return { decision: decisionIn(fields), ...(replaces === undefined ? {} : { replaces }) };
}

/** Null where an update replaces another, and no decision is named. */
function decisionIn(fields: Fields): Decision | null {
  if (fields.has('replaces') && !fields.has('network') && !fields.has('proposalId')) return null;
  const [network, proposalId] = [fields.text('network', 1, 64), fields.text('proposalId', 1, 64)];
  requireId('decision.network', network);
  requireId('decision.proposalId', proposalId);
  return { network, proposalId };
}

function fromBase64(name: string, text: string, mostBytes: number): Buffer {
  requireText(name, text, 4, Math.ceil(mostBytes / 3) * 4);
  const bytes = Buffer.from(text, 'base64');
  // Only one text stands for the bytes: otherwise what is stored is not what was read.
  if (bytes.toString('base64') !== text)
    throw new Error(`${name} is not base64 (RFC 4648, padded): got ${quote(text)}`);
  return bytes;
}
