import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (Linux from 32768, others from 49152): a port that is written
 * into a genesis block must still be free when its node starts, and starts again.
 */
const FIRST_PORT = 10_000;
const LAST_PORT = 32_767;
const MAX_TRIES = 1_000;

/** Ports of loopback that nobody listens on now: all are held until the last is known, so that no two are the same. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held = new Map<number, Server>();
  for (let tries = 0; held.size < count; tries++) {
    if (tries >= MAX_TRIES) throw new Error(`Got: ${held.size} free ports of loopback. Expected: ${count}.`);
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    const server = held.has(port) ? null : await listen(port);
    if (server !== null) held.set(port, server);
  }
  await Promise.all([...held.values()].map(close));
  return [...held.keys()];
}

/** Null where somebody has the port. */
async function listen(port: number): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(null) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

async function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
}
