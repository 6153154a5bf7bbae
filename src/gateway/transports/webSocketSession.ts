import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  validateMessage,
  type SubscribeMessage,
} from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { MaskedError } from '../../errors/mask.js';
import type { StreamMessage } from '../subscribe/subscriptions.js';
import type { Corked } from './corks.js';
import type { SocketHub } from './webSocket.js';
import { SocketOperation } from './webSocketOperation.js';

export interface SocketCaller {
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly headers: IncomingHttpHeaders;
}

// Pings that nobody answered, at the turn of one more.
const MISSED_PINGS = 2;
// What a client may leave unread of answers to its own pings and errors.
const MAX_UNREAD_BYTES = 4_194_304;
// Clients count, or use UUIDs; an id is kept for as long as its operation.
const MAX_ID_CHARACTERS = 256;
// RFC 6455 section 5.5: a control frame's payload has 125 bytes, two of them the code.
const MAX_REASON_BYTES = 123;

/** One connection that speaks graphql-transport-ws (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). */
export class SocketSession implements Corked {
  readonly startedMs = performance.now();
  readonly operations = new Map<string, SocketOperation>();
  opened = 0;
  #acknowledged = false;
  /** Whether it wrote in this turn already, and whether what it writes is kept back until the turn ends. */
  #held = false;
  #corked = false;
  #missed = 0;
  #controller: AbortController | undefined;
  readonly #pingSlot: number;
  readonly #initSlot: number;

  constructor(
    readonly hub: SocketHub,
    readonly socket: WebSocket,
    readonly net: Socket,
    readonly caller: SocketCaller,
  ) {
    this.#pingSlot = hub.pings.add(this);
    this.#initSlot = hub.handshakes.add(this);
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL)
      this.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Aborted when the connection is gone; shared by its operations. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  receive(bytes: Buffer, isBinary: boolean): void {
    if (!this.isOpen) return;
    this.#missed = 0;
    if (isBinary) return this.close(CloseCode.BadRequest, 'Only text messages are read');
    let message: ReturnType<typeof validateMessage>;
    try {
      message = validateMessage(JSON.parse(bytes.toString()));
    } catch (error) {
      return this.close(CloseCode.BadRequest, `Invalid message: ${(error as Error).message}`);
    }
    switch (message.type) {
      case MessageType.ConnectionInit:
        return this.#initialise();
      case MessageType.Ping:
        return this.say(message.payload == null ? { type: MessageType.Pong } : { ...message, type: MessageType.Pong });
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        return this.#subscribe(message);
      case MessageType.Complete:
        return this.#complete(message.id);
      default:
        return this.close(CloseCode.BadRequest, `A client does not send ${message.type}`);
    }
  }

  #initialise(): void {
    if (this.#acknowledged)
      return this.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
    this.#acknowledged = true;
    this.hub.handshakes.remove(this, this.#initSlot);
    this.say({ type: MessageType.ConnectionAck });
  }

  #subscribe({ id, payload }: SubscribeMessage): void {
    if (!this.#acknowledged) return this.close(CloseCode.Unauthorized, 'Unauthorized');
    if (id.length > MAX_ID_CHARACTERS) return this.close(CloseCode.BadRequest, 'The id is too long');
    if (this.operations.has(id))
      return this.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
    const operation = new SocketOperation(this, id, payload.operationName?.slice(0, 200) ?? null);
    const refused = this.hub.admit(this);
    if (refused !== null) return this.say({ id, type: MessageType.Error, payload: [refused] });
    this.opened += 1;
    this.operations.set(id, operation);
    const { requestId, remoteAddress, headers } = this.caller;
    const subscription = this.hub.subscriptions.open(
      {
        query: payload.query,
        operationName: payload.operationName ?? null,
        variables: payload.variables ?? null,
        lastEventId: null,
        request: { requestId, remoteAddress, headers, signal: this.signal },
      },
      operation,
    );
    // It may have ended, or the connection with it, while it was opened.
    if (this.operations.get(id) === operation) operation.subscription = subscription;
    else subscription.stop();
  }

  #complete(id: string): void {
    const operation = this.operations.get(id);
    if (operation === undefined) return;
    this.forget(operation, null);
    operation.subscription?.stop();
  }

  /** The operation is over: its id may be used again. */
  forget(operation: SocketOperation, errors: readonly MaskedError[] | null): void {
    if (this.operations.get(operation.id) !== operation) return;
    this.operations.delete(operation.id);
    this.hub.ended(operation, errors);
  }

  /**
   * Writes past the WebSocket's own sender, which would copy and cork each frame; without compression it never queues. The
   * first message of a turn goes out at once, those after it together.
   */
  writeNext(message: StreamMessage, start: string): void {
    if (!this.isOpen) return;
    if (!this.#held) {
      this.#held = true;
      this.hub.corks.hold(this);
    } else if (!this.#corked) {
      this.#corked = true;
      this.net.cork();
    }
    this.hub.frames.write(this.net, message, start);
  }

  flush(): void {
    this.#held = false;
    if (this.#corked) this.net.uncork();
    this.#corked = false;
    if (this.net.writableLength === 0) this.drained();
  }

  drained(): void {
    for (const operation of this.operations.values()) operation.subscription?.drained();
  }

  buffered(): number {
    return this.net.writableLength;
  }

  /** Sends a message of the protocol other than `next`. */
  say(message: object): void {
    if (this.isOpen && this.#isRead()) this.socket.send(JSON.stringify(message));
  }

  pong(payload: Buffer): void {
    this.#missed = 0;
    if (this.isOpen && this.#isRead()) this.socket.pong(payload);
  }

  alive(): void {
    this.#missed = 0;
  }

  /** Ends a client that asks on and on without reading the answers. */
  #isRead(): boolean {
    if (this.net.writableLength <= MAX_UNREAD_BYTES) return true;
    this.socket.terminate();
    return false;
  }

  /** Its turn on the wheel of pings. */
  ping(): void {
    if (this.#missed >= MISSED_PINGS) return this.socket.terminate();
    this.#missed += 1;
    if (this.isOpen) this.socket.ping();
  }

  close(code: number, reason: string): void {
    this.#stopAll();
    const bytes = Buffer.from(reason);
    this.socket.close(code, bytes.length <= MAX_REASON_BYTES ? bytes : 'Invalid message');
  }

  /** The connection is gone. */
  release(): void {
    this.#stopAll();
    this.hub.pings.remove(this, this.#pingSlot);
    this.hub.handshakes.remove(this, this.#initSlot);
  }

  #stopAll(): void {
    for (const id of [...this.operations.keys()]) this.#complete(id);
    this.#controller?.abort();
  }
}
