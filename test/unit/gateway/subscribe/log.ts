import { buildSchema, type GraphQLSchema } from 'graphql';
import pino from 'pino';
import { ParleyError } from '../../../../src/errors/index.js';
import type { MaskedError } from '../../../../src/errors/mask.js';
import { createExecutor } from '../../../../src/gateway/execute/executor.js';
import { defaultLimits } from '../../../../src/gateway/index.js';
import { createSubscriptions, type SubscriptionLimits } from '../../../../src/gateway/subscribe/createSubscriptions.js';
import type { Sink, StreamMessage, Subscription } from '../../../../src/gateway/subscribe/subscriptions.js';
import type { RequestContext } from '../../../../src/subgraphs/context.js';
import type { OpenStream, StreamBatch, StreamItem, StreamSource } from '../../../../src/subgraphs/stream.js';

/** Numbers that are the same for a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A log of entries with items each, in memory: the second implementation of a stream's source. An item's number is its place. */
export class Log {
  /** How many items there are up to the end of each entry. */
  readonly ends: number[] = [];
  opened = 0;
  open = 0;
  /** Items executed. */
  executed = 0;
  /** Where items take a while to be executed: the most at once. */
  most: number | null = null;
  executing = 0;
  failure: (() => Error | undefined) | undefined;
  #wake: (() => void)[] = [];

  constructor(readonly dice: () => number) {}

  get size(): number {
    return this.ends.at(-1) ?? 0;
  }

  append(items: number): void {
    this.ends.push(this.size + items);
    this.wake();
  }

  wake(): void {
    const woken = this.#wake;
    this.#wake = [];
    for (const wake of woken) wake();
  }

  async during<T>(value: T): Promise<T> {
    this.executing += 1;
    this.most = Math.max(this.most ?? 0, this.executing);
    await new Promise(setImmediate);
    this.executing -= 1;
    return value;
  }

  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wake.push(resolve);
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }
}

class Reader implements OpenStream {
  #isLive: boolean;
  #told = false;

  constructor(
    readonly log: Log,
    readonly every: number,
    /** Items before this were passed. */
    private at: number,
    live: boolean,
  ) {
    this.#isLive = live;
    log.opened += 1;
    log.open += 1;
  }

  cursor(): string {
    return String(this.at);
  }

  async next(signal: AbortSignal): Promise<StreamBatch> {
    const { log } = this;
    for (;;) {
      signal.throwIfAborted();
      for (let hops = Math.floor(log.dice() * 4); hops > 0; hops -= 1) await new Promise(setImmediate);
      const to = Math.min(log.size, this.at + 1 + Math.floor(log.dice() * 5));
      const items = this.#take(to);
      // What was taken is lost to this reader where its step fails: only its cursor of before is true.
      const failure = log.failure?.();
      if (failure !== undefined) throw failure;
      const isLive = this.#isLive;
      if (this.at === log.size) this.#isLive = true;
      const through = isLive ? log.ends.filter((end) => end <= this.at).length : null;
      if (items.length > 0 || (isLive && !this.#told)) {
        this.#told = isLive;
        return { items, through };
      }
      if (this.at === log.size && isLive) await log.changed(signal);
    }
  }

  #take(to: number): StreamItem[] {
    const items: StreamItem[] = [];
    for (; this.at < to; this.at += 1) {
      if (this.at % this.every !== 0) continue;
      const number = this.at;
      const sequence = this.#isLive ? this.log.ends.findIndex((end) => number < end) + 1 : null;
      items.push({ value: { number, log: this.log }, sequence, cursor: () => String(number + 1) });
    }
    return items;
  }

  close(): void {
    this.log.open -= 1;
  }
}

function sourceOf(log: Log, { every = 1, after }: { every?: number; after?: string | null }): StreamSource {
  if (after === 'forged') throw new ParleyError('CURSOR_INVALID', 'It is no cursor');
  const from = after === null || after === undefined ? null : Number(after);
  const live = async (): Promise<OpenStream> => new Reader(log, every, log.size, true);
  return {
    key: `ticks ${every}`,
    live,
    resume: async () => (from === null ? live() : new Reader(log, every, from, false)),
    [Symbol.asyncIterator]: () => {
      throw new Error('It is read as a source');
    },
  };
}

interface Tick {
  readonly number: number;
  readonly log: Log;
}

