import { createHash } from 'node:crypto';
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
