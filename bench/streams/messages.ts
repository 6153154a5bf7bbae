/** The payload of a `subscribe`; `$MEMBER` in it stands for what is each subscriber's own. */
export interface Subscribe {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export type ToClient =
  | {
      readonly kind: 'open';
      readonly url: string;
      readonly count: number;
      readonly subscription: Subscribe;
      readonly members: readonly string[] | null;
    }
  | { readonly kind: 'count' | 'take' | 'close' };

export type FromClient =
  | { readonly kind: 'opened' }
  | { readonly kind: 'failed'; readonly reason: string }
  | {
      readonly kind: 'counted';
      readonly count: number;
      readonly bytes: number;
      readonly ended: number;
      /** What ended a stream first, where one ended. */
      readonly firstEnd: string;
    }
  /** Block and time of each message since the last `take`. */
  | { readonly kind: 'taken'; readonly blocks: Float64Array; readonly times: Float64Array };
