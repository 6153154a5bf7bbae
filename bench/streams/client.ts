import { WebSocket, type RawData } from 'ws';
import type { FromClient, Subscribe, ToClient } from './messages.js';
import { now } from './clock.js';

// A process of many subscribers, each on a WebSocket of its own, speaking graphql-transport-ws with as little work as possible: it
// notes when a message came and which block it names.

const NUMBER = Buffer.from('"number":"');
const NEXT = Buffer.from('"type":"next"');
const QUOTE = 0x22;
const OPENING_AT_ONCE = 50;

const sockets: WebSocket[] = [];
let blocks = new Float64Array(1 << 16);
let times = new Float64Array(1 << 16);
let count = 0;
let bytes = 0;
let ended = 0;
let firstEnd = '';

const say = (message: FromClient): void => void process.send?.(message);

function note(block: number, at: number): void {
  if (count === blocks.length) {
    blocks = grown(blocks);
    times = grown(times);
  }
  blocks[count] = block;
  times[count] = at;
  count += 1;
}

function grown(old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const next = new Float64Array(old.length * 2);
  next.set(old);
  return next;
}

function take(raw: RawData): void {
  const frame = raw as Buffer;
  const at = now();
  if (frame.indexOf(NEXT) === -1) return over(frame.toString());
  const start = frame.indexOf(NUMBER) + NUMBER.length;
  const number = Number(frame.toString('latin1', start, frame.indexOf(QUOTE, start)));
  bytes += frame.length;
  note(number, at);
}

function over(text: string): void {
  if (text.includes('"type":"ping"') || text.includes('"type":"pong"')) return;
  ended += 1;
  firstEnd ||= text.slice(0, 500);
}

function open(url: string, subscription: Subscribe, member: string | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false, skipUTF8Validation: true });
    sockets.push(socket);
    socket.once('error', reject);
    socket.once('open', () => socket.send('{"type":"connection_init"}'));
    socket.once('message', () => {
      const text = JSON.stringify(subscription);
      const payload = member === null ? text : text.replaceAll('$MEMBER', member);
      socket.send(`{"id":"1","type":"subscribe","payload":${payload}}`);
      socket.on('message', take);
      socket.on('close', (code, reason) => over(`closed: ${code} ${reason.toString()}`));
      resolve();
    });
  });
}

async function openAll({
  url,
  subscription,
  members,
  count: wanted,
}: Extract<ToClient, { kind: 'open' }>): Promise<void> {
  let next = 0;
  const opener = async (): Promise<void> => {
    for (let one = next++; one < wanted; one = next++) await open(url, subscription, members?.[one] ?? null);
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, opener));
}

process.on('message', (message: ToClient) => {
  switch (message.kind) {
    case 'open':
      openAll(message).then(
        () => say({ kind: 'opened' }),
        (error: unknown) => say({ kind: 'failed', reason: String(error) }),
      );
      return;
    case 'count':
      return say({ kind: 'counted', count, bytes, ended, firstEnd });
    case 'take':
      say({ kind: 'taken', blocks: blocks.slice(0, count), times: times.slice(0, count) });
      count = 0;
      bytes = 0;
      return;
    case 'close':
      for (const socket of sockets) {
        socket.removeAllListeners('close');
        socket.terminate();
      }
      process.disconnect();
  }
});
