import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSubgraphs } from '../../../../src/subgraphs/index.js';
import { serve, sourceReport } from '../../../federation/serve.js';

let served: Awaited<ReturnType<typeof serve>>;
const reports = [sourceReport()];
beforeAll(async () => {
  served = await serve({
    sources: async () => reports,
    server: {
      port: 0,
      maxBodyBytes: 2000,
      allowedOrigins: ['https://portal.example'],
      allowedHosts: ['graph.example'],
    },
  });
});
afterAll(() => served.gateway.close());

interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}
/** A request as it is, without what fetch forbids or adds. */
const raw = (
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawReply> =>
  new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: served.port, path, method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
const code = ({ text }: RawReply) =>
  (JSON.parse(text) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;
const post = (body: string, headers: Record<string, string> = {}) =>
  raw('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const QUERY = JSON.stringify({ query: '{ __typename }' });

describe('GraphQL over HTTP', () => {
  test('answers with where every ledger stands', async () => {
    const { status, body, headers } = await served.ask('{ member(id: "member/ann") { name } }');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect(body).toEqual({ data: { member: { name: 'Ann' } }, extensions: { sources: reports } });
  });

  test.each([
    ['a method that is not taken', 405, 'METHOD_NOT_ALLOWED', { method: 'PUT' }],
    [
      'a media type that is not JSON',
      415,
      'MEDIA_TYPE_UNSUPPORTED',
      { method: 'POST', body: QUERY, headers: { 'content-type': 'text/plain' } },
    ],
    [
      'another charset',
      415,
      'MEDIA_TYPE_UNSUPPORTED',
      { method: 'POST', body: QUERY, headers: { 'content-type': 'application/json; charset=latin1' } },
    ],
    [
      'a compressed body',
      415,
      'MEDIA_TYPE_UNSUPPORTED',
      { method: 'POST', body: QUERY, headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
    ],
    ['an Accept that fits nothing', 406, 'NOT_ACCEPTABLE', { headers: { accept: 'text/html' } }],
    ['an Accept that names what every object has', 406, 'NOT_ACCEPTABLE', { headers: { accept: 'constructor' } }],
  ])('refuses %s', async (_, status, expected, options) => {
    const reply = await raw('/graphql?query=%7B__typename%7D', options);
    expect([reply.status, code(reply)]).toEqual([status, expected]);
  });

  test.each([
    ['no JSON', '{', 400, 'BAD_REQUEST'],
    ['nothing', '', 400, 'BAD_REQUEST'],
    ['several operations', `[${QUERY},${QUERY}]`, 400, 'BAD_REQUEST'],
    ['a string', '"{ __typename }"', 400, 'BAD_REQUEST'],
    ['no query', '{"variables":{}}', 400, 'BAD_REQUEST'],
    ['too much', JSON.stringify({ query: '{ __typename }', pad: 'x'.repeat(3000) }), 413, 'REQUEST_TOO_LARGE'],
  ])('refuses a body with %s', async (_, body, status, expected) => {
    const reply = await post(body);
    expect([reply.status, code(reply)]).toEqual([status, expected]);
  });

  test('refuses a long body that does not say its length', async () => {
    const reply = await post('x'.repeat(10_000), { 'transfer-encoding': 'chunked' });
    expect([reply.status, code(reply)]).toEqual([413, 'REQUEST_TOO_LARGE']);
  });

  test('refuses what is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"query":"{ __typename # '), Buffer.from([0xff]), Buffer.from('"}')]);
    const response = await fetch(`${served.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bytes,
    });
    expect(response.status).toBe(400);
  });

  test('never runs a mutation over GET', async () => {
    const query = encodeURIComponent('mutation { rename(input: { by: { id: "member/ann" }, name: "Z" }) { name } }');
    const reply = await raw(`/graphql?query=${query}`);
    expect([reply.status, reply.headers['allow'], code(reply)]).toEqual([405, 'POST', 'BAD_REQUEST']);
  });

  test('answers GET with variables', async () => {
    const query = encodeURIComponent('query ($id: ID!) { member(id: $id) { name } }');
    const reply = await raw(`/graphql?query=${query}&variables=${encodeURIComponent('{"id":"member/bob"}')}`);
    expect(JSON.parse(reply.text)).toMatchObject({ data: { member: { name: 'Bob' } } });
  });

  test('refuses subscriptions and operations that are not there', async () => {
    expect(
      (await served.ask('query A { __typename } query B { __typename }')).body.errors?.[0]?.extensions['code'],
    ).toBe('BAD_REQUEST');
    const unused = await served.ask('query ($id: ID) { __typename }');
    expect(unused.body.errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    const misnamed = await post(JSON.stringify({ query: '{ __typename }', operationName: 'Else' }));
    expect([misnamed.status, code(misnamed)]).toEqual([200, 'BAD_REQUEST']);
    const overGet = await raw('/graphql?query=%7B__typename%7D&operationName=Else');
    expect(overGet.text).toContain('no operation of that name. Got: Else');
  });

  test('a graph without mutations says so', async () => {
    const writing = ['consortium', 'fabric', 'ethereum', 'signing'];
    const reading = await serve({ subgraphs: createSubgraphs().filter(({ name }) => !writing.includes(name)) });
    try {
      const { body } = await reading.ask('mutation { rename }');
      expect(body.errors).toMatchObject([
        { message: expect.stringContaining('no mutation'), extensions: { code: 'BAD_REQUEST' } },
      ]);
    } finally {
      await reading.gateway.close();
    }
  });

  test('keeps the caller’s request id, or makes one', async () => {
    expect((await raw('/healthz', { headers: { 'x-request-id': 'harbour-0001' } })).headers['x-request-id']).toBe(
      'harbour-0001',
    );
    expect((await raw('/healthz', { headers: { 'x-request-id': 'bad id\t' } })).headers['x-request-id']).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });
});

describe('browsers', () => {
  const own = () => `http://127.0.0.1:${served.port}`;
  test.each([
    ['a page of its own', () => ({ origin: own(), 'sec-fetch-site': 'same-origin' }), 200],
    ['a tool without an origin', () => ({}), 200],
    ['a page typed into the address bar', () => ({ 'sec-fetch-site': 'none' }), 200],
    ['an allowed page', () => ({ origin: 'https://portal.example', 'sec-fetch-site': 'cross-site' }), 200],
    ['a foreign page', () => ({ origin: 'https://evil.example' }), 403],
    ['a page of another port', () => ({ origin: 'http://127.0.0.1:1' }), 403],
    ['a page without an origin of its own', () => ({ origin: 'null' }), 403],
    ['a cross-site image', () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }), 403],
    ['a same-site page that sends no origin', () => ({ 'sec-fetch-site': 'same-site' }), 403],
  ])('%s', async (_, headers, status) => {
    expect((await raw('/graphql?query=%7B__typename%7D', { headers: headers() })).status).toBe(status);
    expect((await post(QUERY, headers())).status).toBe(status);
  });

  test.each([
    ['localhost:4000', 200],
    ['[::1]:4000', 200],
    ['graph.example', 200],
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
  ])('the Host %s', async (host, status) => {
    expect((await raw('/healthz', { headers: { host } })).status).toBe(status);
  });

  test.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via', 'cf-connecting-ip'])(
    'a request with %s is refused',
    async (name) => {
      const reply = await raw('/healthz', { headers: { [name]: '10.0.0.1' } });
      expect([reply.status, code(reply)]).toEqual([403, 'FORWARDED_REFUSED']);
    },
  );

  test('an allowed page may ask before it sends, and read the answer', async () => {
    const origin = 'https://portal.example';
    const asked = await raw('/graphql', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([204, origin]);
    expect((await raw('/graphql', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })).status).toBe(
      403,
    );
  });
});

