import { WebSocket } from 'ws';
import { startAnvil } from '../../devnet/ethereum/index.js';
import { now } from './clock.js';
import type { Subscribe } from './messages.js';
import { startServer } from './server.js';

export interface CatchUpOptions {
  readonly directory: string;
  readonly entries: number;
  readonly profile: boolean;
  /** The whole operation of the portal. */
  readonly blocks: Subscribe;
  readonly say: (line: string) => void;
}

const SMALL = `subscription Small($ledgers: [ID!], $after: Cursor) {
  blockAdded(ledgers: $ledgers, after: $after) { cursor kind block { number hash } }
}`;

/** One client that resumes so many blocks back. */
export async function catchUp({ directory, entries, profile, blocks, say }: CatchUpOptions): Promise<void> {
  say(`\na client that resumes ${entries.toLocaleString('en')} blocks back`);
  const chain = await startAnvil({ mining: 'manual' });
  await chain.mine(3);
  const server = await startServer({ directory, chain, profile, name: 'catch-up' });
  try {
    await server.indexed(3);
    const ledgers = ['eip155:31337'];
    const page = await server.ask<{ blocks: { streamCursor: string } }>(
      `{ blocks(first: 1, filter: { ledgers: ["${ledgers[0]}"] }) { streamCursor } }`,
    );
    const head = await chain.mine(entries);
    const started = now();
    await server.indexed(head, 300_000);
    say(
      `  indexed at about ${Math.round((entries * 1000) / (now() - started)).toLocaleString('en')} blocks/s after mining`,
    );
    const after = page.blocks.streamCursor;
    for (const [name, subscription] of [
      ['a small selection', { query: SMALL }],
      ['the whole operation Blocks', blocks],
    ] as const) {
      const { count, bytes, ms } = await readUntil(
        server.socket,
        { ...subscription, variables: { ledgers, after } },
        head,
      );
      if (count !== entries) throw new Error(`Got: ${count} blocks. Expected: ${entries}`);
      say(
        `  ${name}: ${Math.round((count * 1000) / ms).toLocaleString('en')} entries/s, ${Math.round(bytes / count)} bytes each`,
      );
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

function readUntil(url: string, subscription: Subscribe, head: number) {
  const last = Buffer.from(`"number":"${head}"`);
  return new Promise<{ count: number; bytes: number; ms: number }>((resolve, reject) => {
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
        if (!frame.includes(last)) return;
        resolve({ count, bytes, ms: now() - started });
        socket.terminate();
      });
    });
  });
}
