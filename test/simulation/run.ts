import { ground } from './world.js';

// One process of the named script: `run.ts FIRST COUNT [--first-failure]`; prints each seed that failed, and what was met as one line
// of JSON at last.

const [first = 1, count = 100] = process.argv.slice(2).map(Number);
const stopsAtOnce = process.argv.includes('--first-failure');
const runs = await ground();
const met: Record<string, number> = { failed: 0, seeds: 0 };
try {
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await runs.run(seed);
    for (const [what, times] of Object.entries(result.met)) met[what] = (met[what] ?? 0) + times;
    met.seeds = (met.seeds ?? 0) + 1;
    if (result.violation === null) continue;
    met.failed = (met.failed ?? 0) + 1;
    if (count === 1) console.log(result.trail.join('\n'));
    console.log(`seed ${seed}: ${result.violation}`);
    if (stopsAtOnce) break;
  }
} finally {
  runs.close();
}
console.log(JSON.stringify(met));
