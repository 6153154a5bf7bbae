import { Command, CommanderError } from 'commander';
import { addBootstrap } from './bootstrap.js';
import { addCompose } from './compose.js';
import { addDoctor } from './doctor.js';
import { addExport } from './export.js';
import { addInit } from './init.js';
import { addRebuild } from './rebuild.js';
import { reportFailure } from './report.js';
import { addSchema } from './schema.js';
import { addStart } from './start.js';
import { addVerify } from './verify.js';
import { addVote } from './vote.js';
import { version } from './version.js';

export { endWhereUnheard } from './brokenPipe.js';

/** Runs one command line; gives the process's exit code: 0 done, 1 failed or found something, 2 wrong usage. */
export async function runCli(args: readonly string[]): Promise<number> {
  const program = new Command('parley')
    .description('One GraphQL graph over the ledgers that several organisations share.')
    .version(version())
    .showHelpAfterError('(`parley --help` and `parley <command> --help` show what there is)')
    .exitOverride();
  let code = 0;
  const finish = (result: number): void => {
    code = result;
  };
  for (const add of COMMANDS) add(program, finish);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportFailure(error);
  }
}

const COMMANDS: readonly AddCommand[] = [
  ...[addInit, addStart, addDoctor, addCompose, addSchema, addRebuild, addVerify, addVote],
  ...[addExport, addBootstrap],
];

/** Adds one command to the program; `finish` takes its exit code. */
export type AddCommand = (program: Command, finish: (code: number) => void) => void;
