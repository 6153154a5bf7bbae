import { buildSchema, execute, GraphQLObjectType } from 'graphql';
import { pino } from 'pino';
import { catalogue, ParleyError, type ErrorCode } from '../../src/errors/index.js';
import type { MaskedError } from '../../src/errors/mask.js';
import {
  StreamBroken,
  type Feed,
  type FeedBatch,
  type FeedChange,
  type FeedStream,
  type RowOf,
  type StreamPosition,
  type StreamRequest,
} from '../../src/feed/feed.js';
import { defaultLimits } from '../../src/gateway/bounds/limits.js';
import { createSubscriptions } from '../../src/gateway/subscribe/createSubscriptions.js';
import type { Sink, StreamMessage, Subscription, Subscriptions } from '../../src/gateway/subscribe/subscriptions.js';
import type { LedgerId } from '../../src/model/ids.js';
import type { Scope } from '../../src/model/scope.js';
import type { RequestContext } from '../../src/subgraphs/context.js';
import { FeedReading, openFeed } from '../../src/subgraphs/feedSource.js';
import type { OpenStream, StreamSource } from '../../src/subgraphs/stream.js';
import { packStream, unpackStream } from '../../src/subgraphs/streamPacking.js';
import { itemOfChange, type StreamItems } from './items.js';

type Row = RowOf[StreamItems];
type Asks = Omit<StreamRequest, 'after' | 'scope'> & { readonly wanted: { readonly items: StreamItems } };

const SDL = `
  type Query { none: Int }
  type Subscription { told(ask: String!, after: String): Told }
  type Told { cursor: String!, kind: String!, confirmation: String!, ledger: String!, number: Int!, hash: String!, transaction: Int!, event: Int! }
`;
const OPERATION = `subscription ($ask: String!, $after: String) {
  told(ask: $ask, after: $after) { cursor kind confirmation ledger number hash transaction event }
}`;

/** So little fits into a simulated socket that clients fall behind. */
const BUFFER = { bytes: 1500, messages: 4 };

const seal = (position: StreamPosition): string =>
  packStream({ position, rest: Buffer.alloc(0) }, 100_000)?.toString('base64') ?? '';
const positionOf = (cursor: string): StreamPosition => {
  const unpacked = unpackStream(Buffer.from(cursor, 'base64'));
  if (unpacked === undefined) throw new Error('No cursor');
  return unpacked.position;
};

interface Told {
  readonly cursor: string;
  readonly kind: FeedChange<Row>['kind'];
  readonly confirmation: FeedChange<Row>['confirmation'];
  readonly ledger: LedgerId;
  readonly number: number;
  readonly hash: string;
  readonly transaction: number;
  readonly event: number;
}

/** A feed as clients of the gateway's subscriptions see it: topics, members that catch up, buffers that fill. */
export class GatewayFeed implements Feed {
  readonly #subscriptions: Subscriptions;
  readonly #scopes = new Map<string, () => Scope>();

  constructor(private readonly feed: Feed) {
    const schema = buildSchema(SDL);
    const root = schema.getSubscriptionType();
    const field = root instanceof GraphQLObjectType ? root.getFields()['told'] : undefined;
    if (field === undefined) throw new Error('No field');
    field.subscribe = (_, { ask, after }: { ask: string; after?: string }, context: RequestContext) =>
      sourceOf(context, JSON.parse(ask) as Asks, after ?? null);
    field.resolve = (change: unknown) => change;
    this.#subscriptions = createSubscriptions({
      ...{ schema, limits: defaultLimits, logger: pino({ level: 'silent' }) },
      executor: async ({ document, operationName, variables, context, rootValue }) =>
        execute({
          ...{ schema, document, rootValue, contextValue: context },
          ...{ operationName: operationName ?? null, variableValues: variables ?? {} },
        }),
      contextFor: ({ headers, signal }) => this.#context(String(headers['x-client']), signal),
      streamLimits: { buffer: BUFFER },
    });
  }

  get sequence(): number {
    return this.feed.sequence;
  }

  async open(request: StreamRequest): Promise<FeedStream<never>> {
    const { scope, wanted, minConfirmation, kinds } = request;
    // A page would say where it begins.
    const after = request.after ?? (await this.#now(request));
    const ledgers = scope().ledgers.join();
    const client = `${ledgers} ${this.#scopes.size}`;
    this.#scopes.set(client, scope);
    const ask = JSON.stringify({ wanted, minConfirmation, kinds });
    return new GatewayStream(this.#subscriptions, {
      ask,
      client,
      after,
      items: wanted.items as StreamItems,
    }) as unknown as FeedStream<never>;
  }

  close(): Promise<void> {
    this.#subscriptions.close();
    return this.feed.close();
  }

  async #now(request: StreamRequest): Promise<StreamPosition> {
    const stream = await this.feed.open(request);
    const { position } = stream;
    stream.close();
    return position;
  }

  #context(client: string, signal: AbortSignal): RequestContext {
    const scope = this.#scopes.get(client);
    if (scope === undefined) throw new Error(`${client} is unknown`);
    // Who sees the same shares streams.
    const [rights] = client.split(' ');
    const context = { requestId: client, feed: this.feed, rights, signal, scope: scope(), report: () => undefined };
    return { ...context, again: () => this.#context(client, signal) } as unknown as RequestContext;
  }
}

