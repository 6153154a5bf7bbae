import { ParleyError } from '../../errors/index.js';
import { refusal } from '../server/http.js';

export type Transport = 'websocket' | 'sse' | 'multipart';

export interface SeatLimits {
  /** Sockets and HTTP streams open at once. */
  readonly connections: number;
  readonly subscriptionsPerConnection: number;
  /** Of one client address, over all its connections. */
  readonly subscriptionsPerCaller: number;
}

/** Counts connections and subscriptions against their limits. */
export class Seats {
  #connections = 0;
  readonly #callers = new Map<string, number>();
  readonly subscribers: Record<Transport, number> = { websocket: 0, sse: 0, multipart: 0 };

  constructor(readonly limits: SeatLimits) {}

  get connections(): number {
    return this.#connections;
  }

  /** @throws Refusal OVERLOADED */
  sit(): void {
    if (this.#connections >= this.limits.connections)
      throw refusal(
        'OVERLOADED',
        'As many streams are open as may be (limit `connections`)',
        { got: `more than ${this.limits.connections}`, expected: 'a connection once another one has ended' },
        { 'retry-after': '5' },
      );
    this.#connections += 1;
  }

  rise(): void {
    this.#connections -= 1;
  }

  /** @throws ParleyError TOO_MANY_SUBSCRIPTIONS */
  subscribe(transport: Transport, caller: string, onConnection: number): void {
    const { subscriptionsPerConnection, subscriptionsPerCaller } = this.limits;
    if (onConnection >= subscriptionsPerConnection)
      throw tooMany('connection', 'subscriptionsPerConnection', subscriptionsPerConnection);
    const held = this.#callers.get(caller) ?? 0;
    if (held >= subscriptionsPerCaller)
      throw tooMany('client address', 'subscriptionsPerCaller', subscriptionsPerCaller);
    this.#callers.set(caller, held + 1);
    this.subscribers[transport] += 1;
  }

  unsubscribe(transport: Transport, caller: string): void {
    const left = (this.#callers.get(caller) ?? 1) - 1;
    if (left === 0) this.#callers.delete(caller);
    else this.#callers.set(caller, left);
    this.subscribers[transport] -= 1;
  }
}

const tooMany = (whose: string, limit: string, allowed: number): ParleyError =>
  new ParleyError(
    'TOO_MANY_SUBSCRIPTIONS',
    `This ${whose} holds as many subscriptions as it may (limit \`${limit}\`)`,
    {
      got: `more than ${allowed}`,
    },
  );
