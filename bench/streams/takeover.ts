import { startAnvil } from '../../devnet/ethereum/index.js';
import { startPostgres } from '../../test/support/postgres.js';
import { now, quantile, sleep, until } from './clock.js';
import { startFleet } from './fleet.js';
import type { Subscribe } from './messages.js';
import { startServer, type Server } from './server.js';

export interface TakeoverOptions {
  readonly directory: string;
  readonly blocks: Subscribe;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const EVERY_MS = 100;

/** Two replicas on PostgreSQL; the one that ingests is killed, and a client of the other waits for the next block. */
export async function takeover({ directory, blocks, rounds, say }: TakeoverOptions): Promise<void> {
  say(`\nthe ingesting one of two replicas on PostgreSQL is killed (kill -9), a block is mined every ${EVERY_MS} ms`);
  const postgres = await startPostgres();
  const chain = await startAnvil({ mining: 'manual' });
  const servers: Server[] = [];
  const gaps: number[] = [];
  const mining = new AbortController();
  try {
    const store = await postgres.database();
    const start = (i: number): Promise<Server> => startServer({ directory, chain, store, name: `replica-${i}` });
    let first = await start(0);
    servers.push(first);
    await first.indexed(await chain.mine(3));
    void mineSteadily(chain.mine, mining.signal);
    for (let round = 1; round <= rounds; round += 1) {
      const second = await start(round);
      servers.push(second);
      const fleet = startFleet(1);
      await fleet.open(second.socket, 1, blocks);
      await until('blocks come', async () => (await fleet.counted()).count > 5, 20_000);
      const killed = await first.kill();
      await sleep(200);
      await fleet.take();
      const from = (await fleet.counted()).count;
      await until('blocks come again', async () => (await fleet.counted()).count > from, 30_000);
      gaps.push(((await fleet.take()).times[0] ?? now()) - killed);
      await fleet.close();
      first = second;
    }
    const all = Float64Array.from(gaps);
    say(
      `  ${rounds} times: ${quantile(all, 0.5).toFixed(0)} ms (median), ${quantile(all, 1).toFixed(0)} ms (longest) from the kill to the next block at the client`,
    );
  } finally {
    mining.abort();
    for (const server of servers) await server.kill();
    await chain.close();
    await postgres.close();
  }
}

async function mineSteadily(mine: () => Promise<number>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await mine().catch(() => undefined); // The chain ends before this does.
    await sleep(EVERY_MS);
  }
}
