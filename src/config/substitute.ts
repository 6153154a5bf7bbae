import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ParleyError } from '../errors/index.js';

const REFERENCE = /\$\{(env|file):([^}]+)\}/g;
const MAX_DEPTH = 32;

/** Replaces `${env:NAME}` and `${file:path}` in every string of a parsed document. What they stand for is never printed. */
export function substitute(
  value: unknown,
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
  depth = 0,
): unknown {
  if (depth > MAX_DEPTH)
    throw new ParleyError('CONFIG_INVALID', 'The configuration is nested too deeply', {
      expected: `at most ${MAX_DEPTH} levels`,
    });
  if (typeof value === 'string')
    return value.replace(REFERENCE, (whole, kind: string, key: string) =>
      lookUp(whole, kind, key, directory, environment),
    );
  if (Array.isArray(value)) return value.map((item) => substitute(item, directory, environment, depth + 1));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, substitute(item, directory, environment, depth + 1)]),
  );
}

function lookUp(
  whole: string,
  kind: string,
  key: string,
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  if (kind === 'env') {
    const value = environment[key];
    if (value === undefined)
      throw new ParleyError('CONFIG_INVALID', `${whole} names an environment variable that is not set`, {
        fix: `Set ${key}, or write the value another way.`,
      });
    return value;
  }
  return readText(resolve(directory, key), whole).trim();
}

/** A text file of the configuration; `where` says which key names it. */
export function readText(path: string, where: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ParleyError('CONFIG_INVALID', `${where}: the file cannot be read`, {
      got: path,
      fix: 'Check the path (it is relative to parley.yaml) and the permissions.',
      cause,
    });
  }
}
