import type { Command } from 'commander';
import { verifyVotes } from '../app/index.js';
import { environment, loadConfig } from '../config/index.js';
import { progressLine, progressText } from './report.js';

/** Differences that are printed; all are counted. */
const MAX_SHOWN = 100;

/** `parley vote verify`: proves a proposal's votes from raw blocks. */
export function addVoteVerify(vote: Command, finish: (code: number) => void): void {
  vote
    .command('verify <proposal>')
    .description(
      'Work a proposal out of the raw blocks from the first on, and compare what the store tells of it. Parley may be running meanwhile.',
    )
    .option('-c, --config <file>', 'the configuration', 'parley.yaml')
    .option('--from-ledger', 'read the raw blocks from the nodes, not from the store')
    .addHelpText(
      'after',
      '\nPROPOSAL is the id as the graph gives it, or the native id.\nExit code: 0 nothing differs, 1 something does.\n\nExamples:\n  parley vote verify proposal/consortium/fabric:…/2f6c…\n  parley vote verify goods.2.61ab… --from-ledger\n',
    )
    .action(async (proposal: string, options: { config: string; fromLedger?: true }) => {
      const config = loadConfig(options.config, environment());
      const line = progressLine();
      let shown = 0;
      const { lines, differences } = await verifyVotes(config, {
        proposal,
        fromLedger: options.fromLedger === true,
        onProgress: (ledger, progress) => {
          if (process.stderr.isTTY) line.show(`${ledger}: ${progressText(progress)}`);
        },
        onDifference: (text) => {
          line.end();
          shown += 1;
          if (shown <= MAX_SHOWN) process.stdout.write(`✗ ${text}\n`);
        },
      });
      line.end();
      if (differences > MAX_SHOWN) process.stdout.write(`… and ${differences - MAX_SHOWN} more differences\n`);
      for (const line of lines) process.stdout.write(`${line}\n`);
      process.stdout.write(differences === 0 ? '✓ nothing differs\n' : `✗ ${differences} differ\n`);
      finish(differences === 0 ? 0 : 1);
    });
}
