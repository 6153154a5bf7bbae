import { ParleyError } from '../../../errors/index.js';

/** An endpoint's address taken apart: what may be shown, and what may not. */
export interface EndpointAddress {
  /** Scheme, host and port; providers put keys into the path, the query or the user part. */
  readonly label: string;
  /** `scheme://host:port` for the connection. */
  readonly origin: string;
  /** Path and query for the request line. */
  readonly path: string;
  /** Value of the Authorization header; null without user part. */
  readonly authorization: string | null;
  /** Takes every part of the address that may be a key out of a text. */
  scrub(text: string): string;
}

/** Shorter path segments (`v3`, `rpc`) are names, not keys. */
const MIN_SECRET_CHARACTERS = 6;
const MAX_TEXT_CHARACTERS = 300;

/** Errors: `CONFIG_INVALID`, without the text that was given. */
export function endpointAddress(text: string, protocols: readonly string[]): EndpointAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !protocols.includes(url.protocol)) {
    throw new ParleyError('CONFIG_INVALID', 'An Ethereum endpoint is not a URL that can be used', {
      got: url === null ? 'no URL' : url.protocol,
      expected: protocols.map((protocol) => `${protocol}//…`).join(' or '),
    });
  }
  const path = `${url.pathname}${url.search}`;
  const secrets = secretsOf(url);
  return {
    label: `${url.protocol}//${url.host}${path === '/' ? '' : '/…'}`,
    origin: `${url.protocol}//${url.host}`,
    path,
    authorization: authorizationOf(url),
    scrub: (said) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), said).slice(0, MAX_TEXT_CHARACTERS),
  };
}

function authorizationOf(url: URL): string | null {
  if (url.username === '' && url.password === '') return null;
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function secretsOf(url: URL): readonly string[] {
  const segments = url.pathname.split('/').filter((segment) => segment.length >= MIN_SECRET_CHARACTERS);
  const parts = [url.username, url.password, url.search.slice(1), ...url.searchParams.values(), ...segments];
  const authorization = authorizationOf(url)?.slice('Basic '.length) ?? '';
  const all = [...parts, ...parts.map(decoded), authorization].filter((part) => part !== '');
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Not percent-encoded after all: the text as it is has been taken already.
    return part;
  }
}
