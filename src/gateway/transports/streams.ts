import type { Logger } from 'pino';
import { ParleyError } from '../../errors/index.js';
import type { MaskedError } from '../../errors/mask.js';
import type { Answer, Incoming } from '../server/http.js';
import type { StreamFormat } from '../server/mediaType.js';
import type { StreamMetrics, StreamReport } from '../server/streamMetrics.js';
import type { Upgrade } from '../server/upgrade.js';
import type { Subscriptions } from '../subscribe/subscriptions.js';
import { Corks } from './corks.js';
import { HttpStream } from './httpStream.js';
import { multipart } from './multipart.js';
import { Seats, type SeatLimits } from './seats.js';
import { sse } from './sse.js';
import { boundGet, fromBody, fromSearch } from './streamRequest.js';
import { logEnd } from './streamEnd.js';
import { SocketHub, type SocketOptions } from './webSocket.js';
import { Wheel } from './wheel.js';

export interface StreamOptions extends SeatLimits, SocketOptions {
  /** Fields of Query that GET does not reach. */
  readonly postOnly: ReadonlySet<string>;
  readonly queryTokens: number;
}

export interface StreamParts {
  readonly subscriptions: Subscriptions;
  readonly metrics: StreamMetrics;
  readonly logger: Logger;
}

/** What running.md asks for, and what no honest client comes near. */
export const defaultStreamOptions = {
  connections: 20_000,
  subscriptionsPerConnection: 50,
  subscriptionsPerCaller: 10_000,
  handshakeMs: 10_000,
  pingMs: 30_000,
  maxMessageBytes: 1_048_576,
} as const satisfies Omit<StreamOptions, 'postOnly' | 'queryTokens'>;

// Long enough for validation; then the client gets its head, and errors come inside the stream.
const BEGIN_MS = 100;
// How long the end of an HTTP stream may take to be read.
const END_MS = 10_000;

/** Streams of the graph over WebSocket, server-sent events and multipart. */
export class Streams {
  readonly #seats: Seats;
  readonly #corks = new Corks();
  readonly #sockets: SocketHub;
  readonly #pings: Wheel<HttpStream>;
  readonly #open = new Set<HttpStream>();

  constructor(
    readonly options: StreamOptions,
    readonly parts: StreamParts,
  ) {
    this.#seats = new Seats(options);
    this.#sockets = new SocketHub(options, { ...parts, seats: this.#seats, corks: this.#corks });
    this.#pings = new Wheel(options.pingMs, (stream) => stream.keepAlive());
  }

  /** @throws Refusal OVERLOADED */
  upgrade(upgrade: Upgrade): void {
    this.#sockets.upgrade(upgrade);
  }

  /**
   * Answers one operation over HTTP by a stream, or with the errors that stopped it before anything was sent.
   * @throws ParleyError BAD_REQUEST, METHOD_NOT_ALLOWED, GRAPHQL_PARSE_FAILED, TOO_MANY_SUBSCRIPTIONS; Refusal OVERLOADED
   */
  async answer(incoming: Incoming, by: StreamFormat, body?: object): Promise<Answer | readonly MaskedError[]> {
    const { message, requestId, signal, url } = incoming;
    const operation = body === undefined ? fromSearch(url.searchParams) : fromBody(body);
    if (body === undefined) boundGet(operation, this.options.postOnly, this.options.queryTokens);
    const remoteAddress = message.socket.remoteAddress ?? '';
    const stream = this.#stream(by, operation.operationName, { requestId, remoteAddress });
    const lastEventId = by === 'sse' ? lastEventIdOf(message.headers['last-event-id']) : null;
    const request = { requestId, remoteAddress, headers: message.headers };
    const errors = await stream.begin(this.parts.subscriptions, { ...operation, lastEventId, request }, signal);
    return errors ?? { status: 200, headers: stream.format.headers, body: '', stream };
  }

  #stream(by: StreamFormat, name: string | null, caller: { requestId: string; remoteAddress: string }): HttpStream {
    const format = { sse, multipart }[by];
    this.#seats.sit();
    try {
      this.#seats.subscribe(format.transport, caller.remoteAddress, 0);
    } catch (error) {
      this.#seats.rise();
      if (error instanceof ParleyError) this.parts.metrics.ended(format.transport, error.code);
      throw error;
    }
    const stream = new HttpStream(format, name?.slice(0, 200) ?? null, {
      corks: this.#corks,
      pings: this.#pings,
      beginMs: BEGIN_MS,
      endMs: END_MS,
      ended: (_, errors) => this.#ended(stream, caller, errors),
    });
    this.#open.add(stream);
    return stream;
  }

  #ended(
    stream: HttpStream,
    { requestId, remoteAddress }: { requestId: string; remoteAddress: string },
    errors: readonly MaskedError[] | null,
  ): void {
    const { transport } = stream.format;
    this.#open.delete(stream);
    this.#seats.unsubscribe(transport, remoteAddress);
    this.#seats.rise();
    const { operationName: name, messages, startedMs } = stream;
    logEnd(this.parts, { transport, requestId, name, messages, startedMs }, errors);
  }

  report(): StreamReport {
    let bufferedBytes = this.#sockets.buffered();
    for (const stream of this.#open) bufferedBytes += stream.buffered();
    return { connections: this.#seats.connections, subscribers: this.#seats.subscribers, bufferedBytes };
  }

  /** WebSockets close with 1012, for their clients come back by themselves; HTTP streams end with SHUTTING_DOWN and a cursor. */
  async drain(): Promise<void> {
    const closed = this.#sockets.drain();
    this.parts.subscriptions.close();
    await closed;
  }
}

const lastEventIdOf = (header: string | string[] | undefined): string | null =>
  typeof header === 'string' && header !== '' ? header : null;
