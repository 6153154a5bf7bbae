import type { Command } from 'commander';
import { forgetIndex, rebuildIndex } from '../app/index.js';
import { environment, loadConfig, type Config } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import { progressLine, progressText } from './report.js';

/** `parley rebuild`: derives everything again from the raw blocks that the store keeps. */
export function addRebuild(program: Command, finish: (code: number) => void): void {
  program
    .command('rebuild')
    .description(
      'Derive everything again from the raw blocks in the store; needed after new ABIs or a new version says so.',
    )
    .option('-c, --config <file>', 'the configuration', 'parley.yaml')
    .option('-l, --ledger <name>', 'only this ledger')
    .option('--read-again', 'forget the raw blocks of that ledger too: the next start reads it from its nodes again')
    .addHelpText(
      'after',
      '\nStop Parley first.\n\nExamples:\n  parley rebuild\n  parley rebuild --ledger settlement\n  parley rebuild --ledger settlement --read-again   # its chain is another one now\n',
    )
    .action(async (options: { config: string; ledger?: string; readAgain?: true }) => {
      const config = loadConfig(options.config, environment());
      if (options.readAgain === true) {
        await readAgain(config, options.ledger);
        return finish(0);
      }
      const line = progressLine();
      const results = await rebuildIndex(config, {
        ledger: options.ledger ?? null,
        onProgress: (ledger, progress) => line.show(`${ledger}: ${progressText(progress)}`),
      });
      line.end();
      for (const result of results)
        process.stdout.write(`${result.ledger}: ${result.blocks.toLocaleString('en')} blocks derived again.\n`);
      finish(0);
    });
}

async function readAgain(config: Config, ledger: string | undefined): Promise<void> {
  if (ledger === undefined) {
    throw new ParleyError('CONFIG_INVALID', '--read-again forgets what was read, so it wants one ledger named', {
      fix: 'Give `--ledger <name>` too.',
    });
  }
  await forgetIndex(config, ledger);
  process.stdout.write(`${ledger}: forgotten; the next \`parley start\` reads it from its nodes again.\n`);
}
