import { createHash } from 'node:crypto';
import { ParleyError } from '../errors/index.js';
import type { Write } from './writes.js';

/** SHA-256 of what makes a write the same write: its ledger and its input, in whatever order its keys came; null is as absent. */
export const inputDigest = ({ decision, input }: Pick<Write, 'decision' | 'input'>): string =>
  createHash('sha256')
    .update(canonical([decision.ledger, input]))
    .digest('hex');

function canonical(value: unknown): string {
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('hex'));
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'bigint') return JSON.stringify(value.toString());
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined && one !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}

const MAX_KEY_CHARACTERS = 255;

/** Errors: `INPUT_INVALID` for a key that is no plain text of 1 to 255 characters. */
export function requireKey(key: string | null): void {
  if (key === null) return;
  if (key !== '' && key.length <= MAX_KEY_CHARACTERS && key.isWellFormed() && !/\p{Cc}/u.test(key)) return;
  throw new ParleyError('INPUT_INVALID', 'That is no idempotency key', {
    got: key.length > MAX_KEY_CHARACTERS ? `${key.length} characters` : JSON.stringify(key),
    expected: `1 to ${MAX_KEY_CHARACTERS} characters, none of them a control character`,
    fix: 'Make a random one for each write, a UUID for example.',
  });
}
