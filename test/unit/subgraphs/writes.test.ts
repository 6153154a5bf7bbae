import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ParleyError } from '../../../src/errors/index.js';
import type { WriteOutcome } from '../../../src/subgraphs/writes.js';
import { startPostgres, type TestPostgres } from '../../support/postgres.js';
import { writesWorld, type Process, type WritesWorld } from './writesWorld.js';

describe.each(['SQLite', 'PostgreSQL'])('on %s', (store) => {
  let world: WritesWorld;
  let process: Process;
  let postgres: TestPostgres | null = null;
  beforeAll(async () => {
    postgres = store === 'PostgreSQL' ? await startPostgres() : null;
    world = await writesWorld(await postgres?.database());
  }, 240_000);
  afterAll(async () => {
    await world.close();
    await postgres?.close();
  });
  beforeEach(async () => {
    process = await world.start();
  });
  afterEach(async () => {
    await world.mine();
    expect(process.problems).toEqual([]);
    await process.close();
  });

  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await isSo()); tries += 1) {
      if (tries > 400) throw new Error('it did not come to that');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const pooled = async (): Promise<number> =>
    (await world.ledger.nonceOf(sender, 'pending')) - (await world.ledger.nonceOf(sender, 'latest'));
  const sender = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
  let keys = 0;
  const newKey = (): string => `key-${(keys += 1)}`;

  describe('a write', () => {
    test('is answered as its block shows it', async () => {
      const running = process.writes().run(world.transfer(process.writes(), '1'));
      await until(async () => (await pooled()) === 1);
      await world.mine();
      const { transaction, row, answer } = await running;
      expect(row).toMatchObject({ hash: transaction, outcome: 'SUCCEEDED' });
      expect(answer).toBeNull();
    });

    test('that nobody waits for is pending, and shown as such to its caller alone', async () => {
      const writes = process.writes();
      const { transaction, row, bytes } = await writes.run(world.transfer(writes, '1', { wait: false }));
      expect(row).toBeNull();
      expect(await writes.pending(world.ledger.id, transaction)).toMatchObject({ transaction, row: null });
      expect(bytes).not.toBeNull();
      expect(await process.writes({ caller: 'somebody' }).pending(world.ledger.id, transaction)).toBeNull();
    });

    test('that takes longer than its caller waits goes on, and says how to ask for it', async () => {
      const writes = process.writes({ answerWithinMs: 2_000 });
      const key = newKey();
      const late = await writes
        .run(world.transfer(writes, '2', { key }))
        .catch((error: unknown) => error as ParleyError);
      expect(late).toMatchObject({ code: 'TIMEOUT', details: { ledger: world.ledger.id } });
      await world.mine();
      const { row, transaction } = await writes.run(world.transfer(writes, '2', { key }));
      expect((late as ParleyError).details).toMatchObject({ transaction });
      expect(row?.outcome).toBe('SUCCEEDED');
    });

    test('whose answer by the ledger takes longer is told as uncertain, with the transaction that is looked for', async () => {
      await process.close();
      process = await world.start({}, 600);
      const writes = process.writes({ answerWithinMs: 300 });
      const key = newKey();
      const write = world.transfer(writes, '2', { key, wait: false });
      const uncertain = {
        code: 'SUBMIT_UNCERTAIN',
        details: { ledger: world.ledger.id, transaction: expect.anything() },
      };
      const [first, joined] = await Promise.allSettled([writes.run(write), writes.run(write)]);
      expect([first, joined]).toMatchObject([{ reason: uncertain }, { reason: uncertain }]);
      const { transaction } = await process.writes().run(write);
      expect((first as PromiseRejectedResult).reason).toMatchObject({ details: { transaction } });
    });

    test('beyond as many as may be under way is refused, until a block has one; a known key is still answered', async () => {
      await process.close();
      process = await world.start({}, 0, 1);
      const settled = (): Promise<void> =>
        until(() => Promise.resolve(process.desk.settling.size(world.ledger.id) === 0));
      await settled();
      const writes = process.writes();
      const key = newKey();
      const first = await writes.run(world.transfer(writes, '2', { key, wait: false }));
      const refused = { code: 'OVERLOADED', retryable: true, message: expect.stringContaining('nothing was sent') };
      await expect(writes.run(world.transfer(writes, '3'))).rejects.toMatchObject(refused);
      const again = await writes.run(world.transfer(writes, '2', { key, wait: false }));
      expect(again.transaction).toBe(first.transaction);
      await world.mine();
      await settled();
      expect((await writes.run(world.transfer(writes, '3', { wait: false }))).row).toBeNull();
    });

    test('goes on when its caller goes away, and does not begin when it has gone before', async () => {
      const leaving = new AbortController();
      const writes = process.writes({ signal: leaving.signal });
      const key = newKey();
      const running = writes.run(world.transfer(writes, '3', { key, before: () => leaving.abort() }));
      await expect(running).rejects.toMatchObject({ code: 'TIMEOUT' });
      await until(async () => (await pooled()) === 1);
      await expect(writes.run(world.transfer(writes, '3'))).rejects.toThrow('nothing was sent');
      expect(await pooled()).toBe(1);
    });
  });

  describe('an idempotency key', () => {
    test('is one transaction for many at once, the same answer later and in another process', async () => {
      const key = newKey();
      const writes = process.writes();
      const running = Array.from({ length: 10 }, () => writes.run(world.transfer(writes, '4', { key })));
      await until(async () => (await pooled()) > 0);
      await world.mine();
      const outcomes = await Promise.all(running);
      const other = await world.start();
      outcomes.push(await writes.run(world.transfer(writes, '4', { key })));
      outcomes.push(await other.writes().run(world.transfer(other.writes(), '4', { key })));
      await other.close();
      expect(new Set(outcomes.map(({ transaction }) => transaction)).size).toBe(1);
      expect(outcomes.every(({ row }) => row?.outcome === 'SUCCEEDED')).toBe(true);
    });

    test.each(['', 'a\u0000b', '\ud800', 'k'.repeat(256)])(
      'that is none is refused before anything begins (%j)',
      async (key) => {
        const writes = process.writes();
        await expect(writes.run(world.transfer(writes, '1', { key }))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
        await expect(writes.useRequest(`r${key}\u0000`, () => Promise.resolve(1))).rejects.toMatchObject({
          code: 'REQUEST_UNKNOWN',
        });
        expect(await writes.pending(world.ledger.id, `t${key}\u0000`)).toBeNull();
      },
    );

    test('with another input is refused, while the first runs and after; of another caller it is another', async () => {
      const key = newKey();
      const writes = process.writes();
      const first = writes.run(
        world.transfer(writes, '5', {
          key,
          wait: false,
          before: () =>
            expect(writes.run(world.transfer(writes, '6', { key }))).rejects.toMatchObject({
              code: 'IDEMPOTENCY_KEY_REUSED',
            }),
        }),
      );
      const { transaction } = await first;
      await expect(writes.run(world.transfer(writes, '6', { key }))).rejects.toMatchObject({
        code: 'IDEMPOTENCY_KEY_REUSED',
      });
      const somebody = process.writes({ caller: 'somebody' });
      const other = await somebody.run(world.transfer(somebody, '6', { key, wait: false }));
      expect(other.transaction).not.toBe(transaction);
    });

    test('keeps a refusal that would come again, and forgets one that need not', async () => {
      const writes = process.writes();
      let runs = 0;
      const failing = (key: string, error: ParleyError): Promise<WriteOutcome> =>
        writes.run(
          world.transfer(writes, '7', {
            key,
            wait: false,
            before: () => {
              runs += 1;
              if (runs < 3) throw error;
            },
          }),
        );
      const lasting = newKey();
      const refused = new ParleyError('SUBMIT_REFUSED', 'The node said no', { details: { reason: 'FUNDS' } });
      for (let n = 0; n < 3; n += 1)
        await expect(failing(lasting, refused)).rejects.toMatchObject({
          ...{ code: 'SUBMIT_REFUSED', what: 'The node said no', details: { reason: 'FUNDS' } },
        });
      expect(runs).toBe(1);
      const passing = newKey();
      await expect(failing(passing, new ParleyError('LEDGER_UNAVAILABLE', 'Away'))).rejects.toMatchObject({
        code: 'LEDGER_UNAVAILABLE',
      });
      expect((await failing(passing, refused)).row).toBeNull();
    });
  });

  describe('after a restart', () => {
    test('what was sent is answered to whoever asks again with its key', async () => {
      const key = newKey();
      const { transaction } = await process.writes().run(world.transfer(process.writes(), '8', { key, wait: false }));
      await process.close();
      await world.mine();
      process = await world.start();
      const again = await process.writes().run(world.transfer(process.writes(), '8', { key }));
      expect(again.transaction).toBe(transaction);
      expect(again.row?.outcome).toBe('SUCCEEDED');
    });

    test('what was journaled and never reached the node is sent', async () => {
      const { journal } = process;
      const key = newKey();
      // As a process leaves it that ends between its journal and the node.
      const writes = process.writes();
      const { transaction, bytes } = await writes.run(world.transfer(writes, '9', { key, wait: false }));
      const record = await journal.byTransaction(world.ledger.id, transaction);
      await process.close();
      await world.anvil.request('anvil_dropTransaction', [transaction]);
      expect(await pooled()).toBe(0);
      expect(record).toMatchObject({ state: 'SENT', transaction });
      process = await world.start();
      await until(async () => (await pooled()) === 1);
      await world.mine();
      const again = await process.writes().run(world.transfer(process.writes(), '9', { key }));
      expect(again).toMatchObject({ transaction, row: { outcome: 'SUCCEEDED' } });
      expect(again.bytes).toEqual(bytes);
    });

    test('what was being prepared is forgotten, its nonce with it, and can be begun anew', async () => {
      const key = newKey();
      const writes = process.writes();
      let held = -1;
      const hanging = writes.run(
        world.transfer(writes, '10', {
          key,
          before: async (steps) => {
            held = await steps.takeNonce(sender, await world.ledger.nonceOf(sender, 'pending'));
            await new Promise((resolve) => steps.signal.addEventListener('abort', resolve));
            throw steps.signal.reason;
          },
        }),
      );
      const ended = expect(hanging).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
      await until(async () => held >= 0);
      await process.close();
      await ended;
      process = await world.start();
      const { transaction } = await process.writes().run(world.transfer(process.writes(), '10', { key, wait: false }));
      const record = await process.journal.byTransaction(world.ledger.id, transaction);
      expect(record?.nonce).toBe(held);
    });

    test('what another process gave up preparing is not sent by the first any more', async () => {
      const writes = process.writes();
      const key = newKey();
      const first = writes.run(
        world.transfer(writes, '11', {
          key,
          before: async () => {
            // Another process takes the first one for ended.
            await world.cutOff(process);
            const other = await world.start();
            await other.close();
          },
        }),
      );
      await expect(first).rejects.toThrow('nothing was sent');
      expect(await pooled()).toBe(0);
    });
  });

  describe('what no block shows for too long', () => {
    const lostAfter = (key: string): Promise<WriteOutcome> => {
      const writes = process.writes();
      return writes.run(world.transfer(writes, '12', { key }));
    };
    beforeEach(async () => {
      await process.close();
      process = await world.start({ lostAfterMs: 150, tendAfterMs: 50 });
    });

    test('is told as uncertain; a block that comes late is told all the same', async () => {
      const key = newKey();
      await expect(lostAfter(key)).rejects.toMatchObject({ code: 'SUBMIT_UNCERTAIN', retryable: true });
      await expect(lostAfter(key)).rejects.toThrow('looked for no more');
      expect(await process.journal.byKey('operator', 'sendTransaction', key)).toMatchObject({ state: 'LOST' });
      await world.mine();
      expect((await lostAfter(key)).row?.outcome).toBe('SUCCEEDED');
    });

    test('holds its nonce no more: the next transaction of the wallet fills the gap, and who asks again is told so', async () => {
      const key = newKey();
      await expect(lostAfter(key)).rejects.toMatchObject({ code: 'SUBMIT_UNCERTAIN' });
      const lost = await process.journal.byKey('operator', 'sendTransaction', key);
      await world.anvil.request('anvil_dropTransaction', [lost?.transaction]);
      const writes = process.writes();
      const { transaction } = await writes.run(world.transfer(writes, '13', { wait: false }));
      expect(await process.journal.byTransaction(world.ledger.id, transaction)).toMatchObject({ nonce: lost?.nonce });
      await world.mine();
      await expect(lostAfter(key)).rejects.toMatchObject({ code: 'SUBMIT_REFUSED', details: { reason: 'REPLACED' } });
    });
  });

  describe('a signer', () => {
    test('is chosen by name, by member, or where only one fits', () => {
      const writes = process.writes();
      const choose = (as: string | null, signer: string | null): string =>
        writes.decideWithSigner('sendTransaction', world.ledger.id, { as, signer }).signer.id;
      expect(choose(null, 'wallet-2')).toBe('wallet-2');
      expect(choose('member/harvest', null)).toBe('wallet-1');
      expect(() => choose(null, null)).toThrow(
        'Several signers fit that ledger. Got: none named. Expected: one of wallet-1, wallet-2',
      );
      expect(() => choose('member/harvest', 'wallet-2')).toThrow(expect.objectContaining({ code: 'SIGNER_UNKNOWN' }));
      expect(() => choose('member/northwind', null)).toThrow('No signer fits that ledger and member northwind');
      expect(() => choose('harvest', null)).toThrow(expect.objectContaining({ code: 'ID_INVALID' }));
    });

    test('signs for no ledger that the caller does not see', () => {
      expect(() => process.writes().decide('sendTransaction', 'eip155:1', null)).toThrow(
        expect.objectContaining({ code: 'ID_INVALID' }),
      );
    });
  });

  describe('a signing request', () => {
    const kept = (id: string, expiresMs = Date.now() + 60_000) => ({ id, content: '{}', expiresMs });

    test('is used once, but for a signature that is not one', async () => {
      const writes = process.writes();
      await writes.keepRequest(kept('r1'));
      const wrong = new ParleyError('SIGNATURE_INVALID', 'Not one of these bytes');
      await expect(writes.useRequest('r1', () => Promise.reject(wrong))).rejects.toBe(wrong);
      expect(await writes.useRequest('r1', ({ content }) => Promise.resolve(content))).toBe('{}');
      await expect(writes.useRequest('r1', () => Promise.resolve(1))).rejects.toMatchObject({
        code: 'REQUEST_UNKNOWN',
      });
    });

    test('belongs to its caller, and expires', async () => {
      const writes = process.writes();
      await writes.keepRequest(kept('r2'));
      await expect(
        process.writes({ caller: 'somebody' }).useRequest('r2', () => Promise.resolve(1)),
      ).rejects.toMatchObject({
        code: 'REQUEST_UNKNOWN',
      });
      await writes.keepRequest(kept('r3', Date.now() - 1));
      for (let n = 0; n < 2; n += 1)
        await expect(writes.useRequest('r3', () => Promise.resolve(1))).rejects.toMatchObject({
          code: 'REQUEST_EXPIRED',
        });
    });
  });
});
