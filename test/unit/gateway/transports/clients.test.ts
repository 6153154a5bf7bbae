import { afterEach, describe, expect, test } from '@jest/globals';
import { streamClients } from '../../../support/streamClients/index.js';
import { error, Scripted, serveStreams } from './served.js';

const query = 'subscription Blocks { blockAdded { cursor } }';
let cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of cleanup.splice(0).reverse()) await close();
  cleanup = [];
});

async function connected(kind: Awaited<ReturnType<typeof streamClients>>[number]) {
  const scripted = new Scripted();
  const served = await serveStreams({}, scripted);
  cleanup.push(served.close);
  const client = kind.connect(served.url);
  cleanup.push(() => client.close());
  return { scripted, served, client };
}
const reached = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};

describe.each((await streamClients()).map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
  test('gets each message in order, and its end', async () => {
    const { scripted, client } = await connected(kind);
    const stream = client.open({ query });
    const [opened] = await scripted.until(1);
    for (const number of [1, 2, 3]) scripted.send({ blockAdded: { cursor: `ü${number}` } }, `c${number}`);
    await reached(() => stream.results.length === 3);
    expect(stream.results.map(({ data }) => data)).toEqual(
      [1, 2, 3].map((number) => ({ blockAdded: expect.objectContaining({ cursor: `ü${number}` }) as unknown })),
    );
    opened?.end(null);
    expect(scripted.live.size).toBe(0);
    if (!kind.name.startsWith('urql')) expect(await stream.ended).toBeNull();
    stream.stop();
  }, 240_000);

  test('that unsubscribes ends its operation', async () => {
    const { scripted, client } = await connected(kind);
    const stream = client.open({ query });
    const [opened] = await scripted.until(1);
    scripted.send({ blockAdded: { cursor: '1' } });
    await reached(() => stream.results.length === 1);
    stream.stop();
    await scripted.until(0);
    expect(opened?.isStopped).toBe(true);
  }, 240_000);

  test('is told of an error that ends its stream', async () => {
    const { scripted, client } = await connected(kind);
    const stream = client.open({ query });
    const [opened] = await scripted.until(1);
    scripted.send({ blockAdded: { cursor: '1' } });
    await reached(() => stream.results.length === 1);
    opened?.end([error('SLOW_CONSUMER', 'here')]);
    if (kind.name === 'graphql-sse') {
      await reached(() => stream.results.length === 2);
      expect(stream.results[1]?.errors?.[0]?.message).toMatch(/^It ended/);
    } else expect(JSON.stringify(await stream.ended) + String(await stream.ended)).toMatch(/It ended/);
  }, 240_000);
});
