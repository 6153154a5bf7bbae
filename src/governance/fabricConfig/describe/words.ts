import { hash } from 'node:crypto';

/** Longer texts than this nobody reads; the JSON beside it has it all. */
const MAX_LENGTH = 10_000;

/** Words for a part of a configuration as `ConfigChange` has it: names, numbers, certificates by fingerprint and expiry. */
export function words(value: unknown): string {
  const text = render(value, 0);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** Two of them; of plain objects only what differs. */
export function wordsOfChange(before: unknown, after: unknown): string {
  if (!isPlain(before) || !isPlain(after) || isLeaf(before) || isLeaf(after))
    return `${words(before)} → ${words(after)}`;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return differing.map((key) => `${spaced(key)} ${wordsOfChange(before[key], after[key])}`).join('; ');
}

function render(value: unknown, depth: number): string {
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((item) => render(item, depth + 1)).join(', ');
  if (!isPlain(value)) return plain(value);
  return certificate(value) ?? unreadable(value) ?? fields(value, depth);
}

function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none';
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

function fields(value: Readonly<Record<string, unknown>>, depth: number): string {
  const shown = Object.entries(value).filter(([, part]) => !isEmpty(part));
  const text = shown.map(([key, part]) => `${spaced(key)} ${render(part, depth + 1)}`).join('; ');
  if (text === '') return 'none';
  return depth === 0 ? text : `(${text})`;
}

function certificate({ subject, notAfter, fingerprint }: Readonly<Record<string, unknown>>): string | null {
  if (typeof subject !== 'string' || typeof notAfter !== 'string' || typeof fingerprint !== 'string') return null;
  return `${subject} (SHA-256 ${fingerprint}, until ${notAfter.slice(0, 10)})`;
}

/** What Parley cannot read is told by its length and hash, so that it can be compared. */
function unreadable(value: Readonly<Record<string, unknown>>): string | null {
  const { base64 } = value;
  if (typeof base64 !== 'string' || Object.keys(value).length > 1) return null;
  const bytes = Buffer.from(base64, 'base64');
  return `${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'} (SHA-256 ${hash('sha256', bytes, 'hex')})`;
}

const isLeaf = (value: Readonly<Record<string, unknown>>): boolean =>
  certificate(value) !== null || unreadable(value) !== null;
const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): boolean =>
  (Array.isArray(value) && value.length === 0) || (isPlain(value) && Object.keys(value).length === 0);

/** `maxMessageCount` as `max message count`; names such as `V2_0`, `MSP` or `Org1` stay. */
const spaced = (key: string): string =>
  /^[a-z]/.test(key)
    ? key.replaceAll(/([a-z])([A-Z])(?=[a-z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
    : key;
