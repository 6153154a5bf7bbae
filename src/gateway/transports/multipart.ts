import type { HttpFormat } from './httpFormat.js';
import { sharedBytes } from './sse.js';

const BOUNDARY = '\r\n--graphql';
const HEAD = '\r\ncontent-type: application/json\r\n\r\n';
const part = (json: string): string => `${HEAD}${json}${BOUNDARY}`;

const BEFORE = Buffer.from(`${HEAD}{"payload":`);
const AFTER = Buffer.from(`}${BOUNDARY}`);
const HEARTBEAT = part('{}');
const CLOSING = '--\r\n';

/**
 * Multipart subscriptions (https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol). Each
 * part ends with the boundary of the one that follows: clients hand a part out once they see it.
 */
export const multipart: HttpFormat = {
  transport: 'multipart',
  headers: { 'content-type': 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"', 'x-accel-buffering': 'no' },
  start: `${BOUNDARY}${HEARTBEAT}`,
  keepAlive: HEARTBEAT,
  next: sharedBytes((message) => Buffer.concat([BEFORE, message.bytes, AFTER])),
  end: (errors) => `${errors === null ? '' : part(JSON.stringify({ payload: null, errors }))}${CLOSING}`,
};