describe('other surfaces', () => {
  test('an unknown path says which there are', async () => {
    const reply = await raw('/nothing');
    expect([reply.status, code(reply)]).toEqual([404, 'NOT_FOUND']);
    expect(reply.text).toContain('/schema.graphql');
  });

  test('readiness says which ledger is behind', async () => {
    expect((await raw('/readyz')).status).toBe(200);
    reports.push(
      sourceReport({
        name: 'trade',
        ledger: null,
        indexedHeight: null,
        stale: true,
        problem: 'the peer does not answer',
      }),
    );
    const reply = await raw('/readyz');
    reports.pop();
    expect(reply.status).toBe(503);
    expect(JSON.parse(reply.text)).toMatchObject({
      ready: false,
      behind: [{ name: 'trade', problem: 'the peer does not answer' }],
    });
  });

  test('metrics count requests, errors and blocks', async () => {
    await served.ask('{ nothing }');
    const { text } = await raw('/metrics');
    expect(text).toMatch(/parley_http_requests_total\{path="\/graphql",method="POST",status="400"\} \d/);
    expect(text).toMatch(/parley_errors_total\{code="GRAPHQL_VALIDATION_FAILED"\} \d/);
    expect(text).toContain('parley_ledger_indexed_height{ledger="eip155:31337",name="settlement"} 10');
    expect(text).toMatch(/path="other",method="other",status="404"/);
  });

  test('metrics forget what a ledger was called before it was known, and heights that are not heard any more', async () => {
    reports.push(sourceReport({ ledger: null, name: 'trade', head: 7, problem: 'the peer does not answer' }));
    expect((await raw('/metrics')).text).toContain('parley_ledger_stale{ledger="",name="trade"}');
    reports.pop();
    const { text } = await raw('/metrics');
    expect(text).not.toContain('name="trade"');
    expect(text).toContain('name="settlement"');
  });

  test('the schema is SDL', async () => {
    const { text, headers } = await raw('/schema.graphql');
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text).toContain('interface Block implements Node {');
  });

  test('GraphiQL comes whole from here and may run only its own script', async () => {
    const { text, headers, status } = await raw('/graphiql');
    expect(status).toBe(200);
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/script-src 'sha256-[^']+' blob:;.*connect-src 'self';.*frame-ancestors 'none'/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(text).not.toMatch(/<script[^>]+src=|<link[^>]+href="https?:/);
    expect(text).toContain('LedgerHeads');
    expect((await raw('/', { headers: { 'if-none-match': String(headers['etag']) } })).status).toBe(304);
    expect((await raw('/', { method: 'HEAD' })).text).toBe('');
  });

  test('each request is one line of the log, without what was asked', async () => {
    served.log.splice(0);
    await served.ask('query Who($id: ID!) { member(id: $id) { name } }', { id: 'member/ann' });
    const lines = served.log.filter(({ msg }) => msg === 'request');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      method: 'POST',
      path: '/graphql',
      status: 200,
      operation: { name: 'Who', type: 'query' },
    });
    expect(JSON.stringify(served.log)).not.toContain('member/ann');
  });
});