function sourceOf(context: RequestContext, ask: Asks, after: string | null): StreamSource {
  const items = ask.wanted.items;
  class Shown {
    constructor(
      readonly change: FeedChange<Row>,
      readonly cursor: () => string,
    ) {}
    get told(): Told {
      const { kind, confirmation, ledger } = this.change;
      const { number, hash, at } = itemOfChange(items, this.change);
      return { cursor: this.cursor(), kind, confirmation, ledger, number, hash, transaction: at[0], event: at[1] };
    }
  }
  // The field's own value is what is shown.
  class Change {
    constructor(change: FeedChange<Row>, cursor: () => string) {
      return new Shown(change, cursor).told;
    }
  }
  const open = async (from: StreamPosition | null): Promise<OpenStream> =>
    new FeedReading<Row>(await openFeed(context, { ...ask, after: from }, seal), Change, seal);
  return {
    key: JSON.stringify([ask, context.rights]),
    live: () => open(null),
    resume: () => open(after === null ? null : positionOf(after)),
    [Symbol.asyncIterator]: () => {
      throw new Error('Read by the gateway alone');
    },
  };
}

interface Opening {
  readonly ask: string;
  readonly client: string;
  readonly after: StreamPosition;
  readonly items: StreamItems;
}

/** A client's end of a subscription: what it has not read yet fills its buffer. */
class GatewayStream implements FeedStream<Row>, Sink {
  position: StreamPosition;
  readonly #unread: StreamMessage[] = [];
  #ended: ParleyError | null = null;
  #heard: () => void = () => undefined;
  readonly #subscription: Subscription;
  readonly #items: StreamItems;

  constructor(subscriptions: Subscriptions, { ask, client, after, items }: Opening) {
    this.position = after;
    this.#items = items;
    const request = {
      requestId: client,
      headers: { 'x-client': client },
      remoteAddress: '',
      signal: new AbortController().signal,
    };
    const variables = { ask, after: seal(after) };
    this.#subscription = subscriptions.open(
      { query: OPERATION, operationName: null, variables, lastEventId: null, request },
      this,
    );
  }

  send(message: StreamMessage): void {
    this.#unread.push(message);
    this.#heard();
  }

  buffered(): number {
    return this.#unread.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  end(errors: readonly MaskedError[] | null): void {
    this.#ended = errorOf(errors?.[0]);
    this.#heard();
  }

  async next(): Promise<FeedBatch<Row>> {
    while (this.#unread.length === 0) {
      if (this.#ended !== null) throw this.#ended;
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
    const changes = this.#unread.splice(0, 3).map(({ text }) => this.#change(text));
    this.#subscription.drained();
    this.position = changes.at(-1)?.position ?? this.position;
    return { changes, through: null, view: '' };
  }

  close(): void {
    this.#subscription.stop();
  }

  #change(text: string): FeedChange<Row> {
    const { data, errors } = JSON.parse(text) as {
      data: { told: Told } | null;
      errors?: readonly { message: string }[];
    };
    if (data === null || errors !== undefined) throw new Error(`A message with errors: ${text}`);
    const { cursor, kind, confirmation, ledger, number, hash, transaction, event } = data.told;
    const index = this.#items === 'transactions' ? transaction : event;
    const row = { ledger, index, transactionIndex: transaction } as unknown as Row;
    return { kind, confirmation, ledger, block: { number, hash }, row, position: positionOf(cursor), sequence: null };
  }
}

function errorOf(error: MaskedError | undefined): ParleyError {
  if (error === undefined) return new ParleyError('INTERNAL', 'A stream ended without an error');
  const { code, cursor } = error.extensions as { code: string; cursor?: string };
  if (code === 'RESYNC_REQUIRED' && cursor !== undefined)
    return new StreamBroken(code, error.message, positionOf(cursor));
  if (code === 'CURSOR_EXPIRED') return new StreamBroken(code, error.message, null);
  return new ParleyError(code in catalogue ? (code as ErrorCode) : 'INTERNAL', error.message);
}
