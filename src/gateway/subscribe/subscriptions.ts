import type { MaskedError } from '../../errors/mask.js';
import type { GatewayRequest } from '../call.js';

/** One message of a stream: the execution result as JSON text, made once for all who get it. */
export interface StreamMessage {
  readonly text: string;
  /** Of the same text, encoded once. */
  readonly bytes: Buffer;
  /** Resumes after this message; for transports that name messages. */
  cursor(): string;
}

/** Where a transport takes a stream's messages. Nothing is called after `end` or after the subscription was stopped. */
export interface Sink {
  /** The operation is sound and runs; said at most once, before anything is sent. Transports with a head write it then. */
  opened?(): void;
  /** Never waits; what it cannot send at once counts into `buffered`. */
  send(message: StreamMessage): void;
  /** Bytes taken and not yet handed to the network. */
  buffered(): number;
  /** The stream ended: with errors, or as a whole (a query or mutation over a stream's transport, a source that ended). */
  end(errors: readonly MaskedError[] | null): void;
}

export interface StreamRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>> | null;
  /** The cursor of `Last-Event-ID`: stands for the root field's `after`. */
  readonly lastEventId: string | null;
  readonly request: Omit<GatewayRequest, 'report'>;
}

export interface Subscription {
  /** The sink has room again. */
  drained(): void;
  /** The client is done; nothing is sent any more. */
  stop(): void;
}

/** Runs the operations of stream transports: subscriptions as streams, queries and mutations as streams of one message. */
export interface Subscriptions {
  /** Errors that stop the operation before its first message go to the sink's `end`. */
  open(request: StreamRequest, sink: Sink): Subscription;
  /** Ends every stream with SHUTTING_DOWN and the cursor to resume from. */
  close(): void;
}
