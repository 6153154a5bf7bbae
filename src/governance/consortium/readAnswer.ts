import { X509Certificate } from 'node:crypto';
import { ParleyError } from '../../errors/index.js';
import { plainText, type Meaning } from '../../model/signing.js';
import type { JsonValue } from '../mechanism.js';
import { ACCEPTANCE, canonical, eip191Digest, REJECTION, sha256 } from './acceptance.js';

const MAX_BYTES = 1024 * 1024;

/**
 * What an answer to an invitation says that the invited party is to sign. `byWallet`: as `personal_sign` (EIP-191). Errors:
 * `INPUT_INVALID` where the bytes are none.
 */
export function readAnswer(bytes: Uint8Array, byWallet: boolean): Meaning {
  const [purpose, answer] = opened(bytes);
  const { invitationId, networkId, definition } = answer;
  const accepts = purpose === ACCEPTANCE;
  const named = accepts && isMap(definition) ? (definition['name'] ?? definition['mspId']) : null;
  return {
    lines: [
      `${accepts ? 'Accept' : 'Decline'} invitation ${shown(invitationId)} to the consortium ${shown(networkId)}`,
      ...(accepts ? ['with this organisation of yours:', ...leaves(definition ?? null, '')] : []),
      'Any member may carry this answer to the ledger.',
    ],
    digest: byWallet ? eip191Digest(bytes) : sha256(bytes),
    signer: null,
    essentials: typeof named === 'string' ? [named] : [],
  };
}

interface Answer {
  readonly [name: string]: JsonValue;
}

function opened(bytes: Uint8Array): [string, Answer] {
  if (bytes.length > MAX_BYTES) throw noAnswer(`${bytes.length} bytes`);
  const text = decoded(bytes);
  const at = text.indexOf('\n');
  const purpose = text.slice(0, at);
  const expected = { [ACCEPTANCE]: 'definition,invitationId,networkId', [REJECTION]: 'invitationId,networkId' }[
    purpose
  ];
  if (expected === undefined) throw noAnswer(plainText(text.slice(0, 60)));
  const answer = parsed(text.slice(at + 1));
  // Only the one form: a name that stands twice would be shown as one thing and may be read as another.
  if (!isMap(answer) || canonical(answer) !== text.slice(at + 1))
    throw noAnswer('JSON that is not in its canonical form');
  if (Object.keys(answer).sort().join(',') !== expected) throw noAnswer(`the names ${Object.keys(answer).join(', ')}`);
  return [purpose, answer];
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw noAnswer('bytes that are no UTF-8');
  }
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw noAnswer('text that is no JSON');
  }
}

const isMap = (value: JsonValue | undefined): value is Answer =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every leaf of it, a line each; certificates by subject and fingerprint. */
function leaves(value: JsonValue, path: string): string[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((part: JsonValue, i) => leaves(part, `${path}[${i + 1}]`));
  if (isMap(value)) return Object.entries(value).flatMap(([name, part]) => leaves(part, `${path} ${plainText(name)}`));
  return [` ${path}: ${Array.isArray(value) ? 'none' : shown(value)}`];
}

function shown(value: JsonValue | undefined): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  if (!value.includes('-----BEGIN CERTIFICATE-----')) return `“${plainText(value)}”`;
  try {
    const one = new X509Certificate(value);
    return `certificate of ${plainText(one.subject.replaceAll('\n', ', '))}, SHA-256 ${one.fingerprint256.replaceAll(':', '').toLowerCase()}, until ${one.validToDate.toISOString().slice(0, 10)}`;
  } catch {
    throw noAnswer('a certificate that cannot be read');
  }
}

const noAnswer = (got: string): ParleyError =>
  new ParleyError('INPUT_INVALID', 'The bytes are no answer to an invitation that can be shown', {
    got,
    expected: `“${ACCEPTANCE}” or “${REJECTION}”, and canonical JSON after it`,
    fix: 'Do not sign them. Prepare the answer again.',
  });
