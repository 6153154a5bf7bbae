import type { MaskedError } from '../../errors/mask.js';
import type { StreamMessage } from '../subscribe/subscriptions.js';
import type { Transport } from './seats.js';

/** How a stream is written into an HTTP answer. */
export interface HttpFormat {
  readonly transport: Transport;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent with the head, so that the client knows it is connected. */
  readonly start: string;
  /** Says that the connection lives, and nothing else. */
  readonly keepAlive: string;
  /** The same bytes for all who get the message. */
  next(message: StreamMessage): Buffer;
  /** The last thing sent. */
  end(errors: readonly MaskedError[] | null): string;
}
