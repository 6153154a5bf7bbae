import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SharedRuns } from '../../../../src/gateway/server/sharedRuns.js';
import { serve } from '../../../federation/serve.js';

let served: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.gateway.close());

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

async function post(body: object): Promise<Reply> {
  const headers = { 'content-type': 'application/json', 'x-request-id': 'the-same-request' };
  const answer = await fetch(`${served.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { date, ...kept } = Object.fromEntries(answer.headers);
  expect(date).toBeDefined();
  return { status: answer.status, headers: kept, text: await answer.text() };
}

const MEMBER = 'query A($id: ID!) { member(id: $id) { name } } query B { member(id: "member/ann") { id } }';
const requests: Readonly<Record<string, object>> = {
  'a query': { query: '{ member(id: "member/ann") { name } }' },
  'one of several operations': { query: MEMBER, operationName: 'B' },
  'no operation named where there are several': { query: MEMBER },
  'an operation that is not there': { query: MEMBER, operationName: 'C' },
  'variables that fit': { query: MEMBER, operationName: 'A', variables: { id: 'member/ann' } },
  'variables that do not': { query: MEMBER, operationName: 'A', variables: { id: [] } },
  'variables of no kind that there is': { query: MEMBER, operationName: 'A', variables: 'id' },
  'an operation name of no kind that there is': { query: MEMBER, operationName: 1 },
  extensions: { query: '{ member(id: "member/ann") { name } }', extensions: { a: 1 } },
  'what does not parse': { query: '{ member(' },
  'what does not validate': { query: '{ nobody }' },
  'a mutation where there is none': { query: 'mutation { a }' },
};

describe('a text that was answered before', () => {
  test.each(Object.entries(requests))('%s: answered as the first time, byte for byte', async (_, body) => {
    const first = await post(body);
    for (let times = 0; times < 3; times += 1) expect(await post(body)).toEqual(first);
  });

  test('a page over the limit is refused each time, however often a smaller one was let through', async () => {
    const query = 'query ($n: Int!) { members(first: $n) { id } }';
    const small = await post({ query, variables: { n: 1 } });
    const large = await post({ query, variables: { n: 1_000_000 } });
    expect(await post({ query, variables: { n: 1 } })).toEqual(small);
    expect(await post({ query, variables: { n: 1_000_000 } })).toEqual(large);
    expect(large.text).not.toBe(small.text);
  });

  test('twenty who ask at once are answered alike, each with its own request id in the log', async () => {
    const query = '{ member(id: "member/ann") { id name } }';
    const first = await post({ query });
    const all = await Promise.all(Array.from({ length: 20 }, () => post({ query })));
    for (const one of all) expect(one).toEqual(first);
  });
});

describe('runs that are shared', () => {
  test('who asks before the run begins joins it, who asks later has another', async () => {
    const runs = new SharedRuns<number>();
    let begun = 0;
    const run = async (): Promise<number> => (begun += 1);
    const together = [runs.join('a', run), runs.join('a', run), runs.join('b', run)];
    expect(await Promise.all(together)).toEqual([1, 1, 2]);
    expect(await runs.join('a', run)).toBe(3);
  });

  test('who asks while a run is under way does not get what it read before', async () => {
    const runs = new SharedRuns<string>();
    let state = 'before';
    let finish = (): void => undefined;
    const slow = runs.join('a', async () => {
      const read = state;
      await new Promise<void>((resolve) => (finish = resolve));
      return read;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    state = 'after';
    const late = runs.join('a', async () => state);
    expect(await late).toBe('after');
    finish();
    expect(await slow).toBe('before');
  });

  test('a run that fails is forgotten', async () => {
    const runs = new SharedRuns<number>();
    await expect(runs.join('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await runs.join('a', async () => 1)).toBe(1);
  });
});
