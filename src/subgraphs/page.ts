import { createHash } from 'node:crypto';
import { ParleyError } from '../errors/index.js';
import type { RequestContext } from './context.js';

/** One page of a list as a connection shows it. */
export interface PageOf<T> {
  readonly nodes: readonly T[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Null where counting is not cheap. */
  readonly totalCount: number | null;
  cursorAt(index: number): string;
  /** Where a subscription goes on; only of lists of what ledgers hold. */
  streamCursor(): Promise<string>;
}

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

export interface PageBounds {
  readonly limit: number;
  readonly towards: 'forward' | 'backward';
  /** `after` or `before`, as the direction says. */
  readonly cursor: string | null;
}

/** Checks Relay's arguments. Errors: `PAGE_INVALID`. */
export function pageBounds(args: PageArguments, pageSize: RequestContext['pageSize']): PageBounds {
  const given = Object.entries(args).flatMap(([name, value]) => (value == null ? [] : [name]));
  const backward = given.includes('last') || given.includes('before');
  if (backward && (given.includes('first') || given.includes('after'))) {
    throw new ParleyError('PAGE_INVALID', 'A page is read either forward or backward', { got: given.join(', ') });
  }
  return backward
    ? { limit: sizeOf('last', args.last, pageSize), towards: 'backward', cursor: args.before ?? null }
    : { limit: sizeOf('first', args.first, pageSize), towards: 'forward', cursor: args.after ?? null };
}

function sizeOf(name: string, given: number | null | undefined, pageSize: RequestContext['pageSize']): number {
  const size = given ?? pageSize.default;
  if (size >= 0 && size <= pageSize.max) return size;
  throw new ParleyError('PAGE_INVALID', `\`${name}\` is out of range`, { got: size, expected: `0 to ${pageSize.max}` });
}

/** The one page of a list that has nothing yet, and of which no stream tells. Errors: asked for a cursor, `PAGE_INVALID`. */
export function emptyPage<T>(): PageOf<T> {
  const none = (): never => {
    throw new ParleyError('PAGE_INVALID', 'What no block holds has no place in a stream', {
      fix: 'Ask again once the transaction is confirmed.',
    });
  };
  return { nodes: [], hasNextPage: false, hasPreviousPage: false, totalCount: 0, cursorAt: none, streamCursor: none };
}

/** The same page of other things: rows as the graph's objects. */
export function mapPage<A, B>(page: PageOf<A>, map: (node: A) => B): PageOf<B> {
  return {
    nodes: page.nodes.map((node) => map(node)),
    hasNextPage: page.hasNextPage,
    hasPreviousPage: page.hasPreviousPage,
    totalCount: page.totalCount,
    cursorAt: (index) => page.cursorAt(index),
    streamCursor: () => page.streamCursor(),
  };
}

/** What a cursor is bound to: the kind of list, its filter and order, and what the caller may see. */
export function cursorPurpose(context: RequestContext, kind: string, filter: unknown): string {
  return `${kind}:${digest([context.scope.digest, filter])}`;
}

export function openCursor(context: RequestContext, purpose: string, cursor: string): unknown {
  const value = context.cursors.open(purpose, cursor);
  if (value === undefined) throw new ParleyError('CURSOR_INVALID', 'That cursor does not belong to this list');
  return value;
}

/** A short name of a value: equal for equal filters. */
export const digest = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('base64url').slice(0, 22);

/** One text for equal filters: keys sorted, what is absent or null left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner).filter(([, entry]) => entry !== null && entry !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
