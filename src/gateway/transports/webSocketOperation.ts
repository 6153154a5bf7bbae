import { MessageType } from 'graphql-ws';
import type { MaskedError } from '../../errors/mask.js';
import type { Sink, StreamMessage, Subscription } from '../subscribe/subscriptions.js';
import { startOf } from './frames.js';
import type { SocketSession } from './webSocketSession.js';

/** One operation of a connection: from `subscribe` to `error` or `complete`, whoever says it. */
export class SocketOperation implements Sink {
  readonly startedMs = performance.now();
  messages = 0;
  subscription: Subscription | undefined;
  readonly #start: string;

  constructor(
    readonly session: SocketSession,
    readonly id: string,
    readonly name: string | null,
  ) {
    this.#start = startOf(id);
  }

  send(message: StreamMessage): void {
    this.messages += 1;
    this.session.writeNext(message, this.#start);
  }

  buffered(): number {
    return this.session.buffered();
  }

  end(errors: readonly MaskedError[] | null): void {
    const { id } = this;
    this.session.forget(this, errors);
    if (errors === null) this.session.say({ id, type: MessageType.Complete });
    else this.session.say({ id, type: MessageType.Error, payload: errors });
  }
}
