import type { Command } from 'commander';
import { rebuildIndex } from '../app/index.js';
import { environment, loadConfig } from '../config/index.js';
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
    .addHelpText('after', '\nStop Parley first.\n\nExamples:\n  parley rebuild\n  parley rebuild --ledger settlement\n')
    .action(async (options: { config: string; ledger?: string }) => {
      const config = loadConfig(options.config, environment());
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
