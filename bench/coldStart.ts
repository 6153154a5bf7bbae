import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startParley, writeConfig } from './page/parley.js';

/**
 * From starting the process of `parley start` to the first answer of its graph, with a fresh SQLite store and ledgers that do not answer.
 * The address is looked for every 50 ms, which is in the number.  `node dist/bench/coldStart.js [rounds]`
 */
const ROUNDS = Number(process.argv[2] ?? 5);
const took: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const config = await writeConfig(directory, `sqlite:${join(directory, 'index.db')}`);
  const started = performance.now();
  const parley = await startParley(config, null);
  try {
    const url = parley.url.endsWith('/graphql') ? parley.url : `${parley.url}/graphql`;
    const response = await fetch(url, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ query: '{ ledgers { name height } }' }),
    });
    const answer = (await response.json()) as { data?: { ledgers?: unknown[] } };
    if (answer.data?.ledgers === undefined) throw new Error(`Got: ${response.status} ${JSON.stringify(answer)}`);
    took.push(performance.now() - started);
  } finally {
    await parley.stop();
    rmSync(directory, { recursive: true });
  }
}
took.sort((a, b) => a - b);
const ms = (value = NaN): string => `${value.toFixed(0)} ms`;
console.log(
  `cold start to first answer: ${ms(took[0])} (best), ${ms(took[Math.floor(ROUNDS / 2)])} (median), ${ms(took.at(-1))} (worst) of ${ROUNDS}`,
);
