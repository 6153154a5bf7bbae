import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from './loopback.js';
import { refusal } from './http.js';

export interface DoorOptions {
  /** Host names that the server answers to beside loopback; with a port, only on that port. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may ask. */
  readonly allowedOrigins: readonly string[];
}

/**
 * Keeps browsers out unless the page is Parley's own or allowed, and everything that a proxy forwarded while there are no
 * accounts. A page elsewhere could otherwise ask with the reader's network position (DNS rebinding, cross-site requests).
 * @throws Refusal HOST_REFUSED, ORIGIN_REFUSED, FORWARDED_REFUSED
 */
export function checkDoor(headers: IncomingHttpHeaders, options: DoorOptions): void {
  checkForwarded(headers);
  checkHost(headers.host, options);
  checkOrigin(headers, options);
}

/** The headers that let an allowed page of another origin read the answer. */
export function crossOriginHeaders(headers: IncomingHttpHeaders, options: DoorOptions): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined || !options.allowedOrigins.includes(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'x-request-id, retry-after',
    vary: 'Origin',
  };
}

// What proxies add beside X-Forwarded-*: RFC 7239, RFC 9110 section 7.6.3, and what is common.
const PROXY_HEADERS: ReadonlySet<string> = new Set([
  'forwarded',
  'forwarded-for',
  'via',
  'x-forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-host',
  'true-client-ip',
  'cf-connecting-ip',
]);

function checkForwarded(headers: IncomingHttpHeaders): void {
  const forwarded = Object.keys(headers).find((name) => name.startsWith('x-forwarded-') || PROXY_HEADERS.has(name));
  if (forwarded !== undefined)
    throw refusal('FORWARDED_REFUSED', 'The request was forwarded by a proxy', { got: `the header ${forwarded}` });
}

function checkHost(host: string | undefined, options: DoorOptions): void {
  const name = host?.replace(/:\d+$/, '') ?? '';
  if (host !== undefined && (isLoopback(name) || [host, name].some((one) => options.allowedHosts.includes(one))))
    return;
  throw refusal('HOST_REFUSED', 'The Host header is not one that this server answers to', {
    got: host ?? 'none',
    expected: ['localhost', '127.0.0.1', '[::1]', ...options.allowedHosts].join(', '),
  });
}

function checkOrigin(headers: IncomingHttpHeaders, options: DoorOptions): void {
  const { origin } = headers;
  const allowed = origin !== undefined && (isOwn(origin, headers.host) || options.allowedOrigins.includes(origin));
  if (origin !== undefined && !allowed)
    throw refusal('ORIGIN_REFUSED', 'A page of a foreign origin sent the request', {
      got: origin,
      expected: [`http://${headers.host ?? ''}`, ...options.allowedOrigins].join(', '),
    });
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none' || allowed) return;
  throw refusal('ORIGIN_REFUSED', 'A browser sent the request from another site', {
    got: `Sec-Fetch-Site: ${String(site)}`,
    expected: 'same-origin, none, or an allowed Origin',
  });
}

const isOwn = (origin: string, host: string | undefined): boolean =>
  host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
