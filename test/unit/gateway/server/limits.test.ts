import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { ParleyError } from '../../../../src/errors/index.js';
import type { GatewayOptions } from '../../../../src/gateway/index.js';
import type { RequestContext } from '../../../../src/subgraphs/context.js';
import { plainSubgraph } from '../../../federation/subgraph.js';
import { serve } from '../../../federation/serve.js';

/** A subgraph that takes its time, fails, and reports. */
const troubles = () =>
  plainSubgraph({
    name: 'troubles',
    sdl: 'type Query { wait(ms: Int!): Int! fail: Int refuse: Int partly: Int aborted: Boolean }',
    resolvers: {
      Query: {
        wait: async (_: unknown, { ms }: { ms: number }, { signal }: RequestContext) => delay(ms, ms, { signal }),
        fail: () => {
          throw new TypeError('the secret cause');
        },
        refuse: () => {
          throw new ParleyError('LEDGER_UNAVAILABLE', 'The ledger is silent', { source: 'trade' });
        },
        partly: (_: unknown, __: unknown, context: RequestContext) => {
          context.report(new ParleyError('LEDGER_UNAVAILABLE', 'One ledger is silent', { source: 'trade' }));
          return 1;
        },
      },
    },
  });

const open: { close(): Promise<void> }[] = [];
const start = async (options: Partial<GatewayOptions> = {}) => {
  const served = await serve({ subgraphs: [troubles()], ...options });
  open.push(served.gateway);
  return served;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()));
});
const codes = ({ body }: { body: { errors?: readonly { extensions: Record<string, unknown> }[] } }) =>
  body.errors?.map(({ extensions }) => extensions['code']);

test('an answer holds data, the errors of fields and those reported beside it', async () => {
  const { ask, log } = await start();
  const { status, body } = await ask('{ partly refuse fail wait(ms: 1) }');
  expect(status).toBe(200);
  expect(body.data).toEqual({ partly: 1, refuse: null, fail: null, wait: 1 });
  expect(body.errors?.map(({ path, extensions }) => [path, extensions['code'], extensions['source']])).toEqual([
    [['refuse'], 'LEDGER_UNAVAILABLE', 'trade'],
    [['fail'], 'INTERNAL', undefined],
    [undefined, 'LEDGER_UNAVAILABLE', 'trade'],
  ]);
  expect(JSON.stringify(body)).not.toMatch(/secret|TypeError|stack/);
  expect(
    log.some(({ err, requestId }) => JSON.stringify(err).includes('the secret cause') && typeof requestId === 'string'),
  ).toBe(true);
});

test('an operation over a limit is refused before execution', async () => {
  const { ask } = await start({ limits: { cost: 1, requestsPerMinute: 1000 } });
  const refused = await ask('{ wait(ms: 1) partly again: wait(ms: 2) }');
  expect([refused.status, codes(refused)]).toEqual([400, ['LIMIT_EXCEEDED']]);
  expect(refused.body.data).toBeUndefined();
  expect(refused.body.errors?.[0]?.message).toMatch(/limit `cost`.* Got: 2\. Expected: at most 1\./);
  const json = await ask('{ wait(ms: 1) again: wait(ms: 2) }', {}, { accept: 'application/json' });
  expect(json.status).toBe(200);
});

test('a client that asks too often waits', async () => {
  const { ask } = await start({ limits: { requestsPerMinute: 2 } });
  await ask('{ partly }');
  await ask('{ partly }');
  const third = await ask('{ partly }');
  expect([third.status, codes(third)]).toEqual([429, ['RATE_LIMITED']]);
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('only so many requests are answered at once', async () => {
  const { ask } = await start({ server: { port: 0, maxConcurrent: 1 } });
  const slow = ask('{ wait(ms: 300) }');
  await delay(100);
  const second = await ask('{ partly }');
  expect([second.status, codes(second), second.headers.get('retry-after')]).toEqual([503, ['OVERLOADED'], '1']);
  expect((await slow).status).toBe(200);
});

test('an answer that takes too long ends', async () => {
  const { ask } = await start({ server: { port: 0, timeoutMs: 50 } });
  const reply = await ask('{ wait(ms: 5000) }');
  expect([reply.status, codes(reply)]).toEqual([504, ['TIMEOUT']]);
});

test('a context that cannot be made is told by its code', async () => {
  const { ask } = await start({
    contextFor: () => {
      throw new ParleyError('STORE_UNAVAILABLE', 'The store is away');
    },
  });
  const reply = await ask('{ partly }');
  expect([reply.status, codes(reply)]).toEqual([503, ['STORE_UNAVAILABLE']]);
});

test('a stop lets what runs finish and refuses what comes', async () => {
  const { ask, gateway } = await start();
  const running = ask('{ wait(ms: 300) }');
  await delay(100);
  const closing = gateway.close();
  const late = await ask('{ partly }').catch((error: unknown) => error);
  // The port is closed at once; a connection that was open already is told.
  if (!(late instanceof Error) && typeof late === 'object' && late !== null && 'status' in late)
    expect(late.status).toBe(503);
  expect((await running).status).toBe(200);
  await closing;
});

test('a stop that has waited long enough ends the rest', async () => {
  const { ask, gateway } = await start({ server: { port: 0, graceMs: 50 } });
  const running = ask('{ wait(ms: 60000) }');
  await delay(100);
  const started = performance.now();
  await gateway.close();
  expect(performance.now() - started).toBeLessThan(20_000);
  const reply = await running;
  expect([reply.status, codes(reply)]).toEqual([503, ['SHUTTING_DOWN']]);
});

test.each(['0.0.0.0', '::', '10.0.0.1', 'example.org'])('%s is not listened on without accounts', async (host) => {
  await expect(start({ server: { port: 0, host } })).rejects.toThrow(
    /^Parley does not listen on .*Expected: 127\.0\.0\.0\/8, ::1 or localhost\. Fix: /,
  );
});

test('a port that is taken is told', async () => {
  const { port } = await start();
  await expect(start({ server: { port } })).rejects.toThrow(/another program listens there/);
});
