import { createHash } from 'node:crypto';
import { ParleyError } from '../errors/index.js';

/** Longer names are cut in indexed columns: a PostgreSQL index entry holds at most 2,704 bytes, and anybody may write a long name into a block. */
const LONGEST_KEY = 256;
const KEPT_OF_LONGER = 180;

// PostgreSQL's text cannot hold U+0000, so it is written as U+E000 '0', and U+E000 itself as U+E000 '1'.
// eslint-disable-next-line no-control-regex -- the control character is what this is about
const UNWELCOME = /[\u0000\uE000]/g;

/** JSON that is parsed when it is first asked for. */
export function whenAsked<T>(json: string): () => T {
  let value: { readonly of: T } | undefined;
  return () => (value ??= { of: JSON.parse(json) as T }).of;
}

/** A row with a detail, which is most of it: few who read a row ask for it, so it is parsed when it is first asked for. */
export class DetailedRow<Detail> {
  readonly #json: string | undefined;
  #parsed: Detail | undefined;

  /** `json`: undefined where the detail was left out. */
  constructor(json: string | undefined) {
    this.#json = json;
  }

  /** Errors: `INTERNAL` where it was left out. */
  get detail(): Detail {
    return (this.#parsed ??= JSON.parse(this.#json ?? leftOut()) as Detail);
  }
}

function leftOut(): never {
  throw new ParleyError('INTERNAL', 'The detail of a row was asked for, which its list had left out', {
    fix: 'Read the list with `detail`.',
  });
}

/** Free text in a form that both databases keep. */
export function storedText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  // Nearly no text has one, and looking for them is much cheaper than replacing none.
  if (!wellFormed.includes('\u0000') && !wellFormed.includes('\uE000')) return wellFormed;
  return wellFormed.replace(UNWELCOME, (found) => (found === '\u0000' ? '\uE0000' : '\uE0001'));
}

export function originalText(stored: string): string {
  return stored.includes('\uE000') ? stored.replaceAll('\uE0000', '\u0000').replaceAll('\uE0001', '\uE000') : stored;
}

/** A name, hash or address as an indexed column holds it: whole, or where it is absurdly long its beginning and digest. */
export function keyText(text: string): string {
  const stored = storedText(text);
  if (stored.length <= LONGEST_KEY) return stored;
  return `${stored.slice(0, KEPT_OF_LONGER)}…sha256:${createHash('sha256').update(stored).digest('hex')}`;
}

export const keyTextOrNull = (text: string | null): string | null => (text === null ? null : keyText(text));
export const originalOrNull = (stored: string | null): string | null => (stored === null ? null : originalText(stored));
