import type { StreamMessage } from '../subscribe/subscriptions.js';
import type { HttpFormat } from './httpFormat.js';

// What a browser waits before it connects again.
const RETRY_MS = 1000;
const MIDDLE = Buffer.from('event: next\ndata: ');
const END = Buffer.from('\n\n');
const COMPLETE = 'event: complete\ndata:\n\n';

const idOf = (cursor: string): string => (cursor === '' ? '' : `id: ${cursor}\n`);

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) as graphql-sse has them in its distinct
 * connections mode (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md); an event's id is the cursor after it.
 */
export const sse: HttpFormat = {
  transport: 'sse',
  headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
  start: `retry: ${RETRY_MS}\n:\n\n`,
  keepAlive: ':\n\n',
  next: sharedBytes((message) => Buffer.concat([Buffer.from(idOf(message.cursor())), MIDDLE, message.bytes, END])),
  end: (errors) =>
    errors === null
      ? COMPLETE
      : `${idOf(errors[0]?.extensions.cursor ?? '')}event: next\ndata: ${JSON.stringify({ errors })}\n\n${COMPLETE}`,
};

/** Remembers the bytes of the message that is being fanned out. */
export function sharedBytes(make: (message: StreamMessage) => Buffer): (message: StreamMessage) => Buffer {
  const made = new WeakMap<StreamMessage, Buffer>();
  return (message) => {
    const known = made.get(message);
    if (known !== undefined) return known;
    const bytes = make(message);
    made.set(message, bytes);
    return bytes;
  };
}
