import { request, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventSource } from 'eventsource';
import { error, message, Scripted, serveStreams } from './served.js';

let scripted: Scripted;
let served: Awaited<ReturnType<typeof serveStreams>>;
const start = async (options: Parameters<typeof serveStreams>[0] = {}): Promise<void> => {
  if (served !== undefined) await served.close();
  scripted = new Scripted();
  served = await serveStreams(options, scripted);
};
beforeEach(() => start());
afterEach(() => served.close());

const SSE = 'text/event-stream';
const MULTIPART =
  'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9';
const QUERY = 'subscription { blockAdded { cursor } }';

interface Reply {
  readonly response: IncomingMessage;
  /** All of the body so far, once it holds the text. */
  until(text: string): Promise<string>;
  readonly whole: Promise<string>;
}

function ask(accept: string, query: string, options: { post?: boolean; headers?: Record<string, string> } = {}) {
  const { post = false, headers = {} } = options;
  const path = post ? '/graphql' : `/graphql?query=${encodeURIComponent(query)}`;
  return new Promise<Reply>((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: served.port,
        path,
        method: post ? 'POST' : 'GET',
        headers: { accept, ...(post ? { 'content-type': 'application/json' } : {}), ...headers },
      },
      (response) => resolve(replyOf(response)),
    );
    asked.on('error', reject);
    asked.end(post ? JSON.stringify({ query }) : undefined);
  });
}

function replyOf(response: IncomingMessage): Reply {
  let body = '';
  let more: () => void = () => undefined;
  response.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
    more();
  });
  response.on('error', () => undefined);
  return {
    response,
    until: async (text) => {
      while (!body.includes(text)) await new Promise<void>((resolve) => (more = resolve));
      return body;
    },
    whole: new Promise((resolve) => response.once('close', () => resolve(body))),
  };
}

