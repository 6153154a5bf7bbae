import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Socket, type AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { mask } from '../../errors/mask.js';
import { checkDoor, crossOriginHeaders, type DoorOptions } from './browser.js';
import { Admission, type AdmissionOptions } from './admission.js';
import { errorAnswer, refusal, Refusal, type Answer } from './http.js';
import { isLoopback, notListening, requireLoopback } from './loopback.js';
import type { Metrics } from './metrics.js';
import { routeOf, type Route, type Routes } from './routes.js';
import { isWebSocket, refuseUpgrade, type Upgrade } from './upgrade.js';

export interface HttpOptions extends DoorOptions, AdmissionOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly maxConnections: number;
  /** How long a request's headers, and the whole request, may take to arrive. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How long what runs may go on after `close`. */
  readonly graceMs: number;
}

export interface HttpParts {
  readonly routes: Routes;
  readonly streams: {
    /** Switches a request of a route's `upgrades` to WebSocket. @throws Refusal before anything is switched */
    upgrade(upgrade: Upgrade): void;
    /** Ends every stream, over HTTP or WebSocket, so that its client knows where to go on. */
    drain(): Promise<void>;
  };
  readonly metrics: Metrics;
  readonly logger: Logger;
}

// How late a client may be cut off that sends half a head, or half a body.
const HEADS_CHECKED_MS = 2_000;
// Long enough for the event loop to come round to every socket that has something to read.
const ARRIVED_MS = 50;

/** The one HTTP server: the door, the routes, limits, one log line a request. */
export class HttpServer {
  readonly #server: Server;
  readonly #admission: Admission;

