import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './http.js';

/** Answers a browser that asks whether a page of an allowed origin may send a request (Fetch standard, CORS-preflight). */
export function preflight(headers: IncomingHttpHeaders, methods: readonly string[]): Answer {
  const asked = headers['access-control-request-method'] !== undefined;
  return {
    status: 204,
    headers: {
      allow: methods.join(', '),
      ...(asked
        ? {
            'access-control-allow-methods': methods.join(', '),
            'access-control-allow-headers':
              'content-type, accept, authorization, parley-member, x-request-id, last-event-id',
            'access-control-max-age': '600',
          }
        : {}),
    },
    body: '',
  };
}
