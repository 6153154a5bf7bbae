import { join } from 'node:path';
import type { Command } from 'commander';
import { schemaDrift, schemaFiles } from '../app/index.js';
import { writeOut } from './report.js';

/** `parley schema`: prints the API schema; in a clone it writes or checks the printed files of schema/. */
export function addSchema(program: Command, finish: (code: number) => void): void {
  program
    .command('schema')
    .description('Print the API schema as SDL.')
    .option(
      '--write [directory]',
      'write every printed file (subgraphs, supergraph, API, configuration) below a directory (default: schema)',
    )
    .option('--check [directory]', 'say which of those files differ from what the code gives')
    .addHelpText(
      'after',
      '\nExamples:\n  parley schema > parley.graphql\n  parley schema --write schema\n  parley schema --check schema\n',
    )
    .action(async (options: { write?: string | true; check?: string | true }) => {
      const files = schemaFiles();
      if (options.write !== undefined) finish(write(files, options.write));
      else if (options.check !== undefined) finish(await check(options.check));
      else process.stdout.write(files.get('api.graphql') ?? '');
    });
}

const directoryOf = (option: string | true): string => (option === true ? 'schema' : option);

function write(files: ReadonlyMap<string, string>, option: string | true): number {
  for (const [path, text] of files) {
    writeOut(join(directoryOf(option), path), text);
  }
  process.stdout.write(`Wrote ${files.size} files below ${directoryOf(option)}.\n`);
  return 0;
}

async function check(option: string | true): Promise<number> {
  const directory = directoryOf(option);
  const drifts = await schemaDrift(directory);
  for (const { path, kind } of drifts)
    process.stdout.write(`${join(directory, path)} is ${kind}. Fix: parley schema --write\n`);
  if (drifts.length === 0) process.stdout.write('The printed files are up to date.\n');
  return drifts.length === 0 ? 0 : 1;
}
