import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ParleyError } from '../../../src/errors/index.js';
import { Steps } from '../../../src/subgraphs/writesSteps.js';
import { shutDatabase, startPostgres, type TestPostgres } from '../../support/postgres.js';
import { eventually } from '../../support/world.js';
import { writesWorld, type Process, type WritesWorld } from './writesWorld.js';

// Several processes that write through one PostgreSQL store, with one wallet.

const SENDER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const OFTEN = { takeOverEveryMs: 50 };
let postgres: TestPostgres;
let world: WritesWorld;
let one: Process;
let other: Process;

beforeAll(async () => {
  postgres = await startPostgres();
  world = await writesWorld(await postgres.database());
}, 240_000);
afterAll(async () => {
  await world.close();
  await postgres.close();
});
beforeEach(async () => {
  [one, other] = await Promise.all([world.start(OFTEN), world.start(OFTEN)]);
});
afterEach(async () => {
  await world.mine();
  await Promise.all([one.close(), other.close()]);
  // What is looked for from time to time is told, too, where a test takes the store away.
  const isExpected = (problem: unknown): boolean => (problem as ParleyError).code === 'STORE_UNAVAILABLE';
  expect([...one.problems, ...other.problems].filter((problem) => !isExpected(problem))).toEqual([]);
});

const counted = (at: 'pending' | 'latest'): Promise<number> => world.ledger.nonceOf(SENDER, at);
const pooled = (count: number): Promise<unknown> =>
  eventually(`${count} wait`, async () => (await counted('pending')) - (await counted('latest')) === count);

describe('two processes with one wallet', () => {
  test('send fifty at once with nonces in a row', async () => {
    const first = await counted('latest');
    const running = Array.from({ length: 50 }, (_, n) => {
      const writes = (n % 2 === 0 ? one : other).writes({ answerWithinMs: 20_000 });
      return writes.run(world.transfer(writes, String(n + 1)));
    });
    await pooled(50);
    await world.mine();
    const rows = (await Promise.all(running)).map(({ row }) => row);
    expect(rows.map((row) => row?.outcome)).toEqual(Array.from({ length: 50 }, () => 'SUCCEEDED'));
    expect(new Set(rows.map((row) => row?.hash)).size).toBe(50);
    expect(await counted('latest')).toBe(first + 50);
  }, 240_000);

  test('asked with one key at once make one transaction, and both answer it', async () => {
    const first = await counted('pending');
    const running = Array.from({ length: 10 }, (_, n) => {
      const writes = (n % 2 === 0 ? one : other).writes();
      return writes.run(world.transfer(writes, '7', { key: 'shared' }));
    });
    await pooled(1);
    await world.mine();
    const outcomes = await Promise.all(running);
    expect(new Set(outcomes.map(({ transaction }) => transaction)).size).toBe(1);
    expect(outcomes.every(({ row }) => row?.outcome === 'SUCCEEDED')).toBe(true);
    expect(await counted('latest')).toBe(first + 1);
  });

  test('one is cut off while it prepares: who waits for it in the other goes on at once, with the nonce that it held', async () => {
    const nonce = await counted('pending');
    let cut = (): void => undefined;
    const held = new Promise<void>((resolve) => (cut = resolve));
    const ends = new Promise<void>((resolve) => {
      const writes = one.writes();
      const before = async (steps: Steps | { takeNonce: Steps['takeNonce'] }): Promise<void> => {
        await steps.takeNonce(SENDER, nonce);
        cut();
        await new Promise((go) => setTimeout(go, 1_500));
      };
      void writes.run(world.transfer(writes, '8', { key: 'cut', wait: false, before })).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true });
        resolve();
      });
    });
    await held;
    const writes = other.writes();
    const waiting = writes.run(world.transfer(writes, '8', { key: 'cut', wait: false }));
    await new Promise((go) => setTimeout(go, 300));
    expect(await counted('pending')).toBe(nonce);
    await world.cutOff(one);
    const { transaction } = await waiting;
    expect(await other.journal.byTransaction(world.ledger.id, transaction)).toMatchObject({ nonce });
    await ends;
    expect(await counted('pending')).toBe(nonce + 1);
  });

  test('the store goes away while one prepares: the same key goes on once it is back, with the nonce that was held', async () => {
    const writes = one.writes();
    const nonce = await counted('pending');
    let open = async (): Promise<unknown> => undefined;
    const before = async (steps: Pick<Steps, 'takeNonce'>): Promise<void> => {
      await steps.takeNonce(SENDER, nonce);
      open = await shutDatabase(world.url);
      throw new ParleyError('LEDGER_UNAVAILABLE', 'Away');
    };
    const first = writes.run(world.transfer(writes, '10', { key: 'store', wait: false, before }));
    await expect(first).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await open();
    const again = await eventually('the store answers', () =>
      writes.run(world.transfer(writes, '10', { key: 'store', wait: false })).catch((error: unknown) => {
        // Until it says again that it lives the other may take what it begins for left.
        expect(error).toMatchObject({ retryable: true });
        return null;
      }),
    );
    expect(await one.journal.byTransaction(world.ledger.id, again.transaction)).toMatchObject({ nonce });
  });

  test('one is cut off between journal and node: the other sends it, and the first one’s refusal counts no more', async () => {
    const made = one.writes();
    const { bytes, transaction } = await made.run(world.transfer(made, '9', { wait: false }));
    await world.anvil.request('anvil_dropTransaction', [transaction]);
    const record = await one.journal.begin({
      ...{ id: 'cut-off', caller: 'operator', mutation: 'sendTransaction', idempotencyKey: 'key', inputDigest: 'd' },
      ...{ ledger: world.ledger.id, transaction: null, bytes: null, from: null, nonce: null, answer: null },
      ...{ state: 'PREPARED', createdMs: Date.now(), updatedMs: Date.now() },
    });
    const steps = new Steps({
      ...{ journal: one.journal, record: record.record, signal: new AbortController().signal },
      onProblem: (error) => one.problems.push(error),
      send: async () => {
        await world.cutOff(one);
        await eventually('the other has it', async () => {
          const now = await other.journal.byId('cut-off');
          return now?.owner === other.journal.owner;
        });
        throw new ParleyError('SUBMIT_REFUSED', 'Too little money');
      },
    });
    await steps.send({ transaction, bytes: bytes ?? new Uint8Array(0), answer: null });
    expect(steps).toMatchObject({ uncertain: true });
    await pooled(1);
    await world.mine();
    expect(await world.ledger.whereabouts(world.ledger.inspect(bytes ?? new Uint8Array(0)))).toBe('MINED');
  });
});
