import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openJournal, openStore } from '../../../src/store/index.js';
import type { NewWrite, StoreJournal } from '../../../src/store/journal.js';
import type { Fresh } from '../store.contract.js';

const CHAIN = 'eip155:1' as const;
const WALLET = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const DAY_MS = 86_400_000;

const written = (id: string, given: Partial<NewWrite> = {}): NewWrite => ({
  id,
  caller: 'operator',
  mutation: 'submit',
  idempotencyKey: null,
  inputDigest: 'd1',
  ledger: CHAIN,
  transaction: null,
  bytes: null,
  from: null,
  nonce: null,
  state: 'PREPARED',
  answer: null,
  createdMs: 1,
  updatedMs: 1,
  ...given,
});

export function journal(fresh: Fresh): void {
  describe('journal', () => {
    let url: string;
    let one: StoreJournal;
    let other: StoreJournal;
    beforeEach(async () => {
      url = await fresh();
      await (await openStore(url)).close();
      [one, other] = await Promise.all([openJournal(url), openJournal(url)]);
    });
    afterEach(async () => {
      await Promise.all([one.close(), other.close()]);
    });

    test('of many that begin with one key at once, in two processes, one begins and all see it', async () => {
      const tries = Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? one : other).begin(written(`w${n}`, { idempotencyKey: 'k' })),
      );
      const answers = await Promise.all(tries);
      const first = answers.find(({ begun }) => begun)?.record.id;
      expect(answers.filter(({ begun }) => begun)).toHaveLength(1);
      expect(new Set(answers.map(({ record }) => record.id))).toEqual(new Set([first]));
    });

    test('a key belongs to the caller and the mutation; without a key every write is one of its own', async () => {
      const all = [
        written('a', { idempotencyKey: 'k' }),
        written('b', { idempotencyKey: 'k', caller: 'somebody' }),
        written('c', { idempotencyKey: 'k', mutation: 'sendTransaction' }),
        written('d'),
        written('e'),
      ];
      for (const record of all)
        expect(await one.begin(record)).toEqual({ record: { ...record, owner: one.owner }, begun: true });
      expect(await one.begin(written('f', { idempotencyKey: 'k', inputDigest: 'd2' }))).toEqual({
        record: { ...all[0], owner: one.owner },
        begun: false,
      });
    });

    test('what was journaled is there after everything was closed', async () => {
      await one.begin(written('a'));
      const sent = { transaction: '0xabc', bytes: Uint8Array.of(1, 2, 255), from: WALLET, nonce: 7 };
      expect(await one.update('a', ['PREPARED'], { ...sent, state: 'SENT', answer: '{"result":1}' })).toBe(true);
      await one.close();
      one = await openJournal(url);
      const [record, ...rest] = await one.takeOver();
      expect(rest).toEqual([]);
      expect(record).toMatchObject({
        id: 'a',
        ...sent,
        bytes: expect.anything(),
        state: 'SENT',
        answer: '{"result":1}',
      });
      expect([...(record?.bytes ?? [])]).toEqual([1, 2, 255]);
      expect(await one.byTransaction(CHAIN, '0xabc')).toEqual(record);
      expect(await one.byId('a')).toEqual(record);
      expect(await one.byTransaction('eip155:2', '0xabc')).toBeNull();
    });

    test('a write changes only from the states that its changer knows of', async () => {
      await one.begin(written('a'));
      expect(await one.forget('a')).toBe(true);
      expect(await one.update('a', ['PREPARED'], { state: 'SENT' })).toBe(false);
      await one.begin(written('b'));
      await one.update('b', ['PREPARED'], { state: 'SENT' });
      expect(await one.forget('b')).toBe(false);
      expect(await one.update('b', ['SENT'], { state: 'SETTLED' })).toBe(true);
      expect(await one.update('b', ['SENT'], { state: 'LOST' })).toBe(false);
    });

    test('a write is changed by nobody but the process that has it', async () => {
      await other.begin(written('a'));
      expect(await one.forget('a')).toBe(false);
      expect(await one.update('a', ['PREPARED'], { state: 'SENT' })).toBe(false);
      expect(await one.refuse('a', ['PREPARED'], '{}')).toBe(false);
      expect(await other.update('a', ['PREPARED'], { state: 'SENT' })).toBe(true);
    });

    test('what a process left that ended is taken over, however much; what it never sent is forgotten with its nonce', async () => {
      const ended = await openJournal(url);
      for (let n = 0; n < 1_003; n += 1) await ended.begin(written(`s${n}`, { state: 'SENT', createdMs: n }));
      await ended.begin(written('p', { idempotencyKey: 'k' }));
      expect(await ended.takeNonce(CHAIN, WALLET, 0, 'p')).toBe(0);
      await ended.close();
      const next = await openJournal(url);
      const taken = [...(await next.takeOver()), ...(await next.takeOver())].map(({ id }) => id);
      expect(taken).toEqual(Array.from({ length: 1_003 }, (_, n) => `s${n}`));
      expect(await next.takeOver()).toEqual([]);
      expect(await next.byKey('operator', 'submit', 'k')).toBeNull();
      expect(await next.takeNonce(CHAIN, WALLET, 0, 'q')).toBe(0);
      await next.close();
    });

    test('what a process that lives has is left to it', async () => {
      await one.begin(written('a', { idempotencyKey: 'k' }));
      await one.begin(written('b', { state: 'SENT' }));
      await one.keepRequest({ id: 'r', caller: 'operator', content: '{}', expiresMs: Date.now() + DAY_MS });
      await one.takeRequest('r', 'operator');
      expect(await other.takeOver()).toEqual([]);
      expect(await other.byKey('operator', 'submit', 'k')).toMatchObject({ state: 'PREPARED', owner: one.owner });
      expect(await other.takeRequest('r', 'operator')).toBeNull();
    });

    test('a signing request that a process used when it ended waits again', async () => {
      const expiresMs = Date.now() + DAY_MS;
      await one.keepRequest({ id: 'r', caller: 'operator', content: '{}', expiresMs });
      const ended = await openJournal(url);
      expect(await ended.takeRequest('r', 'operator')).not.toBeNull();
      await ended.close();
      const next = await openJournal(url);
      expect(await next.takeRequest('r', 'operator')).toMatchObject({ id: 'r', expiresMs });
      await next.releaseRequest('r');
      expect(await next.takeRequest('r', 'operator')).not.toBeNull();
      await next.dropRequest('r');
      expect(await next.takeRequest('r', 'operator')).toBeNull();
      await next.close();
    });

    test('nonces come in order and once, to two processes at once', async () => {
      const taken = await Promise.all(
        Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one : other).takeNonce(CHAIN, WALLET, 5, `w${n}`)),
      );
      expect([...taken].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => 5 + n));
    });

    test('a nonce that was given back is taken next; so is that of a write that was never sent', async () => {
      await one.begin(written('a'));
      expect(await one.takeNonce(CHAIN, WALLET, 0, 'a')).toBe(0);
      await one.begin(written('b'));
      expect(await one.takeNonce(CHAIN, WALLET, 0, 'b')).toBe(1);
      expect(await one.takeNonce(CHAIN, WALLET, 0, 'c')).toBe(2);
      await one.returnNonce(CHAIN, WALLET, 1, 'a');
      expect(await one.takeNonce(CHAIN, WALLET, 1, 'c')).toBe(3);
      await one.returnNonce(CHAIN, WALLET, 3, 'c');
      await one.returnNonce(CHAIN, WALLET, 1, 'b');
      expect(await one.takeNonce(CHAIN, WALLET, 0, 'd')).toBe(1);
      await one.forget('a');
      expect(await one.takeNonce(CHAIN, WALLET, 0, 'e')).toBe(0);
      expect(await one.takeNonce(CHAIN, WALLET, 0, 'e')).toBe(3);
      expect(await one.takeNonce('eip155:2', WALLET, 0, 'e')).toBe(0);
    });

    test('a write that was refused holds no nonce; one that is sent keeps its own', async () => {
      await one.begin(written('a'));
      await one.begin(written('b'));
      const [nonce] = [await one.takeNonce(CHAIN, WALLET, 0, 'a'), await one.takeNonce(CHAIN, WALLET, 0, 'b')];
      for (const id of ['a', 'b']) await one.update(id, ['PREPARED'], { state: 'SENT', nonce: id === 'a' ? 0 : 1 });
      await one.returnNonce(CHAIN, WALLET, nonce, 'a');
      expect(await other.takeNonce(CHAIN, WALLET, 0, 'c')).toBe(2);
      expect(await one.refuse('a', ['PREPARED'], '{}')).toBe(false);
      expect(await one.refuse('a', ['SENT'], '{}')).toBe(true);
      expect(await one.byId('a')).toMatchObject({ state: 'SETTLED', answer: '{}' });
      expect(await other.takeNonce(CHAIN, WALLET, 0, 'c')).toBe(0);
    });

    test("what the ledger counts is passed over; an open write's nonce stays held though the count falls back", async () => {
      await one.begin(written('a'));
      await one.takeNonce(CHAIN, WALLET, 3, 'a');
      await one.takeNonce(CHAIN, WALLET, 3, 'gone');
      expect(await one.takeNonce(CHAIN, WALLET, 9, 'b')).toBe(9);
      expect(await one.takeNonce(CHAIN, WALLET, 3, 'c')).toBe(4);
    });

    test('a signing request is given once, to its caller', async () => {
      const request = { id: 'r', caller: 'operator', content: '{"stage":1}', expiresMs: Date.now() + DAY_MS };
      await one.keepRequest(request);
      expect(await one.takeRequest('r', 'somebody')).toBeNull();
      const takers = await Promise.all([one, other, one, other].map((each) => each.takeRequest('r', 'operator')));
      expect(takers.filter((taken) => taken !== null)).toEqual([request]);
    });

    test('prune forgets what was settled before a time and what expired long ago, and nothing that is open', async () => {
      const now = Date.now();
      await one.begin(written('open', { state: 'SENT' }));
      await one.begin(written('old', { state: 'SETTLED', updatedMs: now - 2 * DAY_MS }));
      await one.begin(written('new', { state: 'SETTLED', updatedMs: now }));
      for (const [id, expiresMs] of [['r1', now - 2 * DAY_MS] as const, ['r2', now - 1] as const])
        await one.keepRequest({ id, caller: 'operator', content: '{}', expiresMs });
      await one.prune(now - DAY_MS, now);
      expect(await one.byId('old')).toBeNull();
      expect(await one.byId('new')).not.toBeNull();
      expect(await one.byId('open')).not.toBeNull();
      expect(await one.takeRequest('r1', 'operator')).toBeNull();
      expect(await one.takeRequest('r2', 'operator')).not.toBeNull();
    });
  });
}
