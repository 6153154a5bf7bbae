import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { Agent, request } from 'undici';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { catalogue } from '../../src/errors/index.js';
import { makeBusy } from '../support/ethereum/busyChain.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { ask, eventually, root } from '../support/world.js';
import { garbage, type Garbage } from './garbage.js';
import { say, SEED, times } from './scale.js';

// Whatever is asked: no crash, no stack trace, nothing that is no typed error.

const REQUESTS = times(10_000, 600);
const AT_ONCE = 8;

let chain: TestChain;
let directory: ConfigDirectory;
let parley: RunningParley;
let agent: Agent;
beforeAll(async () => {
  chain = await startAnvil({ mining: 'manual' });
  const { height } = await makeBusy(chain);
  directory = configDirectory();
  const ethereum = { chainId: 31_337, rpc: [chain.rpc], ws: chain.ws };
  const limits = { requestsPerMinute: 1_000_000 };
  parley = await startParley(directory.write('garbage', [{ name: 'settlement', ethereum }], { limits }));
  agent = new Agent({ connections: AT_ONCE });
  await eventually('the chain is indexed', async () => {
    const { data } = await ask(parley.url, '{ ledgers { height } }');
    return Number((data as unknown as { ledgers: { height: string }[] }).ledgers[0]?.height) >= height;
  });
}, 240_000);
afterAll(async () => {
  await agent.close();
  await killLeftovers();
  await chain.close();
  directory.remove();
});

interface Reply {
  readonly status: number;
  readonly text: string;
}

async function send({ method, path, headers, body }: Garbage): Promise<Reply> {
  const bodiless = method === 'GET' || method === 'HEAD';
  const { statusCode, body: answer } = await request(`${parley.url}${path}`, {
    ...{ method: method as 'GET', headers, dispatcher: agent, body: bodiless ? null : body },
    signal: AbortSignal.timeout(20_000),
  });
  return { status: statusCode, text: await answer.text() };
}

const STACK = /\n\s+at \S|\bat .*\.(js|ts):\d+|node_modules|\/(src|dist)\//;

/** What is wrong with an answer; null where it is one that may be given. */
function fault({ status, text }: Reply): string | null {
  if (STACK.test(text) && !text.includes('<html')) return 'a stack trace';
  const codes = [...text.matchAll(/"code":\s?"([A-Z_]+)"/g)].map(([, code]) => String(code));
  if (codes.includes('INTERNAL')) return 'an INTERNAL error';
  if (status < 500) return null;
  if (status === 503 && text.includes('behind')) return null; // Readiness.
  return codes.some((code) => code in catalogue) ? null : `${status} without a code of the catalogue`;
}

test(`${REQUESTS} garbage requests`, async () => {
  const schema = buildSchema(readFileSync(`${root}/schema/api.graphql`, 'utf8'), { assumeValid: true });
  const statuses = new Map<number, number>();
  const found: { why: string; asked: Garbage; reply: string }[] = [];
  let sent = 0;
  const batch = fc.array(garbage(schema), { minLength: AT_ONCE, maxLength: AT_ONCE, size: 'max' });
  for (const requests of fc.sample(batch, { numRuns: Math.ceil(REQUESTS / AT_ONCE), seed: SEED })) {
    await Promise.all(
      requests.map(async (one) => {
        const reply = await send(one).catch((error: unknown) => ({ status: 0, text: String(error) }));
        sent += 1;
        statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
        const why = reply.status === 0 ? 'no answer' : fault(reply);
        if (why !== null && found.length < 20)
          found.push({
            why,
            asked: { ...one, body: one.body?.slice(0, 1_500) ?? null },
            reply: reply.text.slice(0, 600),
          });
      }),
    );
  }
  say(`  ${sent} garbage requests: ${[...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')}`);
  expect(found).toEqual([]);
  const { data } = await ask(parley.url, '{ ledgers { name } }');
  expect(data).toEqual({ ledgers: [{ name: 'settlement' }] });
  expect(parley.output()).not.toMatch(/"level":60|uncaught|unhandled/i);
  expect(await parley.stop()).toBe(0);
}, 600_000);
