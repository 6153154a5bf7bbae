import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { configBeside, killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { ask, eventually, parley, sleep, startWorld, type World } from '../support/world.js';

// What an operator fears: a crash in the middle, a reorganisation while nobody looks, a rotten byte, a ledger that is gone.

interface Database {
  prepare(sql: string): { all(...values: unknown[]): Record<string, unknown>[]; run(...values: unknown[]): unknown };
  close(): void;
}
const SQLite = createRequire(import.meta.url)('better-sqlite3') as new (path: string) => Database;

let world: World;
beforeAll(async () => {
  world = await startWorld(['--no-story']);
}, 240_000);
afterAll(async () => {
  await killLeftovers();
  await world.dispose();
}, 240_000);

async function rpc<T>(method: string, ...params: unknown[]): Promise<T> {
  const response = await fetch(world.dev.ethereum.rpc, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result: T; error?: { message: string } };
  if (answer.error !== undefined) throw new Error(answer.error.message);
  return answer.result;
}

const hashOf = async (number: number): Promise<string> =>
  (await rpc<{ hash: string }>('eth_getBlockByNumber', `0x${number.toString(16)}`, false)).hash;

const headOf = async (): Promise<number> => Number(await rpc<string>('eth_blockNumber'));

interface Heads {
  readonly ledgers: readonly { readonly name: string; readonly height: string }[];
}
async function height(url: string, ledger: string): Promise<number> {
  const answer = await ask(url, '{ ledgers { name height } }');
  return Number((answer.data as unknown as Heads | null)?.ledgers.find(({ name }) => name === ledger)?.height ?? -1);
}

const indexed = (one: RunningParley, target: number): Promise<true> =>
  eventually(`block ${target} is indexed`, async () => (await height(one.url, 'settlement')) >= target);

async function expectClean(config: string): Promise<void> {
  const { code, output } = await parley('verify', '--config', config);
  expect([code, output]).toEqual([0, expect.stringContaining('nothing differs')]);
}

describe('after kill -9', () => {
  test('in the middle of a back-fill, the next start goes on and verify is clean', async () => {
    await rpc('anvil_mine', '0x3e8');
    await rpc('anvil_mine', '0x3e8');
    const config = configBeside(world.dev.parley.config, 'killed', () => undefined);
    const heights: number[] = [];
    for (let kill = 0; kill < 3; kill += 1) {
      const victim = await startParley(config);
      await sleep(100 + kill * 150);
      heights.push(await height(victim.url, 'settlement').catch(() => -1));
      await victim.kill();
    }
    const survivor = await startParley(config);
    await indexed(survivor, await headOf());
    expect(await survivor.stop()).toBe(0);
    expect(heights.some((one) => one < 2000)).toBe(true);
    await expectClean(config);
  });
});

describe('after a reorganisation of depth 6 while Parley was down', () => {
  test('the new branch is indexed, the old one is kept as retracted, and verify is clean', async () => {
    const config = configBeside(world.dev.parley.config, 'reorg', () => undefined);
    const before = await startParley(config);
    await rpc('anvil_mine', '0x8');
    const head = await headOf();
    await indexed(before, head);
    const old = await hashOf(head - 3);
    expect(await before.stop()).toBe(0);

    // A transaction in the new branch: empty blocks of the same time would be the same blocks.
    const [from, to] = await rpc<string[]>('eth_accounts');
    await rpc('anvil_reorg', 6, [[{ from, to, value: '0x1' }, 0]]);
    await rpc('anvil_mine', '0x2');
    expect(await hashOf(head - 3)).not.toBe(old);
    const after = await startParley(config);
    await indexed(after, await headOf());
    const id = `eip155:31337/block/${old}`;
    const retracted = await ask(
      after.url,
      'query ($id: ID!) { node(id: $id) { ... on EthereumBlock { hash confirmation } } }',
      { id },
    );
    expect(retracted.data).toEqual({ node: { hash: old, confirmation: 'RETRACTED' } });
    expect(await after.stop()).toBe(0);
    await expectClean(config);
  });
});

describe('a byte that changed in the store', () => {
  test('is found by verify, and named', async () => {
    const config = configBeside(world.dev.parley.config, 'rotten', () => undefined);
    const one = await startParley(config);
    await indexed(one, await headOf());
    await eventually('trade is indexed', async () => (await height(one.url, 'trade')) > 20);
    await one.stop();
    await expectClean(config);

    const database = new SQLite(join(world.directory, 'rotten.db'));
    const [row] = database
      .prepare('select rowid as id, hash from "transaction" order by rowid limit 1 offset 40')
      .all();
    const hash = String(row?.hash);
    const changed = `${hash.slice(0, -1)}${hash.endsWith('0') ? '1' : '0'}`;
    database.prepare('update "transaction" set hash = ? where rowid = ?').run(changed, row?.id);
    database.close();

    const { code, output } = await parley('verify', '--config', config);
    expect(code).toBe(1);
    expect(output).toContain(changed);
    expect(output).toContain(hash);

    // Everything derived can be made again from the raw blocks.
    expect((await parley('rebuild', '--config', config)).code).toBe(0);
    await expectClean(config);
  });
});

describe('a ledger that is gone', () => {
  test('costs only itself: the rest is answered, and the error names it', async () => {
    const config = configBeside(world.dev.parley.config, 'partial', () => undefined);
    const first = await startParley(config);
    await indexed(first, await headOf());
    await first.stop();
    const gone = configBeside(world.dev.parley.config, 'partial', (document) => {
      const [, , settlement] = document.ledgers as { ethereum: { rpc: string[]; ws?: string } }[];
      if (settlement === undefined) throw new Error('the dev world has no chain');
      settlement.ethereum.rpc = ['http://127.0.0.1:1'];
      delete settlement.ethereum.ws;
    });
    const second = await startParley(gone);
    const answer = await eventually('both channels are fresh', async () => {
      const one = await ask(second.url, '{ ledgers { name height lag { blocks } } }');
      const list =
        (one.data as { ledgers: readonly { name: string; height: string; lag: unknown }[] } | null)?.ledgers ?? [];
      const fresh = list.filter(({ name, lag }) => name !== 'settlement' && lag !== null);
      return fresh.length === 2 && list.length === 3 ? one : null;
    });
    const list = (answer.data as { ledgers: readonly { name: string; height: string; lag: unknown }[] }).ledgers;
    expect(list.find(({ name }) => name === 'settlement')).toMatchObject({
      lag: null,
      height: expect.stringMatching(/^\d+$/),
    });
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors?.[0]).toMatchObject({
      extensions: { code: 'LEDGER_UNAVAILABLE', retryable: true, source: 'settlement' },
    });
    const ready = await fetch(`${second.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('settlement');
    await second.stop();
  });
});

describe('two Parleys on one store', () => {
  test('the one that stands by is ready, says so once and calls it no error, and takes over when the other is killed', async () => {
    const config = configBeside(world.dev.parley.config, 'replicas', () => undefined);
    const first = await startParley(config);
    await indexed(first, await headOf());
    const second = await startParley(config);
    const count = (what: string): number => second.output().split(what).length - 1;
    await eventually('it stands by on every ledger', () => Promise.resolve(count('stands by') === 3));
    await eventually('it is ready', async () => (await fetch(`${second.url}/readyz`)).status === 200);
    // Several attempts later.
    await sleep(1_500);
    expect([count('stands by'), count('takes over'), count('"level":50')]).toEqual([3, 0, 0]);
    await first.kill();
    const killedAt = Date.now();
    await rpc('anvil_mine', '0x1');
    await indexed(second, await headOf());
    expect(Date.now() - killedAt).toBeLessThan(20_000);
    await eventually('it took over every ledger', () => Promise.resolve(count('takes over') === 3));
    await second.stop();
    await expectClean(config);
  }, 240_000);
});
