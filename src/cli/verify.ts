import type { Command } from 'commander';
import { verifyIndex } from '../app/index.js';
import { environment, loadConfig } from '../config/index.js';
import { progressLine, progressText } from './report.js';

/** `parley verify`: the index against the ledgers, field by field. */
export function addVerify(program: Command, finish: (code: number) => void): void {
  program
    .command('verify')
    .description(
      'Compare the index with the ledgers field by field, reading their nodes directly. Parley may be running meanwhile.',
    )
    .option('-c, --config <file>', 'the configuration', 'parley.yaml')
    .option('-l, --ledger <name>', 'only this ledger')
    .option('--json', 'print differences as JSON, one a line')
    .addHelpText(
      'after',
      '\nExit code: 0 nothing differs, 1 something does.\n\nExamples:\n  parley verify\n  parley verify --ledger trade --json\n',
    )
    .action(async (options: { config: string; ledger?: string; json?: boolean }) => {
      const config = loadConfig(options.config, environment());
      const line = progressLine();
      const summary = await verifyIndex(config, {
        ledger: options.ledger ?? null,
        onProgress: (ledger, progress) => line.show(`${ledger}: ${progressText(progress)}`),
        onDifference: (difference) => {
          line.end();
          process.stdout.write(options.json === true ? `${JSON.stringify(difference)}\n` : `✗ ${difference.text}\n`);
        },
      });
      line.end();
      if (options.json !== true) for (const text of summary.lines) process.stdout.write(`${text}\n`);
      finish(summary.differences === 0 ? 0 : 1);
    });
}
