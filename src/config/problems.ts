import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { ParleyError } from '../errors/index.js';
import { notBuiltYet } from './schema.js';

type Issue = z.core.$ZodIssue;

/** Turns what the schema found wrong into one error that names each key: got, expected, did you mean. Values under secret keys are not shown. */
export function configError(
  file: string,
  issues: readonly Issue[],
  document: unknown,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): ParleyError {
  const lines = issues
    .filter((issue) => !standsIn(issue, issues))
    .slice(0, 20)
    .flatMap((issue) => describe(issue, document, knownKeys));
  const later = lines.every((line) => line.includes('not been built yet'));
  return new ParleyError(
    later ? 'FEATURE_NOT_BUILT' : 'CONFIG_INVALID',
    `${file} is not a valid configuration:\n${lines.map((line) => `  - ${line}`).join('\n')}\n`,
    {
      fix: later ? 'Remove the keys named.' : 'Correct the keys named; schema/parley.schema.json describes them all.',
    },
  );
}

/** True for what is missing where a key whose feature comes later stands in for it. */
const standsIn = ({ code, path }: Issue, issues: readonly Issue[]): boolean =>
  code === 'custom' &&
  issues.some(
    (other) =>
      other.code === 'unrecognized_keys' &&
      dotted(other.path) === dotted(path.slice(0, -1)) &&
      other.keys.some((key) => notBuiltYet.includes(pattern([...other.path, key]))),
  );

function describe(
  issue: Issue,
  document: unknown,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey([...issue.path, key], knownKeys(issue.path)));
  const at = issue.path.length === 0 ? 'the document' : dotted(issue.path);
  return [`${at}: ${issue.message.replace(/^Invalid input: /, '')}. Got: ${shown(issue.path, document)}.`];
}

function unknownKey(path: readonly PropertyKey[], known: readonly string[]): string {
  if (notBuiltYet.includes(pattern(path))) return `${dotted(path)}: this feature has not been built yet.`;
  const key = String(path.at(-1));
  const near = nearest(key, known);
  return `${dotted(path)}: unknown key.${near === null ? '' : ` Did you mean \`${near}\`?`} Expected one of: ${known.join(', ')}.`;
}

/** The nearest of some names, where one is near enough to be meant. */
export function nearest(text: string, names: readonly string[]): string | null {
  const scored = names.map((name) => ({ name, distance: distance(text.toLowerCase(), name.toLowerCase()) }));
  scored.sort((a, b) => a.distance - b.distance);
  const [best] = scored;
  return best !== undefined && best.distance <= Math.max(2, Math.floor(text.length / 3)) ? best.name : null;
}

/** The path with any index as `*`. */
const pattern = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? '*' : String(part))).join('.');

function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

const SECRET = /secret|privateKey|password|token|url|^rpc$|^ws$/i;

function shown(path: readonly PropertyKey[], document: unknown): string {
  if (path.some((part) => SECRET.test(String(part)))) return '(not shown)';
  let value: unknown = document;
  for (const part of path)
    value = value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[part] : undefined;
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
