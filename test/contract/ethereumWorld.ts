import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TestChain } from '../../devnet/ethereum/index.js';
import { createEthereumLedger, type EthereumOptions } from '../../src/ledgers/ethereum/index.js';
import type { LedgerWorld } from './ledger.contract.js';
import { INITIAL_BLOCKS } from './ledger.contract.js';

/** A chain with a plain door and a second one that can be shut: the ledger prefers the second. */
export async function ethereumWorld(
  start: () => Promise<TestChain>,
  options: Partial<EthereumOptions> = {},
): Promise<LedgerWorld & { readonly chain: TestChain }> {
  const chain = await start();
  const door = await openDoor(Number(new URL(chain.rpc).port));
  const produce = async (blocks: number): Promise<void> => {
    for (let left = blocks; left > 0; left -= 1) {
      await chain.send({ from: 0, to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', value: 1n, gas: 21_000n });
      await chain.mine();
    }
  };
  await produce(INITIAL_BLOCKS - 1);
  return {
    chain,
    open: () =>
      Promise.resolve(createEthereumLedger({ ...ledgerOptions(chain), rpc: [door.url, chain.rpc], ...options })),
    produce,
    preferredEndpoint: door,
    close: async () => {
      await door.down();
      await chain.close();
    },
  };
}

/** Options for a ledger on a test chain: quick to notice and quick to try again. */
export function ledgerOptions(chain: Pick<TestChain, 'rpc' | 'ws' | 'chainId'>): EthereumOptions {
  return {
    ...{ name: 'settlement', chainId: chain.chainId, rpc: [chain.rpc], ws: chain.ws, startBlock: 0 },
    ...{ finality: { tag: 'finalized' }, reorgWindow: 64, contracts: [], pollIntervalMs: 50 },
    tuning: {
      ...{ requestTimeoutMs: 2_000, patienceMs: 5_000, backoffMs: 50, maxBackoffMs: 500, heartbeatMs: 500 },
      ...{ lagProbeMs: 200, rereads: 4, rereadPauseMs: 5 },
    },
  };
}

export interface Door {
  readonly url: string;
  down(): Promise<void>;
  up(): Promise<void>;
}

/** Passes TCP on to a port of this machine; shut, it refuses connections and cuts those that were open. */
export async function openDoor(toPort: number): Promise<Door> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  let server: Server | null = null;
  let port = 0;
  const up = async (): Promise<void> => {
    const made = createServer((inner) => {
      const outer = keep(connect(toPort, '127.0.0.1'));
      keep(inner).pipe(outer).pipe(inner);
    });
    await new Promise<void>((resolve, reject) => made.once('error', reject).listen(port, '127.0.0.1', resolve));
    const address = made.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    server = made;
  };
  const down = async (): Promise<void> => {
    const open = server;
    server = null;
    if (open === null) return;
    const closed = new Promise((resolve) => open.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await up();
  return { url: `http://127.0.0.1:${port}`, up, down };
}
