import { ParleyError } from '../errors/index.js';

export type StoreAddress =
  { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'postgres'; readonly url: string };

/** Reads `store.url`: `sqlite:./path` or `postgres://user@host/db`. Errors: `CONFIG_INVALID`, which never shows the password. */
export function parseStoreUrl(url: string): StoreAddress {
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: 'postgres', url };
  const path = /^sqlite:(?:\/\/)?(.+)$/.exec(url)?.[1];
  if (path !== undefined) return { kind: 'sqlite', path };
  throw new ParleyError('CONFIG_INVALID', 'store.url names no store that Parley knows', {
    got: url.replace(/\/\/[^@/]*@/, '//…@'),
    expected: 'sqlite:./parley.db or postgres://user@host/database',
  });
}
