import { plainText } from '../../model/signing.js';

const SHOWN = 120;

/** Where two plain values differ, a line each: the path, what the store says, what the blocks say. At most `limit`. */
export function differing(path: string, got: unknown, expected: unknown, limit = 100): string[] {
  const found: string[] = [];
  walk(path, plain(got), plain(expected), found, limit);
  return found;
}

/** As JSON keeps it: what is undefined is absent. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

function walk(path: string, got: unknown, expected: unknown, found: string[], limit: number): void {
  if (found.length >= limit || JSON.stringify(got) === JSON.stringify(expected)) return;
  if (!isPart(got) || !isPart(expected) || Array.isArray(got) !== Array.isArray(expected)) {
    found.push(`${path}: the store says ${shown(got)}, the blocks say ${shown(expected)}`);
    return;
  }
  for (const name of new Set([...Object.keys(expected), ...Object.keys(got)]))
    walk(path === '' ? plainText(name) : `${path}.${plainText(name)}`, got[name], expected[name], found, limit);
}

const isPart = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}