  constructor(
    readonly options: HttpOptions,
    readonly parts: HttpParts,
  ) {
    this.#admission = new Admission(options);
    this.#server = createServer(
      {
        headersTimeout: options.headersTimeoutMs,
        requestTimeout: options.requestTimeoutMs,
        connectionsCheckingInterval: Math.min(HEADS_CHECKED_MS, options.headersTimeoutMs),
        keepAliveTimeout: 5000,
        shouldUpgradeCallback: isWebSocket,
      },
      (message, response) => void this.#serve(message, response),
    );
    this.#server.on('upgrade', (message, socket, head) => this.#upgrade(message, socket, head));
    this.#server.maxConnections = options.maxConnections;
  }

  /** @throws ParleyError NOT_LOOPBACK; CONFIG_INVALID where the address or port cannot be listened on */
  async listen(): Promise<AddressInfo> {
    requireLoopback(this.options.host);
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => reject(notListening(this.options, error));
      this.#server.once('error', fail).listen(this.options.port, this.options.host, () => {
        this.#server.off('error', fail);
        resolve();
      });
    });
    const address = this.#server.address() as AddressInfo;
    // A name may resolve to anything: what counts is where it listens.
    if (!isLoopback(address.address)) {
      this.#server.close();
      requireLoopback(address.address);
    }
    return address;
  }

  /** Lets what runs finish within the grace, answers what comes and what does not finish with SHUTTING_DOWN, then stops listening. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const drained = this.#admission.drain(this.options.graceMs);
    await this.parts.streams.drain();
    await drained;
    // What had already arrived is answered: closing at once would reset its connections, unread.
    await delay(ARRIVED_MS);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    // What was just answered gets a moment to reach its caller.
    await Promise.race([closed, delay(200)]);
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const requestId = requestIdOf(message);
    const path = pathOf(message);
    const answer = await this.#answer(message, response, requestId);
    const cross = crossOriginHeaders(message.headers, this.options);
    send(message, response, answer, { ...cross, 'x-request-id': requestId });
    const seconds = (performance.now() - started) / 1000;
    const method = message.method ?? '';
    const known = this.parts.routes.has(path);
    this.parts.metrics.observe(known ? path : 'other', known ? method : 'other', answer, seconds);
    this.parts.logger.info(
      {
        requestId,
        method,
        path: path.slice(0, 200),
        status: answer.status,
        durationMs: Math.round(seconds * 1000),
        bytes: answer.body.length,
        ...(answer.operation === undefined ? {} : { operation: answer.operation }),
        ...(answer.codes === undefined || answer.codes.length === 0 ? {} : { codes: [...new Set(answer.codes)] }),
      },
      'request',
    );
  }

  async #answer(message: IncomingMessage, response: ServerResponse, requestId: string): Promise<Answer> {
    try {
      const { url, method, route } = this.#enter(message);
      if (route.limited) this.#admit(message.socket.remoteAddress ?? '');
      return await this.#admission.run(response, async (signal) =>
        route.answer({ message, method, url, requestId, signal }),
      );
    } catch (error) {
      return this.#refusal(error, requestId);
    }
  }

  /** Whoever is let in, and where to. @throws Refusal */
  #enter(message: IncomingMessage): { url: URL; method: string; route: Route } {
    this.#admission.open();
    checkDoor(message.headers, this.options);
    const method = message.method ?? '';
    const url = urlOf(message, this.parts.routes);
    return { url, method, route: routeOf(this.parts.routes, url.pathname, method) };
  }

  readonly #admit = (client: string): void => this.#admission.admit(client, performance.now());

  #refusal(error: unknown, requestId: string): Answer {
    const inner = error instanceof Refusal ? error.error : error;
    const onInternal = (cause: unknown): void => this.parts.logger.error({ requestId, err: cause }, 'a request failed');
    return errorAnswer(mask(inner, { requestId, onInternal }), error instanceof Refusal ? error.headers : {});
  }

  /** The same door for WebSocket; what is refused is answered in HTTP. */
  #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const requestId = requestIdOf(message);
    socket.on('error', onSocketError);
    try {
      const { url, route } = this.#enter(message);
      if (route.upgrades !== true || !(socket instanceof Socket))
        throw refusal('NOT_FOUND', 'No WebSocket is opened at this path', { got: url.pathname.slice(0, 200) });
      socket.removeListener('error', onSocketError);
      this.parts.streams.upgrade({ message, socket, head, requestId, admit: this.#admit });
    } catch (error) {
      const answer = this.#refusal(error, requestId);
      refuseUpgrade(socket, answer, { ...SECURITY, 'x-request-id': requestId });
      this.parts.logger.info(
        {
          requestId,
          method: message.method,
          path: pathOf(message).slice(0, 200),
          status: answer.status,
          codes: answer.codes,
        },
        'upgrade refused',
      );
    }
  }
}

/** A connection that breaks while it is refused: its close is all that matters. */
const onSocketError = (): void => undefined;

const SECURITY = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

function send(
  message: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  extra: Readonly<Record<string, string>>,
): void {
  const head = { ...SECURITY, ...extra, ...answer.headers };
  if (answer.stream !== undefined) {
    if (!response.destroyed) response.writeHead(answer.status, head);
    return answer.stream.start(response);
  }
  if (response.destroyed) return;
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  response.writeHead(answer.status, {
    ...head,
    ...(answer.status === 304 || answer.status === 204 ? {} : { 'content-length': body.length }),
  });
  response.end(message.method === 'HEAD' ? undefined : body);
}

/** The caller's request id where it is one, so that logs of several systems meet; else a new one. */
function requestIdOf(message: IncomingMessage): string {
  const given = message.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
}

const pathOf = (message: IncomingMessage): string => (message.url ?? '/').split('?')[0] ?? '/';

/** The path and query as they stand; the origin is never used. */
function urlOf(message: IncomingMessage, routes: Routes): URL {
  if (routes.has(message.url ?? '')) return new URL(`http://localhost${message.url}`);
  const url = new URL('http://localhost');
  const [path = '/', ...search] = (message.url ?? '/').split('?');
  url.pathname = path;
  url.search = search.join('?');
  return url;
}
