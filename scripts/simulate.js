// The simulation of test/simulation on every core: `npm run test:simulation -- --seeds 5000 --first 1`, or one seed with its steps:
// `npm run test:simulation -- --seed 7`.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5000' },
    first: { type: 'string', default: '1' },
    seed: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

const started = Date.now();
const met = {};
if (values.seed !== undefined) await run(Number(values.seed), 1);
else {
  const [seeds, first, workers] = [Number(values.seeds), Number(values.first), Number(values.workers)];
  const each = Math.ceil(seeds / workers);
  const ranges = Array.from({ length: workers }, (_, at) => [first + at * each, Math.min(each, seeds - at * each)]);
  await Promise.all(ranges.filter(([, count]) => count > 0).map(([from, count]) => run(from, count)));
}
const { seeds = 0, failed = 0, ...rest } = met;
console.log(
  `${seeds - failed} of ${seeds} seeds hold, ${failed} do not (${((Date.now() - started) / 1000).toFixed(0)} s)`,
);
console.log(
  `met: ${Object.entries(rest)
    .map(([what, times]) => `${what} ${times}`)
    .join(', ')}`,
);
process.exitCode = failed === 0 && seeds > 0 ? 0 : 1;

function run(first, count) {
  const flags = ['--experimental-transform-types', '--no-warnings', '--import', './test/support/typescript.js'];
  const child = spawn(process.execPath, [...flags, 'test/simulation/run.ts', String(first), String(count)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let rest = '';
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    lines.forEach(take);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (code !== 0) met.failed = (met.failed ?? 0) + 1;
      resolve();
    });
  });
}

// The last line of each process says what it met; the others are for whoever reads.
function take(line) {
  if (!line.startsWith('{"')) {
    console.log(line);
    const seed = /^seed (\d+): /.exec(line)?.[1];
    if (seed !== undefined) console.log(`  again: npm run test:simulation -- --seed ${seed}`);
    return;
  }
  for (const [what, times] of Object.entries(JSON.parse(line))) met[what] = (met[what] ?? 0) + times;
}
