import type { ExecutionResult } from 'graphql';

/** What an application asks of a stream. */
export interface StreamRequest {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export type StreamResult = ExecutionResult<Record<string, unknown>, unknown>;

/** One subscription as its client shows it. */
export class Collected {
  readonly results: StreamResult[] = [];
  /** What ended it: null where it completed, or was stopped by us. */
  readonly ended: Promise<unknown>;
  isOver = false;
  private settle: (reason: unknown) => void = () => undefined;
  private cancel: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => (this.settle = resolve));
  }

  /** How its client is told to unsubscribe. */
  stoppedBy(cancel: () => void): this {
    this.cancel = cancel;
    return this;
  }

  push(result: StreamResult): void {
    if (!this.isOver) this.results.push(result);
  }

  finish(reason: unknown): void {
    this.isOver = true;
    this.settle(reason);
  }

  stop(): void {
    this.finish(null);
    this.cancel();
  }
}

/** A published GraphQL client that speaks one transport; nothing of it is adapted but its way of handing results out. */
export interface StreamClient {
  open(request: StreamRequest): Collected;
  close(): Promise<void>;
}

export interface StreamClientKind {
  readonly name: string;
  readonly transport: 'WebSocket' | 'SSE' | 'multipart';
  /** `url`: of Parley, without a path. */
  connect(url: string): StreamClient;
}

export const graphqlOf = (url: string): string => `${url}/graphql`;
export const socketOf = (url: string): string => `${url.replace(/^http/, 'ws')}/graphql`;
