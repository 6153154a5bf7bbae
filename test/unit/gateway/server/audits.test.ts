import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { serve } from '../../../federation/serve.js';

let served: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.gateway.close());

test('every public audit of GraphQL over HTTP passes', async () => {
  const results = await Promise.all(
    serverAudits({ url: () => `${served.url}/graphql`, fetchFn: fetch }).map(async (audit) => audit.fn()),
  );
  expect(results.filter(({ status }) => status !== 'ok').map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  expect(results).toHaveLength(61);
});