const codeOf = (body: string): unknown =>
  (JSON.parse(body) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;

describe('server-sent events', () => {
  test.each([false, true])('name each message by its cursor, and complete (POST: %p)', async (post) => {
    const reply = await ask(SSE, QUERY, { post });
    expect(reply.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const [opened] = await scripted.until(1);
    scripted.send({ a: 1 }, 'c1');
    scripted.send({ a: 2 }, 'c2');
    opened?.end(null);
    expect(await reply.whole).toBe(
      'retry: 1000\n:\n\n' +
        'id: c1\nevent: next\ndata: {"data":{"a":1}}\n\n' +
        'id: c2\nevent: next\ndata: {"data":{"a":2}}\n\n' +
        'event: complete\ndata:\n\n',
    );
  });

  test('an EventSource that is cut off resumes by itself after the last cursor', async () => {
    const source = new EventSource(`${served.url}/graphql?query=${encodeURIComponent(QUERY)}`);
    const got: unknown[] = [];
    source.addEventListener('next', ({ data, lastEventId }) => got.push([JSON.parse(String(data)), lastEventId]));
    await scripted.until(1);
    scripted.send({ a: 1 }, 'after-one');
    while (got.length < 1) await new Promise((resolve) => setTimeout(resolve, 2));
    for (const opened of [...scripted.live]) opened.end([error('SLOW_CONSUMER', 'where-it-ended')]);
    await scripted.until(1);
    expect(scripted.requests.map(({ lastEventId }) => lastEventId)).toEqual([null, 'where-it-ended']);
    expect(got).toEqual([
      [{ data: { a: 1 } }, 'after-one'],
      [{ errors: [error('SLOW_CONSUMER', 'where-it-ended')] }, 'where-it-ended'],
    ]);
    source.close();
    await scripted.until(0);
  });

  test('comments say that the connection lives', async () => {
    await start({ pingMs: 50 });
    const reply = await ask(SSE, QUERY);
    await reply.until('retry: 1000\n:\n\n:\n\n:\n\n');
    reply.response.destroy();
    await scripted.until(0);
  });

  test('the operation stops when the caller goes away', async () => {
    const reply = await ask(SSE, QUERY);
    const [opened] = await scripted.until(1);
    expect(served.streams.report().subscribers.sse).toBe(1);
    reply.response.destroy();
    await scripted.until(0);
    expect([opened?.isStopped, opened?.request.request.signal.aborted]).toEqual([true, true]);
    expect(served.streams.report()).toEqual({
      connections: 0,
      subscribers: { websocket: 0, sse: 0, multipart: 0 },
      bufferedBytes: 0,
    });
    expect(served.log.map(({ msg }) => msg)).toEqual(['request', 'stream ended']);
  });

  test('a query is one message and the end', async () => {
    const reply = await ask(SSE, '{ answer }', { post: true });
    expect(await reply.whole).toBe(
      'retry: 1000\n:\n\nevent: next\ndata: {"data":{"answer":42}}\n\nevent: complete\ndata:\n\n',
    );
  });

  test('a slow reader is told apart, and loses nothing', async () => {
    const reply = await ask(SSE, QUERY);
    const [opened] = await scripted.until(1);
    await reply.until('retry');
    reply.response.pause();
    let sent = 0;
    while (sent < 1000 && (opened?.sink.buffered() ?? 0) < 2_000_000) {
      opened?.sink.send(message(`${sent}${'x'.repeat(100_000)}`));
      sent += 1;
      if (sent % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(opened?.sink.buffered()).toBeGreaterThan(1_000_000);
    const before = opened?.drains ?? 0;
    reply.response.resume();
    opened?.end(null);
    const body = await reply.whole;
    expect([...body.matchAll(/"data":"(\d+)x/g)].map(([, number]) => Number(number))).toEqual(
      Array.from({ length: sent }, (_, index) => index),
    );
    expect(opened?.drains).toBeGreaterThanOrEqual(before);
  });
});

describe('multipart', () => {
  test('wraps payloads, beats, and closes with its boundary', async () => {
    const reply = await ask(MULTIPART, QUERY, { post: true });
    expect(reply.response.headers['content-type']).toBe('multipart/mixed;boundary="graphql";subscriptionSpec="1.0"');
    const [opened] = await scripted.until(1);
    scripted.send({ a: 1 });
    opened?.end([error('SLOW_CONSUMER', 'here')]);
    const head = '\r\ncontent-type: application/json\r\n\r\n';
    const failed = JSON.stringify({ payload: null, errors: [error('SLOW_CONSUMER', 'here')] });
    expect(await reply.whole).toBe(
      `\r\n--graphql${head}{}\r\n--graphql${head}{"payload":{"data":{"a":1}}}\r\n--graphql${head}${failed}\r\n--graphql--\r\n`,
    );
  });

  test('beats while nothing happens', async () => {
    await start({ pingMs: 50 });
    const reply = await ask(MULTIPART, QUERY);
    await reply.until('{}\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql');
    reply.response.destroy();
    await scripted.until(0);
  });
});

describe('before anything is sent', () => {
  test.each([
    ['an operation that is refused', 400, 'INPUT_INVALID', SSE, '{ broken }', true],
    ['a mutation by GET', 405, 'METHOD_NOT_ALLOWED', SSE, 'mutation { rename }', false],
    ['a mutation by GET among others', 400, 'BAD_REQUEST', SSE, 'query A { a } mutation B { b }', false],
    ['what does work elsewhere by GET', 405, 'METHOD_NOT_ALLOWED', MULTIPART, '{ x: costly }', false],
    ['what is not GraphQL', 400, 'GRAPHQL_PARSE_FAILED', SSE, 'subscription {', false],
    ['no query', 400, 'BAD_REQUEST', SSE, '', false],
    ['no query in a body', 400, 'BAD_REQUEST', MULTIPART, '', true],
    ['multipart of another kind', 406, 'NOT_ACCEPTABLE', 'multipart/mixed;deferSpec=20220824', QUERY, true],
  ])('%s is answered whole', async (_, status, code, accept, query, post) => {
    const reply = await ask(accept, query, { post });
    const body = await reply.whole;
    expect([reply.response.statusCode, codeOf(body)]).toEqual([status, code]);
    expect(reply.response.headers['content-type']).toMatch(/json/);
    expect([scripted.live.size, served.streams.report().connections]).toEqual([0, 0]);
  });

  test('a mutation by GET is never handed on', async () => {
    await ask(SSE, 'mutation { rename }');
    expect(scripted.requests).toEqual([]);
  });

  test('an allowed GET refuses other sites', async () => {
    const reply = await ask(SSE, QUERY, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect([reply.response.statusCode, codeOf(await reply.whole)]).toEqual([403, 'ORIGIN_REFUSED']);
  });

  test('one stream too many is told to come later', async () => {
    await start({ connections: 1 });
    const first = await ask(SSE, QUERY);
    const second = await ask(SSE, QUERY);
    expect([second.response.statusCode, second.response.headers['retry-after']]).toEqual([503, '5']);
    expect(codeOf(await second.whole)).toBe('OVERLOADED');
    first.response.destroy();
    await scripted.until(0);
  });
});

test('a server that stops ends streams with SHUTTING_DOWN and the cursor to resume from', async () => {
  const [events, parts] = [await ask(SSE, QUERY), await ask(MULTIPART, QUERY)];
  await scripted.until(2);
  await served.close();
  expect(await events.whole).toMatch(
    /id: last\nevent: next\ndata: \{"errors":\[.*"SHUTTING_DOWN".*event: complete\ndata:\n\n$/s,
  );
  expect(await parts.whole).toMatch(
    /\{"payload":null,"errors":\[.*"SHUTTING_DOWN".*"cursor":"last".*\r\n--graphql--\r\n$/s,
  );
});
