import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RawSocket, refusedUpgrade } from './rawSocket.js';
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

describe('graphql-transport-ws', () => {
  test('acknowledges, answers queries and mutations as one message and a completion', async () => {
    const socket = await RawSocket.initialised(served.url);
    socket.subscribe('q', 'query Q($of: Int) { answer }', { variables: { of: 7 }, operationName: 'Q' });
    expect(await socket.until(3)).toEqual([
      { type: 'connection_ack' },
      { id: 'q', type: 'next', payload: { data: { answer: 7 } } },
      { id: 'q', type: 'complete' },
    ]);
    expect(scripted.requests[0]).toMatchObject({ operationName: 'Q', variables: { of: 7 }, lastEventId: null });
    expect(scripted.requests[0]?.request.remoteAddress).toBe('127.0.0.1');
    socket.socket.close();
  });

  test('answers what is refused with an error alone, and the id is free again', async () => {
    const socket = await RawSocket.initialised(served.url);
    socket.subscribe('1', '{ broken }');
    const [, refused] = await socket.until(2);
    expect(refused).toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code: 'INPUT_INVALID' } }] });
    socket.subscribe('1');
    const [opened] = await scripted.until(1);
    opened?.end([error('SLOW_CONSUMER', 'here')]);
    expect((await socket.until(3))[2]).toMatchObject({ type: 'error', payload: [{ extensions: { cursor: 'here' } }] });
    socket.socket.close();
  });

  test('a client completes: its operation stops, nothing more is sent, unknown ids are no matter', async () => {
    const socket = await RawSocket.initialised(served.url);
    socket.subscribe('1');
    const [opened] = await scripted.until(1);
    socket.say({ id: '2', type: 'complete' });
    socket.say({ id: '1', type: 'complete' });
    await scripted.until(0);
    expect(opened?.isStopped).toBe(true);
    socket.say({ type: 'ping', payload: { at: 1 } });
    expect(await socket.until(2)).toEqual([{ type: 'connection_ack' }, { type: 'pong', payload: { at: 1 } }]);
    socket.socket.close();
  });

  test.each([
    ['an operation before connection_init', 4401, [{ id: '1', type: 'subscribe', payload: { query: '{ a }' } }]],
    ['a second connection_init', 4429, [{ type: 'connection_init' }, { type: 'connection_init' }]],
    ['no JSON', 4400, ['{']],
    ['an unknown type', 4400, [{ type: 'start' }]],
    ['a message of the server', 4400, [{ type: 'connection_ack' }]],
    ['an operation without an id', 4400, [{ type: 'connection_init' }, { type: 'subscribe', payload: { query: 'x' } }]],
    [
      'a query that is no text',
      4400,
      [{ type: 'connection_init' }, { id: '1', type: 'subscribe', payload: { query: 1 } }],
    ],
    [
      'too long an id',
      4400,
      [{ type: 'connection_init' }, { id: 'i'.repeat(257), type: 'subscribe', payload: { query: '{ a }' } }],
    ],
    ['a binary message', 4400, [Buffer.from('{"type":"ping"}')]],
    ['too large a message', 1009, [{ type: 'ping', payload: { of: 'x'.repeat(1_048_577) } }]],
  ])('closes on %s with %i', async (_, code, messages) => {
    const socket = await RawSocket.open(served.url);
    for (const one of messages)
      if (Buffer.isBuffer(one) || typeof one === 'string') socket.socket.send(one);
      else socket.say(one);
    expect((await socket.closed).code).toBe(code);
  });

  test('closes on an id that is taken with 4409, and stops what the connection had', async () => {
    const socket = await RawSocket.initialised(served.url);
    const long = 'ü'.repeat(200);
    socket.subscribe(long);
    await scripted.until(1);
    socket.subscribe(long);
    expect((await socket.closed).code).toBe(4409);
    await scripted.until(0);
    expect(scripted.requests[0]?.request.signal.aborted).toBe(true);
  });

  test('closes a client that speaks another subprotocol with 4406', async () => {
    const socket = await RawSocket.open(served.url, { protocols: [] });
    expect(await socket.closed).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
  });

  test('closes a client that does not initialise with 4408, and no other', async () => {
    await start({ handshakeMs: 150 });
    const good = await RawSocket.initialised(served.url);
    const idle = await RawSocket.open(served.url);
    expect((await idle.closed).code).toBe(4408);
    expect(good.socket.readyState).toBe(good.socket.OPEN);
    good.socket.close();
  });

  test('pings, and cuts off who does not answer', async () => {
    await start({ pingMs: 60 });
    const living = await RawSocket.initialised(served.url);
    let pings = 0;
    living.socket.on('ping', () => (pings += 1));
    const dead = await RawSocket.initialised(served.url, { autoPong: false });
    expect((await dead.closed).code).toBe(1006);
    expect(pings).toBeGreaterThan(1);
    expect(living.socket.readyState).toBe(living.socket.OPEN);
    living.socket.close();
  });

  test.each([1, 100, 200, 65_400, 65_600, 300_000])('frames a result of %i characters', async (size) => {
    const socket = await RawSocket.initialised(served.url);
    const id = `"${'ß'.repeat(3)}\n`;
    socket.subscribe(id);
    const [opened] = await scripted.until(1);
    const values = ['a', 'b', 'c'].map((letter) => letter.repeat(size));
    for (const value of values) opened?.sink.send(message(value));
    const all = await socket.until(4);
    expect(all.slice(1)).toEqual(values.map((data) => ({ id, type: 'next', payload: { data } })));
    socket.socket.close();
  });

  test('tells how much a slow client left unread, and when there is room again; nothing is lost', async () => {
    const socket = await RawSocket.initialised(served.url);
    socket.subscribe('1');
    const [opened] = await scripted.until(1);
    socket.socket.pause();
    const value = 'x'.repeat(100_000);
    let sent = 0;
    while (sent < 1000 && (opened?.sink.buffered() ?? 0) < 2_000_000) {
      opened?.sink.send(message(`${sent}${value}`));
      sent += 1;
      if (sent % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(opened?.sink.buffered()).toBeGreaterThan(1_000_000);
    expect(served.streams.report().bufferedBytes).toBeGreaterThan(1_000_000);
    const before = opened?.drains ?? 0;
    socket.socket.resume();
    const all = await socket.until(sent + 1);
    expect(all.slice(1).map(({ payload }) => parseInt((payload as { data: string }).data, 10))).toEqual(
      Array.from({ length: sent }, (_, index) => index),
    );
    expect(opened?.drains).toBeGreaterThan(before);
    expect(opened?.sink.buffered()).toBe(0);
    socket.socket.close();
  });
});

