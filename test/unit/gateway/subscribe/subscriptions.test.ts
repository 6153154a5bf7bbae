import { describe, expect, test } from '@jest/globals';
import { FairQueue } from '../../../../src/gateway/subscribe/fairQueue.js';
import { ParleyError } from '../../../../src/errors/index.js';
import { TICKS, until, world } from './log.js';

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

describe('operations over a stream', () => {
  test('a query and a mutation are streams of one message, with what HTTP adds', async () => {
    const { ask } = world();
    const mutation = ask({ query: 'mutation { grow(items: 3) }' });
    await until('answered', () => mutation.ended === null);
    expect(mutation.messages.map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      { data: { grow: 3 }, extensions: { sources: [] } },
    ]);
    const query = ask({ query: '{ size }' });
    await until('answered', () => query.ended === null);
    expect(JSON.parse(query.messages[0]?.text ?? '')).toEqual({ data: { size: 3 }, extensions: { sources: [] } });
  });

  test('an error of a field is masked in its message; of no known kind, it is in the log alone', async () => {
    const { ask, lines } = world();
    const client = ask({ query: '{ size secret }' });
    await until('answered', () => client.ended === null);
    const [message] = client.messages;
    expect(message?.text).not.toContain('tiger');
    expect(JSON.parse(message?.text ?? '')).toMatchObject({
      data: { size: 0, secret: null },
      errors: [{ path: ['secret'], extensions: { code: 'INTERNAL', requestId: 'test' } }],
    });
    expect(JSON.stringify(lines)).toContain('tiger');
  });

  test.each([
    ['what does not parse', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
    ['what does not fit the schema', { query: 'subscription { tock }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'several root fields',
      { query: 'subscription { tick { number } b: tick { number } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a root field that may be left out',
      { query: 'subscription { tick @skip(if: true) { number } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a fragment that may be left out',
      { query: 'subscription { ...F @include(if: false) } fragment F on Subscription { tick { number } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['an operation that is not there', { operationName: 'Nope' }, 'BAD_REQUEST'],
    ['a variable of another type', { variables: { every: 'x' } }, 'INPUT_INVALID'],
    ['a page over the cap', { query: '{ many(first: 101) }' }, 'PAGE_INVALID'],
    ['too many tokens', { query: `{ ${'size '.repeat(5000)} }` }, 'LIMIT_EXCEEDED'],
    ['a forged cursor', { variables: { after: 'forged' } }, 'CURSOR_INVALID'],
  ])('%s ends the operation before anything is sent', async (_, asking, code) => {
    const { ask, subscriptions } = world();
    for (const client of [ask(asking), ask(asking)]) {
      await until('ended', () => client.ended !== undefined);
      expect(client.codes).toEqual([code]);
      expect([client.isOpened, client.messages]).toEqual([false, []]);
    }
    expect(subscriptions.report().topics).toBe(0);
  });

  test('queries are bounded in time and in number', async () => {
    const { ask } = world({ timeoutMs: 50, maxConcurrent: 1 });
    const [first, second] = [ask({ query: '{ wait }' }), ask({ query: '{ size }' })];
    await until('refused', () => second.ended !== undefined);
    expect(second.codes).toEqual(['OVERLOADED']);
    await until('late', () => first.ended !== undefined);
    expect(first.codes).toEqual(['TIMEOUT']);
    const third = ask({ query: '{ size }' });
    await until('answered', () => third.ended === null);
  });
});

describe('topics', () => {
  test('who asks the same is told the same message, executed once; other filters, selections and rights are apart', async () => {
    const { ask, log, subscriptions } = world();
    const same = [ask(), ask(), ask({ query: `# again\n${TICKS}`, variables: { after: null, other: 1 } })];
    await until('open', () => same.every(({ isOpened }) => isOpened));
    expect(subscriptions.report().topics).toBe(1);
    log.append(2);
    await until('told', () => same.every(({ messages }) => messages.length === 2));
    expect(new Set(same.flatMap(({ messages }) => messages)).size).toBe(2);
    expect(log.executed).toBe(2);
    const others = [
      ask({ variables: { every: 2 } }),
      ask({ query: 'subscription { tick { number } }' }),
      ask({ rights: 'other' }),
      ask({ query: 'subscription { tick { number viewerName } }' }),
      ask({ query: 'subscription { tick { number viewerName } }' }),
    ];
    await until('open', () => others.every(({ isOpened }) => isOpened));
    expect(subscriptions.report().topics).toBe(6);
    expect(subscriptions.report().messages).toBe(6);
    for (const client of [...same, ...others]) client.subscription?.stop();
    expect(subscriptions.report().topics).toBe(0);
    expect(log.open).toBe(0);
  });

  test('a client that resumes is told what it lacks, then shares the topic', async () => {
    const { ask, log, subscriptions } = world();
    log.append(300);
    const live = ask();
    await until('open', () => live.isOpened);
    const resumed = [
      ask({ variables: { after: '0' } }),
      ask({ query: 'subscription Mine($every: Int) { tick(after: "250", every: $every) { number cursor } }' }),
      ask({ lastEventId: '299', variables: { after: '7' } }),
    ];
    await until('caught up', () => resumed.every(({ numbers }) => numbers.at(-1) === 299));
    log.append(1);
    log.append(1);
    await until('told', () => [live, ...resumed].every(({ numbers }) => numbers.at(-1) === 301));
    await until('live', () => subscriptions.report().catchingUp === 0);
    expect(subscriptions.report().topics).toBe(1);
    expect(resumed.map(({ numbers }) => numbers)).toEqual([range(0, 302), range(250, 302), range(299, 302)]);
    const before = log.executed;
    log.append(1);
    await until('told', () => [live, ...resumed].every(({ numbers }) => numbers.at(-1) === 302));
    expect(log.executed).toBe(before + 1);
    expect(log.open).toBe(1);
  });

  test('a payload that fails becomes a message with masked errors, and the stream goes on', async () => {
    const { ask, log } = world();
    const client = ask({ query: 'subscription { tick { number odd defect reported } }' });
    await until('open', () => client.isOpened);
    log.append(1);
    log.append(1);
    await until('told', () => client.messages.length === 2);
    const [even, odd] = client.messages.map(({ text }) => JSON.parse(text) as { errors: { extensions: object }[] });
    const codes = (message: typeof even) =>
      message?.errors.map(({ extensions }) => (extensions as { code: string }).code);
    expect(codes(even)).toEqual(['LEDGER_REFUSED', 'INTERNAL', 'LEDGER_UNAVAILABLE']);
    expect(codes(odd)).toEqual(['INTERNAL', 'LEDGER_UNAVAILABLE']);
    expect(even).toMatchObject({ data: { tick: { number: 0, odd: null } } });
    expect(client.messages.map((message) => message.text).join()).not.toContain('tiger');
    expect(client.messages.map((message) => message.cursor())).toEqual(['1', '2']);
  });

  test('a store that fails is read again, from where all ends that was told', async () => {
    const { ask, log } = world();
    const clients = [ask(), ask(), ask({ lastEventId: '0' })];
    await until('open', () => clients.every(({ isOpened }) => isOpened));
    let failures = 3;
    log.failure = () => ((failures -= 1) >= 0 ? new ParleyError('STORE_UNAVAILABLE', 'It is away') : undefined);
    log.append(4);
    log.append(4);
    await until('told', () => clients.every(({ numbers }) => numbers.length === 8));
    expect(clients.map(({ numbers }) => numbers)).toEqual([range(0, 8), range(0, 8), range(0, 8)]);
  });

  test('what does not go away ends the stream with its code and the cursor to resume from', async () => {
    const { ask, log, subscriptions } = world();
    const clients = [ask(), ask()];
    await until('open', () => clients.every(({ isOpened }) => isOpened));
    log.append(2);
    await until('told', () => clients.every(({ numbers }) => numbers.length === 2));
    log.failure = () => new ParleyError('RESYNC_REQUIRED', 'It was taken back', { cursor: '1' });
    log.append(1);
    await until('ended', () => clients.every(({ ended }) => ended !== undefined));
    expect(clients[1]?.ended).toMatchObject([{ extensions: { code: 'RESYNC_REQUIRED', cursor: '1' } }]);
    expect([subscriptions.report().topics, log.open]).toEqual([0, 0]);
  });

  test('a stop ends every stream with SHUTTING_DOWN and its cursor', async () => {
    const { ask, log, subscriptions } = world();
    const clients = [ask(), ask({ lastEventId: '0' }), ask({ query: '{ wait }' })];
    await until('open', () => clients.slice(0, 2).every(({ isOpened }) => isOpened));
    log.append(3);
    await until('told', () => clients.slice(0, 2).every(({ numbers }) => numbers.length === 3));
    subscriptions.close();
    expect(clients.map(({ codes }) => codes)).toEqual(Array(3).fill(['SHUTTING_DOWN']));
    expect(clients.slice(0, 2).map(({ ended }) => ended?.[0]?.extensions.cursor)).toEqual(['3', '3']);
    const late = ask();
    await until('refused', () => late.ended !== undefined);
    expect(late.codes).toEqual(['SHUTTING_DOWN']);
    expect(log.open).toBe(0);
  });
});

describe('many who resume together', () => {
  test('read and execute in turn', async () => {
    const { ask, log } = world({ catchingUp: 4 });
    for (let entry = 0; entry < 20; entry += 1) log.append(1);
    log.most = 0;
    const all = Array.from({ length: 50 }, () => ask({ variables: { after: '0' } }));
    all[7]?.subscription?.stop();
    await until('told', () => all.every(({ numbers }, at) => at === 7 || numbers.length === 20));
    // And the topic's own.
    expect(log.most).toBeLessThanOrEqual(5);
    expect(log.executed).toBeGreaterThan(900);
    log.append(1);
    await until('live', () => all.every(({ numbers }, at) => at === 7 || numbers.length === 21));
  });

  test('are let in one after the other; who leaves the line is passed over', async () => {
    const queue = new FairQueue(2);
    const never = new AbortController().signal;
    const gone = new AbortController();
    const order: string[] = [];
    await Promise.all([queue.enter(never), queue.enter(never)]);
    const waits = ['a', 'gone', 'b'].map((name) =>
      queue.enter(name === 'gone' ? gone.signal : never).then(() => order.push(name)),
    );
    expect(queue.isCrowded).toBe(true);
    gone.abort(new Error('left'));
    await expect(waits[1]).rejects.toThrow('left');
    queue.leave();
    await waits[0];
    expect(order).toEqual(['a']);
    queue.leave();
    await waits[2];
    expect([order, queue.isCrowded]).toEqual([['a', 'b'], false]);
    queue.leave();
    queue.leave();
    await Promise.all([queue.enter(never), queue.enter(never)]);
  });
});

describe('slow clients', () => {
  const limits = { buffer: { bytes: 200, messages: 1000 }, sweepMs: 10 };

  test('read the store at their own pace, and come back without a seam', async () => {
    const { ask, log, subscriptions } = world(limits);
    const [quick, slow] = [ask(), ask({ slow: true })];
    await until('open', () => slow.isOpened);
    for (let entry = 0; entry < 100; entry += 1) log.append(1);
    await until('told', () => quick.numbers.length === 100);
    expect(subscriptions.report().catchingUp).toBe(1);
    const held = slow.messages.length;
    expect(held).toBeLessThan(10);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(slow.messages.length).toBe(held);
    expect(subscriptions.report().lagSequences).toBeGreaterThan(0);
    while (slow.numbers.length < 100) {
      slow.read();
      await new Promise(setImmediate);
    }
    slow.slow = false;
    slow.read();
    log.append(1);
    await until('live', () => subscriptions.report().catchingUp === 0 && slow.numbers.length === 101);
    expect(slow.numbers).toEqual(range(0, 101));
  });

  test.each([
    ['nothing was read for too long', { stallMs: 50, lagSequences: 100_000, keepMs: 10 }],
    ['the stream went too far on', { stallMs: 60_000, lagSequences: 20, keepMs: 10 }],
  ])('end with SLOW_CONSUMER and the cursor where %s', async (_, away) => {
    const { ask, log, subscriptions } = world({ ...limits, away });
    const [quick, slow] = [ask(), ask({ slow: true })];
    await until('open', () => slow.isOpened);
    for (let entry = 0; entry < 50; entry += 1) log.append(1);
    await until('ended', () => slow.ended !== undefined);
    expect(slow.codes).toEqual(['SLOW_CONSUMER']);
    expect(slow.ended?.[0]?.extensions.cursor).toBe(String(slow.messages.length));
    await until('told', () => quick.numbers.length === 50);
    expect(subscriptions.report()).toMatchObject({ topics: 1, catchingUp: 0 });
  });

  test('end with SLOW_CONSUMER where the stream went too far on while they read the store, too', async () => {
    const away = { stallMs: 60_000, lagSequences: 20, keepMs: 1000 };
    const { ask, log } = world({ ...limits, sweepMs: 1, away });
    const [quick, slow] = [ask(), ask({ slow: true })];
    await until('open', () => slow.isOpened && quick.isOpened);
    for (let entry = 0; entry < 3000; entry += 1) log.append(1);
    await until('ended', () => {
      slow.read();
      return slow.ended !== undefined || slow.numbers.length === 3000;
    });
    expect(slow.codes).toEqual(['SLOW_CONSUMER']);
    expect(slow.ended?.[0]?.extensions.cursor).toBe(String(slow.messages.length));
  });

  test('hold nothing that was read for them while they take nothing, and lack nothing afterwards', async () => {
    const { ask, log } = world({ ...limits, away: { stallMs: 60_000, lagSequences: 100_000, keepMs: 5 } });
    log.append(100);
    const slow = ask({ slow: true, variables: { after: '0' } });
    await until('told', () => slow.messages.length > 0);
    await until('let go', () => log.open === 1);
    while (slow.numbers.length < 100) {
      slow.read();
      await new Promise((resolve) => setTimeout(resolve, slow.numbers.length < 20 ? 20 : 0));
    }
    expect(slow.numbers).toEqual(range(0, 100));
  });

  test('are also those with many small messages unread', async () => {
    const { ask, log, subscriptions } = world({ ...limits, buffer: { bytes: 1_000_000, messages: 5 } });
    const [quick, slow] = [ask(), ask({ slow: true })];
    await until('open', () => slow.isOpened);
    log.append(40);
    await until('told', () => quick.numbers.length === 40);
    expect(slow.messages.length).toBe(6);
    expect(subscriptions.report().catchingUp).toBe(1);
  });

  test('a sink that throws ends alone', async () => {
    const { ask, log } = world();
    const [broken, other] = [ask(), ask()];
    broken.send = () => {
      throw new Error('the socket is gone');
    };
    await until('open', () => other.isOpened);
    log.append(2);
    await until('told', () => other.numbers.length === 2);
    expect(broken.codes).toEqual(['INTERNAL']);
  });
});
