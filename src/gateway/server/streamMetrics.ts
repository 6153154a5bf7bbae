import { Counter, Gauge, type Registry } from 'prom-client';

/** What the transports of streams say of themselves when they are asked. */
export interface StreamReport {
  /** WebSockets and HTTP streams. */
  readonly connections: number;
  /** Operations that are open, by transport. */
  readonly subscribers: Readonly<Record<string, number>>;
  /** Bytes handed to connections and not yet to the network. */
  readonly bufferedBytes: number;
}

/** The transports' part of /metrics. */
export class StreamMetrics {
  readonly #connections: Gauge;
  readonly #subscribers: Gauge<'transport'>;
  readonly #buffered: Gauge;
  readonly #ended: Counter<'transport' | 'code'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#connections = new Gauge({
      name: 'parley_stream_connections',
      help: 'WebSockets and HTTP streams that are open.',
      registers,
    });
    this.#subscribers = new Gauge({
      name: 'parley_stream_subscribers',
      help: 'Operations of streams that are open.',
      labelNames: ['transport'],
      registers,
    });
    this.#buffered = new Gauge({
      name: 'parley_stream_buffered_bytes',
      help: 'Bytes handed to connections and not yet to the network.',
      registers,
    });
    this.#ended = new Counter({
      name: 'parley_stream_ended_total',
      help: 'Operations of streams that ended, by the code of their error; `none` where there was none.',
      labelNames: ['transport', 'code'],
      registers,
    });
  }

  ended(transport: string, code: string): void {
    this.#ended.inc({ transport, code });
  }

  set({ connections, subscribers, bufferedBytes }: StreamReport): void {
    this.#connections.set(connections);
    this.#buffered.set(bufferedBytes);
    for (const [transport, count] of Object.entries(subscribers)) this.#subscribers.set({ transport }, count);
  }
}
