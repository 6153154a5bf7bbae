import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocket, WebSocketServer, type RawData, type ServerOptions } from 'ws';
import { mask, type MaskedError } from '../../errors/mask.js';
import { Refusal } from '../server/http.js';
import type { StreamMetrics } from '../server/streamMetrics.js';
import type { Upgrade } from '../server/upgrade.js';
import type { Subscriptions } from '../subscribe/subscriptions.js';
import type { Corks } from './corks.js';
import { NextFrames } from './frames.js';
import type { Seats } from './seats.js';
import { logEnd } from './streamEnd.js';
import { Wheel } from './wheel.js';
import type { SocketOperation } from './webSocketOperation.js';
import { SocketSession } from './webSocketSession.js';

export interface SocketOptions {
  /** How long a client may take to send `connection_init`. */
  readonly handshakeMs: number;
  /** How often a client is asked whether it lives. */
  readonly pingMs: number;
  readonly maxMessageBytes: number;
}

export interface SocketParts {
  readonly subscriptions: Subscriptions;
  readonly seats: Seats;
  readonly corks: Corks;
  readonly metrics: StreamMetrics;
  readonly logger: Logger;
}

// RFC 6455 section 7.4.1 and IANA: the service restarts, clients come back by themselves.
const SERVICE_RESTART = 1012;
// How long a client may take to answer a close.
const CLOSE_MS = 1000;

/** A WebSocket, or the connection below it, that knows its session: listeners are shared, none is made for a connection. */
class SessionSocket extends WebSocket {
  session: SocketSession | undefined;
}
const SESSION = Symbol('session');
type SessionConnection = Socket & { [SESSION]?: SocketSession };

/** All connections that speak graphql-transport-ws. */
export class SocketHub {
  readonly pings: Wheel<SocketSession>;
  readonly handshakes: Wheel<SocketSession>;
  readonly frames = new NextFrames();
  readonly subscriptions: Subscriptions;
  readonly corks: Corks;
  readonly #sessions = new Set<SocketSession>();
  readonly #server: WebSocketServer;
  #admit: Upgrade['admit'] = () => undefined;

  constructor(
    options: SocketOptions,
    readonly parts: SocketParts,
  ) {
    this.subscriptions = parts.subscriptions;
    this.corks = parts.corks;
    this.pings = new Wheel(options.pingMs, (session) => session.ping());
    this.handshakes = new Wheel(options.handshakeMs, (session) =>
      session.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
    );
    const server: ServerOptions & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      // Each compressed connection would hold 300 kB of zlib; results are small and a fan-out is serialised once.
      perMessageDeflate: false,
      maxPayload: options.maxMessageBytes,
      autoPong: false,
      closeTimeout: CLOSE_MS * 5,
      WebSocket: SessionSocket,
      handleProtocols: (offered) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
    };
    this.#server = new WebSocketServer(server);
  }

  /** Takes over an upgrade that passed the door. @throws Refusal OVERLOADED, before anything is switched */
  upgrade({ message, socket, head, requestId, admit }: Upgrade): void {
    this.parts.seats.sit();
    this.#admit = admit;
    // Whatever becomes of the handshake, the seat is left once.
    socket.on('close', this.#rise);
    const headers = kept(message.headers);
    const remoteAddress = message.socket.remoteAddress ?? '';
    this.#server.handleUpgrade(message, socket, head, (webSocket) =>
      this.#open(webSocket as SessionSocket, socket, { requestId, remoteAddress, headers }),
    );
  }

  readonly #rise = (): void => this.parts.seats.rise();

  #open(webSocket: SessionSocket, socket: Socket, caller: SocketSession['caller']): void {
    const session = new SocketSession(this, webSocket, socket, caller);
    this.#sessions.add(session);
    webSocket.session = session;
    (socket as SessionConnection)[SESSION] = session;
    webSocket.on('message', onMessage).on('ping', onPing).on('pong', onPong);
    webSocket.on('close', onClose).on('error', onError);
    socket.on('drain', onDrain);
  }

  /** Whether the connection may open one more operation; the error to answer with where not. */
  admit(session: SocketSession): MaskedError | null {
    const { requestId, remoteAddress } = session.caller;
    try {
      this.#admit(remoteAddress);
      this.parts.seats.subscribe('websocket', remoteAddress, session.operations.size);
      return null;
    } catch (error) {
      const onInternal = (err: unknown): void => this.parts.logger.error({ requestId, err }, 'a subscription failed');
      const refused = mask(error instanceof Refusal ? error.error : error, { requestId, onInternal });
      this.parts.metrics.ended('websocket', refused.extensions.code);
      return refused;
    }
  }

  ended({ session, name, messages, startedMs }: SocketOperation, errors: readonly MaskedError[] | null): void {
    const { requestId, remoteAddress } = session.caller;
    this.parts.seats.unsubscribe('websocket', remoteAddress);
    logEnd(this.parts, { transport: 'websocket', requestId, name, messages, startedMs }, errors);
  }

  closed(session: SocketSession, code: number): void {
    session.release();
    this.#sessions.delete(session);
    const { requestId } = session.caller;
    const durationMs = Math.round(performance.now() - session.startedMs);
    this.parts.logger.info(
      { requestId, transport: 'websocket', code, operations: session.opened, durationMs },
      'connection ended',
    );
  }

  buffered(): number {
    let bytes = 0;
    for (const session of this.#sessions) bytes += session.buffered();
    return bytes;
  }

  /** Sends everybody away with 1012; who does not answer the close is cut off. */
  async drain(): Promise<void> {
    for (const session of [...this.#sessions]) session.close(SERVICE_RESTART, 'Service restart');
    const until = performance.now() + CLOSE_MS;
    while (this.#sessions.size > 0 && performance.now() < until) await delay(10);
    for (const session of [...this.#sessions]) session.socket.terminate();
  }
}

// What a socket's caller may still be asked by: nothing of the handshake itself.
const HANDSHAKE = new Set(['upgrade', 'connection']);

function kept(headers: IncomingMessage['headers']): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HANDSHAKE.has(name) && !name.startsWith('sec-websocket-')),
  );
}

function onMessage(this: WebSocket, bytes: RawData, isBinary: boolean): void {
  // One buffer, as `binaryType` is left at what it is.
  (this as SessionSocket).session?.receive(bytes as Buffer, isBinary);
}
function onPing(this: WebSocket, payload: Buffer): void {
  (this as SessionSocket).session?.pong(payload);
}
function onPong(this: WebSocket): void {
  (this as SessionSocket).session?.alive();
}
function onClose(this: WebSocket, code: number): void {
  const { session } = this as SessionSocket;
  session?.hub.closed(session, code);
}
/** Broken frames and resets: the close that follows carries the code. */
function onError(this: WebSocket, error: Error): void {
  const { session } = this as SessionSocket;
  session?.hub.parts.logger.debug({ requestId: session.caller.requestId, err: error }, 'a WebSocket failed');
}
function onDrain(this: Socket): void {
  (this as SessionConnection)[SESSION]?.drained();
}
