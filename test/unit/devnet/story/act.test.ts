import { expect, test } from '@jest/globals';
import { tell, type Act } from '../../../../devnet/story/act.js';

/** An act on a ledger that is a list. */
function act(ledger: string[], name: string, more: Partial<Act> = {}): Act {
  return {
    name,
    done: () => Promise.resolve(ledger.includes(name)),
    run: () => Promise.resolve(ledger.push(name)),
    ...more,
  };
}

test('acts follow each other, and what the ledger holds is not done again', async () => {
  const ledger = ['register'];
  let done = 0;
  const acts = ['register', 'inspect', 'sell'].map((name) => act(ledger, name));
  const telling = tell({ name: 'a lot', acts }, () => (done += 1));
  expect(await telling.step()).toMatchObject({ kind: 'ACTED', act: { name: 'inspect' } });
  expect(await telling.step()).toMatchObject({ kind: 'ACTED', act: { name: 'sell' } });
  expect(await telling.step()).toEqual({ kind: 'OVER' });
  expect(ledger).toEqual(['register', 'inspect', 'sell']);
  expect(done).toBe(3);
});

test('an act that is not ready is waited for', async () => {
  const ledger: string[] = [];
  let ready = false;
  const telling = tell({ name: 'a vote', acts: [act(ledger, 'count', { ready: () => Promise.resolve(ready) })] });
  expect(await telling.step()).toEqual({ kind: 'WAITING' });
  ready = true;
  expect(await telling.step()).toMatchObject({ kind: 'ACTED' });
});

test('an act that failed after all is asked again whether it was done', async () => {
  const ledger: string[] = [];
  const failing = act(ledger, 'pay', {
    run: () => {
      ledger.push('pay');
      return Promise.reject(new Error('the answer was lost'));
    },
  });
  const telling = tell({ name: 'an invoice', acts: [failing, act(ledger, 'file')] });
  await expect(telling.step()).rejects.toThrow('the answer was lost');
  expect(await telling.step()).toMatchObject({ kind: 'ACTED', act: { name: 'file' } });
  expect(ledger).toEqual(['pay', 'file']);
});
