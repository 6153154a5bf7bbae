import type { Context } from 'fabric-contract-api';

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue | undefined };

/** The most entries that one list function gives; more is asked for with a bookmark. */
export const PAGE_LIMIT = 100;

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page starts; empty after the last. */
  readonly bookmark: string;
}

/** JSON with sorted names, so that every endorser writes the same bytes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** The value at a key, or null where there is none. */
export async function readState<T>(ctx: Context, key: string): Promise<T | null> {
  const bytes = await ctx.stub.getState(key);
  return bytes.length === 0 ? null : parse<T>(bytes);
}

export async function writeState(ctx: Context, key: string, value: unknown): Promise<void> {
  await ctx.stub.putState(key, Buffer.from(canonicalJson(value)));
}

/** Takes a key away. */
export async function deleteState(ctx: Context, key: string): Promise<void> {
  await ctx.stub.deleteState(key);
}

/** The values whose keys start with `prefix`; throws where there are more than `most`. It guards the range against phantoms. */
export async function readAll<T>(ctx: Context, prefix: string, most = PAGE_LIMIT): Promise<readonly T[]> {
  const values: T[] = [];
  for await (const { value } of ctx.stub.getStateByRange(prefix, endOf(prefix))) {
    if (values.length === most) throw new Error(`More than ${most} entries at ${prefix}`);
    values.push(parse<T>(value));
  }
  return values;
}

/** One page of the values whose keys start with `prefix`, in the order of the keys. For functions that only read. */
export async function readPage<T>(ctx: Context, prefix: string, pageSize: number, bookmark: string): Promise<Page<T>> {
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > PAGE_LIMIT) {
    throw new Error(`Page size ${pageSize} is not an integer from 1 to ${PAGE_LIMIT}`);
  }
  const page = await ctx.stub.getStateByRangeWithPagination(prefix, endOf(prefix), pageSize, bookmark);
  const { iterator } = page;
  // An empty page's metadata takes no bytes, and what takes no bytes the shim leaves out.
  const metadata: Partial<typeof page>['metadata'] = page.metadata;
  const items: T[] = [];
  for (let next = await iterator.next(); ; next = await iterator.next()) {
    if (next.value !== undefined && next.value !== null) items.push(parse<T>(next.value.value));
    if (next.done) break;
  }
  await iterator.close();
  return { items, bookmark: metadata?.bookmark ?? '' };
}

/** Sets the transaction's event. Fabric keeps one event a transaction, the last one set. */
export function emit(ctx: Context, name: string, payload: unknown): void {
  ctx.stub.setEvent(name, Buffer.from(canonicalJson(payload)));
}

/** The time that the transaction carries (its submitter's clock), ISO 8601: the only clock that all endorsers share. */
export function transactionTime(ctx: Context): string {
  return ctx.stub.getDateTimestamp().toISOString();
}

function parse<T>(bytes: Uint8Array): T {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as T;
}

/** The first key after all that start with a prefix that ends in `/`. */
function endOf(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}

/** What a key held, the newest first. */
export interface KeyHistory {
  readonly entries: readonly {
    readonly transactionId: string;
    readonly at: string;
    /** Null where the transaction took the key away. */
    readonly value: unknown;
  }[];
  /** False where there is more than `PAGE_LIMIT`. */
  readonly complete: boolean;
}

/** What a key held over time, from the peer's history index: at most `PAGE_LIMIT` entries. For functions that only read. */
export async function readHistory(ctx: Context, key: string): Promise<KeyHistory> {
  const entries: KeyHistory['entries'][number][] = [];
  for await (const { txId, timestamp, value, isDelete } of ctx.stub.getHistoryForKey(key)) {
    if (entries.length === PAGE_LIMIT) return { entries, complete: false };
    const at = new Date(Number(timestamp.seconds) * 1_000 + Math.floor(timestamp.nanos / 1e6)).toISOString();
    entries.push({ transactionId: txId, at, value: isDelete ? null : parse<unknown>(value) });
  }
  return { entries, complete: true };
}
