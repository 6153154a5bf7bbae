import type { Config } from '../../config/index.js';
import { ParleyError } from '../../errors/index.js';
import type { Mapping } from '../../governance/consortium/index.js';
import type { NetworkExport } from '../../model/networkExport.js';

export interface MappingGiven {
  /** `m-…=<MSP id>`, each. */
  readonly members: readonly string[];
  /** `<account>=<fingerprint or address>`, each. */
  readonly principals: readonly string[];
  /** The content of a file: JSON `{"members": {…}, "principals": {…}}`; null where none. */
  readonly file: string | null;
}

/** Who is who: by what was given, then by a file, then by `members` of the configuration. Errors: `INPUT_INVALID`. */
export function mappingOf(said: NetworkExport, { members }: Pick<Config, 'members'>, given: MappingGiven): Mapping {
  const file = given.file === null ? { members: {}, principals: {} } : parsed(given.file);
  const ids = new Set(said.members.map(({ id }) => id));
  const configured = members
    .filter(({ id, mspIds }) => ids.has(id) && mspIds.length === 1)
    .map(({ id, mspIds }) => [id, mspIds[0] ?? ''] as const);
  return {
    members: new Map([...configured, ...Object.entries(file.members), ...given.members.map(pairOf('--map'))]),
    principals: new Map([...Object.entries(file.principals), ...given.principals.map(pairOf('--principal'))]),
  };
}

const pairOf =
  (option: string) =>
  (text: string): readonly [string, string] => {
    const cut = text.indexOf('=');
    if (cut > 0 && cut < text.length - 1) return [text.slice(0, cut).trim(), text.slice(cut + 1).trim()];
    throw new ParleyError('INPUT_INVALID', `${option} is not understood`, {
      got: text.slice(0, 100),
      expected: option === '--map' ? 'm-…=<MSP id>' : '<account>=<fingerprint or address>',
    });
  };

type Names = Readonly<Record<string, string>>;

function parsed(content: string): { readonly members: Names; readonly principals: Names } {
  try {
    const { members = {}, principals = {}, ...others } = JSON.parse(content) as Record<string, unknown>;
    if (isNames(members) && isNames(principals) && Object.keys(others).length === 0) return { members, principals };
  } catch {
    // Told below.
  }
  throw new ParleyError('INPUT_INVALID', 'The mapping file is not understood', {
    got: content.slice(0, 60),
    expected: '{"members": {"m-…": "<MSP id>"}, "principals": {"<account>": "<fingerprint or address>"}}',
  });
}

const isNames = (value: unknown): value is Names =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((one) => typeof one === 'string');
