import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ParleyError } from '../../src/errors/index.js';

export interface DevOptions {
  /** Where the world's state lives. */
  readonly directory: string;
  /** False: every port is one that the system chooses, as for tests. True: the documented ones where they are free. */
  readonly documentedPorts: boolean;
  /** Parley's own port; null: none was asked for. */
  readonly port: number | null;
  readonly fresh: boolean;
  readonly quiet: boolean;
  readonly fabric: 'embedded' | 'real';
  /** False: the story's beginning is told, but nothing goes on living. */
  readonly story: boolean;
  /** A file of more keys for parley.yaml; null: the dev world's own alone. */
  readonly config: string | null;
  readonly help: boolean;
}

export const USAGE = `npm start -- [options]

  --fresh                 start over: forget the world and the index
  --port N                Parley's port (default 4000, or one that is free where that is taken)
  --fabric embedded|real  embedded Fabric (default), or real nodes from FABRIC_BIN_DIR or PATH
  --no-story              no living traffic after the story's beginning
  --config FILE           YAML that parley.yaml has besides the dev world's own, such as \`amb\`; lists are joined
  --quiet                 say only where things are
  --directory DIR         where the state lives (default .parley); with it every port is one that is free
`;

const FLAGS = {
  fresh: { type: 'boolean' },
  quiet: { type: 'boolean' },
  port: { type: 'string' },
  fabric: { type: 'string' },
  directory: { type: 'string' },
  'no-story': { type: 'boolean' },
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the command line of \`npm start\`. Errors: CONFIG_INVALID. */
export function readOptions(args: readonly string[], root: string): DevOptions {
  const values = parse(args);
  const ownDirectory = values.directory !== undefined;
  return {
    directory: resolve(root, values.directory ?? '.parley'),
    documentedPorts: !ownDirectory,
    port: readPort(values.port),
    fresh: values.fresh === true,
    quiet: values.quiet === true,
    fabric: readFabric(values.fabric),
    story: values['no-story'] !== true,
    config: values.config === undefined ? null : resolve(root, values.config),
    help: values.help === true,
  };
}

function readFabric(value = 'embedded'): DevOptions['fabric'] {
  if (value === 'embedded' || value === 'real') return value;
  throw wrong('--fabric', value, 'embedded or real');
}

function readPort(value: string | undefined): number | null {
  if (value === undefined) return null;
  const port = Number(value);
  if (value.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw wrong('--port', value, 'a number from 0 to 65535');
  return port;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (cause) {
    throw new ParleyError('CONFIG_INVALID', cause instanceof Error ? cause.message : String(cause), {
      fix: `See npm start -- --help.`,
      cause,
    });
  }
}

const wrong = (flag: string, got: string, expected: string): ParleyError =>
  new ParleyError('CONFIG_INVALID', `${flag} has a value that it does not take`, {
    got,
    expected,
    fix: 'See npm start -- --help.',
  });
