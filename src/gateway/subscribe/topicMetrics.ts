import { Counter, Gauge, type Registry } from 'prom-client';

/** What streams say of themselves when they are asked. */
export interface TopicReport {
  /** Different streams that are read live. */
  readonly topics: number;
  /** Subscribers that read for themselves. */
  readonly catchingUp: number;
  /** How far the slowest subscriber is behind what this process has heard of. */
  readonly lagSequences: number;
  /** Messages handed to subscribers since the process began. */
  readonly messages: number;
}

/** The part of /metrics about what is streamed. */
export class TopicMetrics {
  readonly #topics: Gauge;
  readonly #catchingUp: Gauge;
  readonly #lag: Gauge;
  readonly #messages: Counter;
  readonly #sequence: Gauge;
  #counted = 0;

  constructor(registry: Registry) {
    const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
    this.#topics = gauge('parley_stream_topics', 'Different streams that are read live.');
    this.#catchingUp = gauge('parley_stream_catching_up', 'Subscribers that read the store for themselves.');
    this.#lag = gauge('parley_stream_lag_sequences', 'How many changes the slowest subscriber is behind.');
    this.#sequence = gauge('parley_feed_sequence', 'Changes of ledgers that this process has heard of.');
    this.#messages = new Counter({
      name: 'parley_stream_messages_total',
      help: 'Messages handed to subscribers.',
      registers: [registry],
    });
  }

  set({ topics, catchingUp, lagSequences, messages }: TopicReport, feedSequence: number): void {
    this.#topics.set(topics);
    this.#catchingUp.set(catchingUp);
    this.#lag.set(lagSequences);
    this.#sequence.set(feedSequence);
    this.#messages.inc(messages - this.#counted);
    this.#counted = messages;
  }
}