export function ticking(log: Log): GraphQLSchema {
  const schema = buildSchema(`
    type Query { size: Int! secret: String wait: Int forbidden: Int many(first: Int): Int }
    type Mutation { grow(items: Int!): Int! }
    type Subscription { tick(every: Int, after: String): Tick! }
    type Tick { number: Int! cursor: String! odd: Int viewerName: String reported: Int defect: Int }
  `);
  const set = (
    type: string,
    field: string,
    resolve: (source: Tick, args: never, context: RequestContext) => unknown,
  ) => {
    const found = (
      schema.getType(type) as unknown as { getFields(): Record<string, { resolve: unknown }> }
    ).getFields()[field];
    if (found === undefined) throw new Error(`${type}.${field} is not there`);
    found.resolve = resolve;
  };
  set('Query', 'size', () => log.size);
  set('Query', 'secret', () => {
    throw new Error('the password is tiger');
  });
  set('Query', 'wait', () => new Promise(() => undefined));
  set('Mutation', 'grow', (_, { items }: { items: number }) => {
    log.append(items);
    return log.size;
  });
  set('Subscription', 'tick', (tick) => {
    log.executed += 1;
    return log.most === null ? tick : log.during(tick);
  });
  set('Tick', 'cursor', ({ number }) => String(number + 1));
  set('Tick', 'odd', ({ number }) => {
    if (number % 2 === 0) throw new ParleyError('LEDGER_REFUSED', `${number} is even`);
    return number;
  });
  set('Tick', 'viewerName', () => 'me');
  set('Tick', 'defect', () => {
    throw new Error('the password is tiger');
  });
  set('Tick', 'reported', (_tick, _args, context) => {
    context.report(new ParleyError('LEDGER_UNAVAILABLE', 'It is silent'));
    return null;
  });
  const tick = schema.getSubscriptionType()?.getFields()['tick'];
  if (tick !== undefined)
    tick.subscribe = (_: unknown, args: { every?: number; after?: string | null }) => sourceOf(log, args);
  return schema;
}

/** Who asks: what resolvers of this schema use of a context. */
function contextOf(rights: string, report: (error: Error) => void): RequestContext {
  const context: Partial<RequestContext> = {
    requestId: 'test',
    rights,
    sources: { reports: () => Promise.resolve([]), endpoints: () => Promise.resolve([]) },
    again: (next) => contextOf(rights, next),
    report,
  };
  return context as RequestContext;
}

/** Where a client keeps what it is sent; with a buffer that it reads at its own pace where it is slow. */
export class Client implements Sink {
  readonly messages: StreamMessage[] = [];
  ended: readonly MaskedError[] | null | undefined;
  isOpened = false;
  pending = 0;
  subscription: Subscription | undefined;
  onEnd: () => void = () => undefined;

  constructor(public slow = false) {}

  opened(): void {
    if (this.isOpened || this.messages.length > 0) throw new Error('It is said once, and first');
    this.isOpened = true;
  }
  send(message: StreamMessage): void {
    if (this.ended !== undefined) throw new Error('It had ended');
    this.messages.push(message);
    if (this.slow) this.pending += message.bytes.length;
  }
  buffered(): number {
    return this.pending;
  }
  read(): void {
    this.pending = 0;
    this.subscription?.drained();
  }
  end(errors: readonly MaskedError[] | null): void {
    if (this.ended !== undefined) throw new Error('It had ended');
    this.ended = errors;
    this.onEnd();
  }
  get numbers(): readonly number[] {
    return this.messages.map(({ text }) => (JSON.parse(text) as { data: { tick: Tick } }).data.tick.number);
  }
  get codes(): readonly string[] {
    return (this.ended ?? []).map(({ extensions }) => extensions.code);
  }
}

export const TICKS =
  'subscription Ticks($after: String, $every: Int) { tick(after: $after, every: $every) { number cursor } }';

export interface Asking {
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly lastEventId?: string;
  readonly rights?: string;
  readonly slow?: boolean;
}

export function world(streamLimits: Partial<SubscriptionLimits> = {}, dice: () => number = () => 0) {
  const log = new Log(dice);
  const lines: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  const schema = ticking(log);
  const subscriptions = createSubscriptions({
    ...{ schema, executor: createExecutor(schema), limits: defaultLimits, logger, streamLimits },
    contextFor: ({ headers, report }) => contextOf(String(headers['rights']), report),
  });
  const ask = (asking: Asking = {}): Client => {
    const client = new Client(asking.slow);
    client.subscription = subscriptions.open(
      {
        query: asking.query ?? TICKS,
        operationName: asking.operationName ?? null,
        variables: asking.variables ?? null,
        lastEventId: asking.lastEventId ?? null,
        request: {
          requestId: 'test',
          remoteAddress: '127.0.0.1',
          headers: { rights: asking.rights ?? 'all' } as never,
          signal: new AbortController().signal,
        },
      },
      client,
    );
    return client;
  };
  return { log, lines, subscriptions, ask };
}

/** Waits until something is so. */
export async function until(what: string, is: () => boolean, withinMs = 60_000): Promise<void> {
  const late = performance.now() + withinMs;
  while (!is()) {
    if (performance.now() > late) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
