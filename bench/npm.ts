import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWithBench } from './temporary.js';

/** Brings packages from npm into a directory: what is measured against is never shipped. */
export async function install(directory: string, packages: readonly string[]): Promise<void> {
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const npm = endWithBench(
    spawn('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
      ...{ cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
    }),
  );
  let said = '';
  npm.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await new Promise<void>((resolve, reject) => {
    npm.once('error', reject).once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${packages.join(', ')} could not be installed. Got: ${said}`));
    });
  });
}
