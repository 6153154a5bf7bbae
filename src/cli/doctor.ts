import type { Command } from 'commander';
import { diagnose } from '../app/index.js';
import { environment, loadConfig } from '../config/index.js';

const MARK = { ok: '✓', warning: '!', problem: '✗' } as const;

/** `parley doctor`: tries everything that the configuration names and says what to fix. */
export function addDoctor(program: Command, finish: (code: number) => void): void {
  program
    .command('doctor')
    .description(
      'Check every connection, key, channel and permission that the configuration names, and say what to fix.',
    )
    .option('-c, --config <file>', 'the configuration', 'parley.yaml')
    .addHelpText('after', '\nExample:\n  parley doctor --config parley.yaml\n')
    .action(async (options: { config: string }) => {
      const config = loadConfig(options.config, environment());
      process.stdout.write(`✓ ${options.config} is a valid configuration\n`);
      const found = { ok: 0, warning: 0, problem: 0 };
      for await (const finding of diagnose(config)) {
        found[finding.kind] += 1;
        process.stdout.write(`${MARK[finding.kind]} ${finding.subject}: ${finding.text}\n`);
        if (finding.fix !== null) process.stdout.write(`    Fix: ${finding.fix}\n`);
      }
      process.stdout.write(found.problem === 0 ? '\nNothing to fix.\n' : `\n${found.problem} to fix.\n`);
      finish(found.problem === 0 ? 0 : 1);
    });
}
