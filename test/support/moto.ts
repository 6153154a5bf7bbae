import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const program = process.env['MOTO_SERVER'] ?? 'moto_server';

/** True where moto's server is on this machine: `pip install 'moto[server,managedblockchain]==5.2.1'`, or its path in MOTO_SERVER. */
export const motoIsHere = (): boolean => spawnSync(program, ['--help'], { stdio: 'ignore' }).status === 0;

export interface Moto {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A server of moto's on a free port of loopback. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  for (let attempt = 0; attempt < 150; attempt += 1) {
    const up = await fetch(`${endpoint}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return { endpoint, close };
    await sleep(100);
  }
  await close();
  throw new Error('moto_server did not answer within 15 s');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
