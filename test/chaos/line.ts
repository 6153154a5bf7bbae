import { connect, createServer, type Socket } from 'node:net';
import type { Random } from '../support/random.js';

/** What a line does with the bytes that come back over it. */
export type Weather =
  'fair' | 'delays' | 'cuts' | 'resets' | 'truncates' | 'hangs' | 'floods' | 'refuses' | 'drops half of them';
export const WEATHERS: readonly Weather[] = [
  ...(['delays', 'cuts', 'resets', 'truncates', 'hangs', 'floods', 'refuses'] as const),
  'drops half of them',
];

/** TCP between a client and a port of this machine, byte by byte and whatever is spoken over it. */
export interface Line {
  readonly port: number;
  readonly url: string;
  /** From now on, for connections that are open, too. */
  turn(weather: Weather): void;
  close(): Promise<void>;
}

const DELAY_MS = 120;
const FLOOD_BYTES = 1_000_000;

export async function openLine(toPort: number, random: Random): Promise<Line> {
  const sockets = new Set<Socket>();
  let weather: Weather = 'fair';
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((inner) => {
    keep(inner);
    if (weather === 'refuses') return void inner.resetAndDestroy();
    const outer = keep(connect(toPort, '127.0.0.1'));
    inner.pipe(outer);
    outer.on('data', (bytes: Buffer) => passOn(weather, bytes, inner, random)).on('end', () => inner.end());
    outer.on('close', () => inner.destroySoon());
    inner.on('close', () => outer.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    turn: (to) => {
      weather = to;
      if (to === 'cuts') for (const socket of sockets) socket.end();
      if (to === 'resets' || to === 'refuses') for (const socket of sockets) socket.resetAndDestroy();
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function passOn(weather: Weather, bytes: Buffer, to: Socket, random: Random): void {
  if (to.destroyed || weather === 'hangs') return;
  switch (weather) {
    case 'delays':
      setTimeout(() => void (to.destroyed || to.write(bytes)), DELAY_MS);
      return;
    case 'cuts':
      to.end();
      return;
    case 'resets':
      to.resetAndDestroy();
      return;
    case 'truncates':
      to.end(bytes.subarray(0, 1 + random.below(bytes.length)));
      return;
    case 'floods':
      to.write(Buffer.alloc(FLOOD_BYTES, random.below(256)));
      return;
    case 'drops half of them':
      if (random.below(2) === 0) to.write(bytes);
      return;
    default:
      to.write(bytes);
  }
}
