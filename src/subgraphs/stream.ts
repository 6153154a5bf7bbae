import type { Pace } from '../feed/feed.js';

export type { Pace };

/** One item of a subscription: the root value that its selection is executed on. */
export interface StreamItem {
  readonly value: object;
  /** Sealed when asked for: resumes after this item. */
  cursor(): string;
  /** Place in the stream's own count; null while catching up. */
  readonly sequence: number | null;
}

export interface StreamBatch {
  /** May be empty. */
  readonly items: readonly StreamItem[];
  /** Everything up to this sequence was given or did not match; null while catching up. Comparable between streams of one key and view. */
  readonly through: number | null;
  /** What the caller was seen to see, where that changes what a stream holds: it may be seen earlier by one stream than by another. */
  readonly view?: string;
}

/** One reading of a stream, at its reader's own pace. */
export interface OpenStream {
  /** Resumes after all that was given so far. */
  cursor(): string;
  /** Waits for something. Errors are typed and end the stream; a ParleyError's `cursor` says where to resume. */
  next(signal: AbortSignal, pace?: Pace): Promise<StreamBatch>;
  close(): void;
}

/**
 * What a root field of Subscription gives when it is subscribed to: a stream that may be read several times. The gateway reads it
 * live once for all who asked the same with the same rights, and once more for each who catches up. Also a plain AsyncIterable of
 * root values, as GraphQL asks of a source stream.
 */
export interface StreamSource extends AsyncIterable<object> {
  /** Equal keys: the same items while live. Holds field, filter, kinds and rights, not `after`. */
  readonly key: string;
  /** From now on. */
  live(): Promise<OpenStream>;
  /** From the caller's `after`; from now on where it gave none. Errors: CURSOR_INVALID, CURSOR_EXPIRED, RESYNC_REQUIRED. */
  resume(): Promise<OpenStream>;
}

export const isStreamSource = (value: object): value is StreamSource =>
  'key' in value && 'live' in value && 'resume' in value;
