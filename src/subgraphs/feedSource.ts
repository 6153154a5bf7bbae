import { ParleyError } from '../errors/index.js';
import {
  StreamBroken,
  type FeedChange,
  type FeedStream,
  type RowOf,
  type StreamPosition,
  type StreamRequest,
  type Wanted,
} from '../feed/feed.js';
import type { RequestContext } from './context.js';
import type { OpenStream, Pace, StreamBatch, StreamItem } from './stream.js';
import { streamPurpose, type StreamBinding } from './streamBinding.js';
import { openStreamCursor, requireFewLedgers, streamSeal } from './streamCursor.js';
import type { StreamOptions } from './streamOptions.js';
import { IterableSource } from './streamSource.js';

/** A change as the graph shows it, with the cursor that resumes after it, made when it is asked for. */
export type ChangeClass<Row> = new (change: FeedChange<Row>, cursor: () => string) => object;

export interface FeedSourceOptions<W extends Wanted> {
  readonly binding: StreamBinding;
  readonly wanted: W;
  readonly options: StreamOptions;
  readonly after: string | null;
  readonly Change: ChangeClass<RowOf[W['items']]>;
}

/** A stream of what ledgers hold, read from the feed. Errors: `CURSOR_INVALID`, `LIMIT_EXCEEDED`. */
export class FeedSource<W extends Wanted> extends IterableSource {
  readonly key: string;
  private readonly after: StreamPosition | null;

  constructor(
    private readonly context: RequestContext,
    private readonly asked: FeedSourceOptions<W>,
  ) {
    super(context.signal);
    const { binding, options, after } = asked;
    requireFewLedgers(context, binding.filter.ledgers);
    this.key = JSON.stringify([streamPurpose(binding), options.minConfirmation, options.kinds, context.rights]);
    this.after = after === null ? null : openStreamCursor(context, binding, after).position;
  }

  live(): Promise<OpenStream> {
    return this.open(null);
  }

  resume(): Promise<OpenStream> {
    return this.open(this.after);
  }

  private async open(after: StreamPosition | null): Promise<OpenStream> {
    const { context, asked } = this;
    const seal = streamSeal(context, asked.binding);
    const stream = await openFeed(context, { wanted: asked.wanted, after, ...asked.options }, seal);
    return new FeedReading(stream, asked.Change, seal);
  }
}

/** Opens the feed for a caller, whose visibility is decided anew as the stream goes on. Errors: the feed's, with a sealed cursor. */
export function openFeed<W extends Wanted>(
  context: RequestContext,
  request: Omit<StreamRequest, 'scope' | 'wanted'> & { readonly wanted: W },
  seal: (position: StreamPosition) => string,
): Promise<FeedStream<RowOf[W['items']]>> {
  const scope = (): RequestContext['scope'] => context.again((error) => context.report(error)).scope;
  return told(context.feed.open({ ...request, scope }), () => request.after, seal);
}

/** Reads the feed on, and makes of its changes what the graph shows. */
export class FeedReading<Row> implements OpenStream {
  constructor(
    private readonly stream: FeedStream<Row>,
    private readonly Change: ChangeClass<Row>,
    private readonly seal: (position: StreamPosition) => string,
  ) {}

  cursor(): string {
    return this.seal(this.stream.position);
  }

  async next(signal: AbortSignal, pace?: Pace): Promise<StreamBatch> {
    const { changes, through, view } = await told(
      this.stream.next(signal, pace),
      () => this.stream.position,
      this.seal,
      signal,
    );
    return { items: changes.map((change) => this.item(change)), through, view };
  }

  close(): void {
    this.stream.close();
  }

  private item(change: FeedChange<Row>): StreamItem {
    let sealed: string | undefined;
    const cursor = (): string => (sealed ??= this.seal(change.position));
    return { value: new this.Change(change, cursor), cursor, sequence: change.sequence };
  }
}

/** What the feed says, with the cursor from which a stream that failed can be resumed. */
async function told<T>(
  answer: Promise<T>,
  position: () => StreamPosition | null,
  seal: (position: StreamPosition) => string,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof ParleyError)) throw error;
    const at = error instanceof StreamBroken ? error.position : position();
    throw at === null ? error : withCursor(error, seal(at));
  }
}

function withCursor(error: ParleyError, cursor: string): ParleyError {
  const { code, what, got, expected, fix, source, details } = error;
  return new ParleyError(code, what, {
    ...{ got, expected, fix, cursor, cause: error },
    ...(source === undefined ? {} : { source }),
    ...(details === undefined ? {} : { details }),
  });
}