const ofReader = (reader: number, value: string): string => `${reader}${value.replaceAll('a', String(reader))}`;

test('what one client leaves unread never gets into what another one reads', async () => {
  const slow = await RawSocket.initialised(served.url);
  const quick = await RawSocket.initialised(served.url);
  for (const socket of [slow, quick]) socket.subscribe('1');
  const opened = await scripted.until(2);
  slow.socket.pause();
  const values = Array.from({ length: 1500 }, (_, at) => `${at}${'a'.repeat(8000)}`);
  for (const [at, value] of values.entries()) {
    for (const [reader, { sink }] of opened.entries()) sink.send(message(ofReader(reader, value)));
    // In turns of their own and together, so that frames are written at once and held back.
    if (at % 3 > 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(served.streams.report().bufferedBytes).toBeGreaterThan(100_000);
  slow.socket.resume();
  for (const socket of [slow, quick]) {
    const got = (await socket.until(values.length + 1))
      .slice(1)
      .map(({ payload }) => (payload as { data: string }).data);
    const reader = Number(got[0]?.[0]);
    expect(got.every((value, at) => value === ofReader(reader, values[at] ?? ''))).toBe(true);
    socket.socket.close();
  }
});

describe('the door of WebSockets', () => {
  test.each([
    ['a foreign origin', 403, 'ORIGIN_REFUSED', { origin: 'https://evil.example' }, '/graphql'],
    ['a foreign host', 403, 'HOST_REFUSED', { host: 'evil.example' }, '/graphql'],
    ['a proxy', 403, 'FORWARDED_REFUSED', { 'x-forwarded-for': '1.2.3.4' }, '/graphql'],
    ['another path', 404, 'NOT_FOUND', {}, '/elsewhere'],
  ])('refuses %s before the upgrade', async (_, status, code, headers, path) => {
    expect(await refusedUpgrade(served.url, headers, path)).toMatchObject({ status, code });
    expect(served.streams.report().connections).toBe(0);
  });

  test('one connection too many is told to come later; a place is free once one is gone', async () => {
    await start({ connections: 1 });
    const first = await RawSocket.initialised(served.url);
    expect(await refusedUpgrade(served.url)).toEqual({ status: 503, retryAfter: '5', code: 'OVERLOADED' });
    first.socket.close();
    await first.closed;
    while (served.streams.report().connections > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    const second = await RawSocket.initialised(served.url);
    second.socket.close();
  });

  test('bounds the subscriptions of a connection and of a client address; the others go on', async () => {
    await start({ subscriptionsPerConnection: 2, subscriptionsPerCaller: 3 });
    const one = await RawSocket.initialised(served.url);
    for (const id of ['1', '2', '3']) one.subscribe(id);
    expect((await one.until(2))[1]).toMatchObject({
      id: '3',
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }],
    });
    const two = await RawSocket.initialised(served.url);
    for (const id of ['1', '2']) two.subscribe(id);
    expect((await two.until(2))[1]).toMatchObject({ id: '2', type: 'error' });
    expect((await scripted.until(3)).length).toBe(3);
    expect(served.streams.report().subscribers).toEqual({ websocket: 3, sse: 0, multipart: 0 });
    const text = await (await fetch(`${served.url}/metrics`)).text();
    expect(text).toContain('parley_stream_ended_total{transport="websocket",code="TOO_MANY_SUBSCRIPTIONS"} 2');
    one.socket.close();
    two.socket.close();
    await scripted.until(0);
    expect(served.streams.report().subscribers.websocket).toBe(0);
  });

  test('who sends half a head is cut off soon after its time', async () => {
    await start({ headersTimeoutMs: 200 });
    const { port } = new URL(served.url);
    const socket = connect(Number(port), '127.0.0.1').resume();
    socket.write('GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    await once(socket, 'close', { signal: AbortSignal.timeout(30_000) });
  });

  test('each operation counts as a request', async () => {
    await start({ requestsPerMinute: 2 });
    const socket = await RawSocket.initialised(served.url);
    for (const id of ['1', '2', '3']) socket.subscribe(id);
    expect((await socket.until(2))[1]).toMatchObject({ id: '3', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    socket.socket.close();
  });

  test('another protocol that a client offers is not taken, and does not keep it from its answer', async () => {
    const { port } = served;
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
    const status = await new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path: '/nowhere', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });
    expect(status).toBe(404);
  });
});

describe('stopping', () => {
  test('sends WebSockets away with 1012 and refuses new ones', async () => {
    const socket = await RawSocket.initialised(served.url);
    socket.subscribe('1');
    const [opened] = await scripted.until(1);
    const stopped = served.close();
    expect(await socket.closed).toEqual({ code: 1012, reason: 'Service restart' });
    await stopped;
    expect(opened?.isStopped).toBe(true);
    expect(served.log.map(({ msg, messages, code }) => [msg, messages ?? code])).toEqual([
      ['stream ended', 0],
      ['connection ended', 1012],
    ]);
    expect(JSON.stringify(served.log)).not.toContain('blockAdded');
  });

  test('what is open, and what ended by which code, is in /metrics', async () => {
    const socket = await RawSocket.initialised(served.url);
    for (const id of ['1', '2']) socket.subscribe(id);
    const [first] = await scripted.until(2);
    first?.end([error('SLOW_CONSUMER', 'here')]);
    await socket.until(2);
    const text = await (await fetch(`${served.url}/metrics`)).text();
    for (const line of [
      'parley_stream_connections 1',
      'parley_stream_subscribers{transport="websocket"} 1',
      'parley_stream_buffered_bytes 0',
      'parley_stream_ended_total{transport="websocket",code="SLOW_CONSUMER"} 1',
    ])
      expect(text.split('\n')).toContain(line);
    socket.socket.close();
  });

  test('waits for nobody who does not answer the close', async () => {
    const socket = await RawSocket.initialised(served.url);
    socket.socket.pause();
    await served.close();
    socket.socket.resume();
    expect([1006, 1012]).toContain((await socket.closed).code);
  });
});
