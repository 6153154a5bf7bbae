import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Answer } from './http.js';

/** A WebSocket upgrade that passed the door, its path known. */
export interface Upgrade {
  readonly message: IncomingMessage;
  readonly socket: Socket;
  /** What arrived behind the request already. */
  readonly head: Buffer;
  readonly requestId: string;
  /** Counts one operation against the client's requests a minute. @throws Refusal RATE_LIMITED, OVERLOADED */
  readonly admit: (client: string) => void;
}

/** Other protocols that a client offers (h2c) are not taken: the request is answered as if it had not offered them. */
export const isWebSocket = (message: IncomingMessage): boolean =>
  message.headers.upgrade?.toLowerCase() === 'websocket';

/** Answers in HTTP what is not switched, and closes. */
export function refuseUpgrade(socket: Duplex, answer: Answer, extra: Readonly<Record<string, string>>): void {
  const body = Buffer.from(answer.body);
  const headers = { ...extra, ...answer.headers, connection: 'close', 'content-length': String(body.length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.once('finish', () => socket.destroy());
  socket.write([`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`, ...lines, '', ''].join('\r\n'));
  socket.end(body);
}
