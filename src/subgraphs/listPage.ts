import type { RequestContext } from './context.js';
import { cursorPurpose, openCursor, pageBounds, type PageArguments, type PageOf } from './page.js';

/** An item of a list that is held whole, with the text that orders it. */
export interface Keyed<T> {
  readonly key: string;
  readonly value: T;
}

interface ListPageOptions {
  readonly kind: string;
  /** What else the cursors are bound to: filter and parent. */
  readonly bound: unknown;
  readonly args: PageArguments;
}

/** A page of a list that is held whole and ordered by its keys, so that cursors stay good while items come and go. */
export function listPage<T>(context: RequestContext, items: readonly Keyed<T>[], options: ListPageOptions): PageOf<T> {
  const bounds = pageBounds(options.args, context.pageSize);
  const purpose = cursorPurpose(context, `list.${options.kind}`, options.bound);
  const place = bounds.cursor === null ? null : String(openCursor(context, purpose, bounds.cursor));
  const sorted = [...items].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const forward = bounds.towards === 'forward';
  const rest = sorted.filter(({ key }) => place === null || (forward ? key > place : key < place));
  const shown = forward ? rest.slice(0, bounds.limit) : rest.slice(Math.max(0, rest.length - bounds.limit));
  const more = rest.length > shown.length;
  return {
    nodes: shown.map(({ value }) => value),
    hasNextPage: forward ? more : place !== null,
    hasPreviousPage: forward ? place !== null : more,
    totalCount: items.length,
    cursorAt: (index) => context.cursors.seal(purpose, shown[index]?.key ?? ''),
    streamCursor: () => Promise.reject(new TypeError('A list that is no stream has no stream cursor')),
  };
}
