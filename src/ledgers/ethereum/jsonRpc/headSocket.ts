import WebSocket from 'ws';
import { backoffMs } from './backoff.js';
import { endpointAddress, type EndpointAddress } from './label.js';
import { isRecord } from './wire.js';

export interface HeadSocketOptions {
  readonly url: string;
  readonly chainId: bigint;
  readonly heartbeatMs: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** A head was announced, or the number told at a heartbeat; null: the connection changed, so ask. */
  readonly onNews: (number: number | null) => void;
}

/** Which of our requests a message answers. */
const ID = { chain: 1, subscribe: 2, heartbeat: 3 } as const;
/** A head is less than 2 kB; a longer message is not for us. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/**
 * Listens for `newHeads` and reconnects by itself. An open socket proves nothing: geth goes silent for ever towards a
 * client that stopped reading for a while. So silence is answered with a question, and no answer with a new connection.
 */
export class HeadSocket {
  readonly label: string;
  private readonly address: EndpointAddress;
  private socket: WebSocket | null = null;
  private timer: NodeJS.Timeout | null = null;
  private awaitingHeartbeat = false;
  private failures = 0;
  private subscribed = false;
  private closed = false;
  private announced: number | null = null;
  private why: string | null = 'it is not connected yet';

  constructor(private readonly options: HeadSocketOptions) {
    this.address = endpointAddress(options.url, ['ws:', 'wss:']);
    this.label = this.address.label;
    this.connect();
  }

  /** True while heads are announced here, so that polling can rest. */
  get live(): boolean {
    return this.subscribed;
  }

  /** The number announced last; null while nothing is announced. */
  get height(): number | null {
    return this.subscribed ? this.announced : null;
  }

  /** Why it is not; null where it is. */
  get problem(): string | null {
    return this.subscribed ? null : this.why;
  }

  close(): void {
    this.closed = true;
    this.drop('closed');
  }

  private connect(): void {
    const { heartbeatMs } = this.options;
    const socket = new WebSocket(this.options.url, { handshakeTimeout: heartbeatMs, maxPayload: MAX_MESSAGE_BYTES });
    this.socket = socket;
    socket.on('open', () => {
      this.send(ID.chain, 'eth_chainId', []);
      this.send(ID.subscribe, 'eth_subscribe', ['newHeads']);
      this.expectSilence();
    });
    socket.on('message', (message) => this.receive(socket, String(message)));
    socket.on('error', (error) => this.lose(socket, error.message));
    socket.on('close', (code) => this.lose(socket, `it was closed with code ${code}`));
  }

  private send(id: number, method: string, params: readonly unknown[]): void {
    this.socket?.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  }

  private receive(socket: WebSocket, text: string): void {
    if (socket !== this.socket) return;
    this.awaitingHeartbeat = false;
    this.expectSilence();
    const message = parse(text);
    if (message === null) return;
    if (message['method'] === 'eth_subscription') this.announce(message['params']);
    else this.answered(socket, message);
  }

  private announce(params: unknown): void {
    const head = isRecord(params) && isRecord(params['result']) ? params['result'] : {};
    this.tell(toNumber(head['number']));
  }

  private tell(number: number | null): void {
    this.announced = number ?? this.announced;
    this.options.onNews(number);
  }

  private answered(socket: WebSocket, message: Readonly<Record<string, unknown>>): void {
    const { id, result, error } = message;
    if (id === ID.heartbeat) this.tell(toNumber(result));
    if (id === ID.chain && typeof result === 'string' && !this.sameChain(result)) {
      this.lose(socket, `it serves chain ${Number(result)}, not ${this.options.chainId}`);
    } else if (id === ID.subscribe) this.afterSubscribe(socket, error);
  }

  private afterSubscribe(socket: WebSocket, error: unknown): void {
    if (isRecord(error)) return this.lose(socket, `it refused the subscription: ${String(error['message'])}`);
    this.subscribed = true;
    this.failures = 0;
    this.options.onNews(null);
  }

  private sameChain(result: string): boolean {
    return /^0x[0-9a-f]+$/i.test(result) && BigInt(result) === this.options.chainId;
  }

  /** Every word starts the wait anew; when it ends, the socket is asked, and given up where it says nothing to that either. */
  private expectSilence(): void {
    this.clearTimer();
    this.timer = setTimeout(() => {
      const socket = this.socket;
      if (socket === null) return;
      if (this.awaitingHeartbeat) return this.lose(socket, `it said nothing for ${this.options.heartbeatMs} ms`);
      this.awaitingHeartbeat = true;
      this.send(ID.heartbeat, 'eth_blockNumber', []);
      this.expectSilence();
    }, this.options.heartbeatMs);
  }

  private lose(socket: WebSocket, why: string): void {
    if (socket !== this.socket) return;
    this.drop(this.address.scrub(why));
    if (this.closed) return;
    const restMs = backoffMs(this.failures, this.options.backoffMs, this.options.maxBackoffMs);
    this.failures += 1;
    this.timer = setTimeout(() => this.connect(), restMs);
    this.options.onNews(null);
  }

  private drop(why: string): void {
    this.clearTimer();
    this.why = why;
    this.subscribed = false;
    this.awaitingHeartbeat = false;
    const { socket } = this;
    this.socket = null;
    socket?.terminate();
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const message: unknown = JSON.parse(text);
    return isRecord(message) ? message : null;
  } catch {
    // A message that is not JSON says nothing about heads; the heartbeat judges the connection.
    return null;
  }
}

const toNumber = (value: unknown): number | null =>
  typeof value === 'string' && /^0x[0-9a-f]{1,13}$/i.test(value) ? Number(value) : null;
