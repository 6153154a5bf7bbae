import { hash } from 'node:crypto';
import { ParleyError } from '../../../errors/index.js';
import { plainText } from '../../../model/signing.js';

interface Message {
  serializeBinary(): Uint8Array;
}

/**
 * Reads a message of which nothing goes unseen: written again it is as long as it was, whatever the order of its fields. Errors:
 * `INPUT_INVALID`.
 */
export function exact<T extends Message>(what: string, read: (bytes: Uint8Array) => T, bytes: Uint8Array): T {
  const opened = attempt(what, () => read(bytes));
  const length = attempt(what, () => opened.serializeBinary().length);
  if (length !== bytes.length) throw unreadable(what, 'fields that no such message has, or one of them twice');
  return opened;
}

function attempt<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unreadable(what, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Nobody signs what cannot be shown. */
export const unreadable = (what: string, got: string, cause?: unknown): ParleyError =>
  new ParleyError('INPUT_INVALID', `The bytes are no ${what} that can be shown`, {
    got,
    expected: `a serialised ${what}`,
    fix: 'Do not sign them. Prepare the write again.',
    cause,
  });

const MAX_SHOWN = 2_000;

/** Text as it is, between quotes; other bytes as hex, long ones with their hash. */
export function shownBytes(bytes: Uint8Array): string {
  const text = textOf(bytes);
  if (text !== null && text.length <= MAX_SHOWN) return `“${plainText(text)}”`;
  const hex = Buffer.from(bytes).toString('hex');
  if (hex.length <= MAX_SHOWN) return `0x${hex}`;
  const start = text === null ? `0x${hex.slice(0, 64)}…` : `“${plainText(text.slice(0, MAX_SHOWN))}…”`;
  return `${start} (${bytes.length} bytes, SHA-256 ${hash('sha256', bytes, 'hex')})`;
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null; // Shown as hex.
  }
}
