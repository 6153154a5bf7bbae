import { Pool, type Dispatcher } from 'undici';
import { EndpointFault } from './endpointFault.js';
import type { EndpointAddress } from './label.js';

/** POSTs JSON to one endpoint over kept-alive connections. */
export interface HttpTransport {
  /** The body of the answer. Throws `EndpointFault`, or the signal's reason where that was aborted. */
  post(body: string, signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

export interface HttpLimits {
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly connections: number;
}

/** However long an endpoint asks to be left alone, it is asked again after this. */
const MAX_RETRY_AFTER_MS = 60_000;

export function createHttpTransport(address: EndpointAddress, limits: HttpLimits): HttpTransport {
  const pool = new Pool(address.origin, { connections: limits.connections });
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(address.authorization === null ? {} : { authorization: address.authorization }),
  };
  const exchange = async (body: string, signal: AbortSignal): Promise<string> => {
    const response = await pool.request({ method: 'POST', path: address.path, headers, body, signal });
    const text = await readBounded(response.body, limits.maxResponseBytes);
    checkStatus(response, text, address);
    return text;
  };
  const post = async (body: string, signal?: AbortSignal): Promise<string> => {
    signal?.throwIfAborted();
    const deadline = startDeadline(limits.timeoutMs, signal);
    try {
      return await exchange(body, deadline.signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof EndpointFault) throw error;
      if (deadline.late) throw new EndpointFault('unreachable', `no whole answer in ${limits.timeoutMs} ms`);
      const said = address.scrub(error instanceof Error ? error.message : String(error));
      throw new EndpointFault('unreachable', said, null, !isUnconnected(error));
    } finally {
      deadline.end();
    }
  };
  return { post, close: () => pool.destroy() };
}

interface Deadline {
  readonly signal: AbortSignal;
  readonly late: boolean;
  end(): void;
}

/** A timer and a caller's signal as one signal that leaves no trace on the caller's, which may live for months. */
function startDeadline(timeoutMs: number, outer: AbortSignal | undefined): Deadline {
  const inner = new AbortController();
  let late = false;
  const stop = (): void => inner.abort();
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, timeoutMs);
  outer?.addEventListener('abort', stop, { once: true });
  return {
    signal: inner.signal,
    get late() {
      return late;
    },
    end: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}

async function readBounded(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new EndpointFault('overloaded', `the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString('utf8');
}

const UNCONNECTED: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'],
]);

/** No connection came about, so nothing was sent. */
function isUnconnected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isUnconnected);
  return typeof error === 'object' && error !== null && 'code' in error && UNCONNECTED.has(error.code);
}

function checkStatus(response: Dispatcher.ResponseData, text: string, address: EndpointAddress): void {
  const { statusCode } = response;
  if (statusCode >= 200 && statusCode < 300) return;
  const said = `HTTP ${statusCode}${text === '' ? '' : `: ${address.scrub(text.slice(0, 200))}`}`;
  if (statusCode === 429 || statusCode === 503) {
    throw new EndpointFault('throttled', said, retryAfterMs(response.headers['retry-after']), statusCode === 503);
  }
  if (statusCode === 413) throw new EndpointFault('overloaded', said, null, false);
  // Some nodes put a JSON-RPC error under another status: it says more than the status does.
  if (/^\s*[[{].*"jsonrpc"/s.test(text)) return;
  const isTrouble = statusCode >= 500 || statusCode === 408;
  throw new EndpointFault(isTrouble ? 'unreachable' : 'refused', said, null, isTrouble);
}

/** RFC 9110, section 10.2.3: seconds or a date. */
export function retryAfterMs(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return null;
  const pauseMs = /^\d+$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(pauseMs) ? null : Math.min(Math.max(pauseMs, 0), MAX_RETRY_AFTER_MS);
}
