import { WebSocket } from 'ws';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { now } from './clock.js';
import type { Subscribe } from './messages.js';
import { startServer } from './server.js';

export interface CatchUpOptions {
  readonly directory: string;
  readonly entries: number;
  readonly profile: boolean;
  /** The whole operation of the portal. */
  readonly events: Subscribe;
  readonly say: (line: string) => void;
}

const SMALL = `subscription Small($filter: LedgerEventFilter, $after: Cursor) {
  eventEmitted(filter: $filter, after: $after) { cursor kind event { id } }
}`;
const LOGS = 100;
const CALLS_IN_A_BLOCK = 4;

/** One client that resumes so many events back. */
export async function catchUp({ directory, entries, profile, events, say }: CatchUpOptions): Promise<void> {
  say(`\na client that resumes ${entries.toLocaleString('en')} events back`);
  const chain = await startAnvil({ mining: 'manual' });
  const contract = await deployEmitter(chain);
  const server = await startServer({ directory, chain, profile, name: 'catch-up' });
  try {
    await server.indexed(1);
    const filter = { ledgers: ['eip155:31337'] };
    const page = await server.ask<{ events: { streamCursor: string } }>(
      `{ events(first: 1, filter: { ledgers: ["${filter.ledgers[0]}"] }) { streamCursor } }`,
    );
    const blocks = Math.ceil(entries / LOGS / CALLS_IN_A_BLOCK);
    await emit(chain, contract, blocks);
    await server.indexed(blocks + 1, 300_000);
    const wanted = blocks * CALLS_IN_A_BLOCK * LOGS;
    for (const [name, subscription] of [
      ['a small selection', { query: SMALL }],
      ['the whole operation LedgerEvents', events],
    ] as const) {
      const variables = { filter, after: page.events.streamCursor };
      const cpu = server.cpu();
      const { bytes, ms } = await read(server.socket, { ...subscription, variables }, wanted);
      const rate = Math.round((wanted * 1000) / ms).toLocaleString('en');
      const cores = (((server.cpu() - cpu) * 1000) / ms).toFixed(2);
      say(`  ${name}: ${rate} entries/s, ${Math.round(bytes / wanted)} bytes each, ${cores} cores`);
    }
    say(`  memory of the server: ${(server.rss() / 1e6).toFixed(0)} MB`);
  } finally {
    await server.stop();
    await chain.close();
  }
  if (server.profiles !== null) {
    const { profileLines } = await import('./profile.js');
    for (const line of profileLines(server.profiles)) say(`  ${line}`);
  }
}

/** A contract whose every call emits a hundred ERC-20 transfers. */
async function deployEmitter(chain: TestChain): Promise<string> {
  const transfer = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
  const runtime = `6103e85f52${`73${'11'.repeat(20)}337f${transfer}60205fa3`.repeat(LOGS)}00`;
  const size = (runtime.length / 2).toString(16).padStart(4, '0');
  const [from] = await chain.request<string[]>('eth_accounts');
  const data = `0x61${size}80600a5f395ff3${runtime}`;
  const hash = await chain.request<string>('eth_sendTransaction', [{ from, data, gas: '0x400000' }]);
  await chain.mine();
  const receipt = await chain.request<{ contractAddress: string }>('eth_getTransactionReceipt', [hash]);
  return receipt.contractAddress;
}

async function emit(chain: TestChain, to: string, blocks: number): Promise<void> {
  const [from] = await chain.request<string[]>('eth_accounts');
  for (let block = 0; block < blocks; block += 1) {
    for (let call = 0; call < CALLS_IN_A_BLOCK; call += 1)
      await chain.request('eth_sendTransaction', [{ from, to, gas: '0x80000' }]);
    await chain.request('evm_mine');
  }
}

/** Reads so many messages. */
function read(url: string, subscription: Subscribe, wanted: number) {
  return new Promise<{ bytes: number; ms: number }>((resolve, reject) => {
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false, skipUTF8Validation: true });
    let [count, bytes, started] = [0, 0, 0];
    socket.once('error', reject);
    socket.once('open', () => socket.send('{"type":"connection_init"}'));
    socket.once('message', () => {
      started = now();
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: subscription }));
      socket.on('message', (raw) => {
        const frame = raw as Buffer;
        if (!frame.includes('"type":"next"')) return reject(new Error(frame.toString().slice(0, 500)));
        count += 1;
        bytes += frame.length;
        if (count < wanted) return;
        resolve({ bytes, ms: now() - started });
        socket.terminate();
      });
    });
  });
}
