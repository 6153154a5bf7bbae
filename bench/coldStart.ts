import { loadavg } from 'node:os';
import { join } from 'node:path';
import { cpuOf } from './cpu.js';
import { startParley, writeConfig } from './page/parley.js';
import { temporaryDirectory } from './temporary.js';

/**
 * From starting the process of `parley start` to the first right answer of its graph: on no store, and on the store that such a start
 * left. The ledgers do not answer; the address is looked for every 50 ms, which is in the number. `node dist/bench/coldStart.js [rounds]`
 */
const ROUNDS = Number(process.argv[2] ?? 5);

interface Start {
  readonly ms: number;
  readonly cpuSeconds: number;
}

const starts: { readonly fresh: Start[]; readonly existing: Start[] } = { fresh: [], existing: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  using directory = temporaryDirectory();
  const config = await writeConfig(directory.path, `sqlite:${join(directory.path, 'index.db')}`);
  starts.fresh.push(await start(config));
  starts.existing.push(await start(config));
}
console.log(`load ${(loadavg()[0] ?? 0).toFixed(1)} after`);
tell('no store', starts.fresh);
tell('an existing store', starts.existing);

async function start(config: string): Promise<Start> {
  const started = performance.now();
  const parley = await startParley(config, null);
  try {
    const response = await fetch(`${parley.url}/graphql`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ query: '{ ledgers { name height } }' }),
    });
    const answer = (await response.json()) as { data?: { ledgers?: unknown[] } };
    if (!Array.isArray(answer.data?.ledgers)) throw new Error(`Got: ${response.status} ${JSON.stringify(answer)}`);
    return { ms: performance.now() - started, cpuSeconds: cpuOf(parley.pid) };
  } finally {
    await parley.stop();
  }
}

function tell(what: string, all: readonly Start[]): void {
  const sorted = all.map(({ ms }) => ms).sort((a, b) => a - b);
  const ms = (value = NaN): string => `${value.toFixed(0)} ms`;
  const cpu = Math.min(...all.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2);
  console.log(
    `cold start to first answer, ${what}: ${ms(sorted[0])} (best), ${ms(sorted[Math.floor(ROUNDS / 2)])} (median), ${ms(sorted.at(-1))} (worst) of ${ROUNDS}; ${cpu} s of CPU (least)`,
  );
}
