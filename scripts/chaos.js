// The whole of test/chaos, one suite after the other, and the long chaos of streams: `npm run test:chaos -- --seed 2 kills reorgs`.
// Ends with the line `N passed, N failed`. A suite that takes longer than its bound is ended.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const SUITE_WITHIN_MS = 30 * 60_000;

build();
const suites = readdirSync(`${root}/test/chaos`)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/chaos/${name}`)
  .concat('test/scenario/streamsChaos.test.ts')
  .filter((path) => positionals.length === 0 || positionals.some((word) => path.includes(word)));

const total = { passed: 0, failed: 0 };
for (const path of suites) {
  console.log(`\n${path}, seed ${values.seed}`);
  const passed = await run(path);
  total[passed ? 'passed' : 'failed'] += 1;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function run(path) {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand', path];
  const env = { ...process.env, CHAOS: 'whole', CHAOS_SEED: values.seed, CHAOS_ROUNDS: '40' };
  const child = spawn(process.execPath, jest, { cwd: root, stdio: 'inherit', env });
  const late = setTimeout(() => child.kill('SIGKILL'), SUITE_WITHIN_MS);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(late);
      resolve(code === 0);
    });
  });
}
