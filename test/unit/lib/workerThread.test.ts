import { afterEach, describe, expect, test } from '@jest/globals';
import { ThreadEnded, WorkerThread } from '../../../src/lib/workerThread.js';

/** The thread's side of it, in few words: answers what it was asked, and `fall` by falling. */
const ANSWERS = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', (message) => {
    if (message === 'end') return parentPort.close();
    if (message.order === 'fall') throw new Error('it fell');
    parentPort.postMessage('answer to ' + message.order);
  });`;

describe('a thread that answers orders', () => {
  let thread: WorkerThread<unknown, string>;
  const start = (idleMs = 60_000): void => {
    thread = new WorkerThread(new URL(`data:text/javascript,${encodeURIComponent(ANSWERS)}`), {
      name: 'answers',
      idleMs,
    });
  };
  afterEach(() => thread.close());

  test('answers each in its turn', async () => {
    start();
    expect(await Promise.all([thread.ask(1), thread.ask(2)])).toEqual(['answer to 1', 'answer to 2']);
  });

  test('an order that cannot be handed over is refused, and the next one has its own answer', async () => {
    start();
    const refused = thread.ask(() => 'a function is no data');
    const [next, last] = [thread.ask('next'), thread.ask('last')];
    await expect(refused).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await Promise.all([next, last])).toEqual(['answer to next', 'answer to last']);
  });

  test('one that falls ends what waits for it, and another thread answers the next', async () => {
    start();
    const all = await Promise.allSettled([thread.ask('fall'), thread.ask('behind it')]);
    for (const one of all) expect(one).toMatchObject({ status: 'rejected', reason: expect.any(ThreadEnded) });
    expect(await thread.ask('again')).toBe('answer to again');
  });

  test('one that was idle is ended, and another thread answers the next', async () => {
    start(1);
    for (const order of ['a', 'b', 'c']) {
      expect(await thread.ask(order)).toBe(`answer to ${order}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
});
