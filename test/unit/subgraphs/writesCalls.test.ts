import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decide, identify, visibleTo } from '../../../src/access/index.js';
import { ParleyError } from '../../../src/errors/index.js';
import { openJournal, openStore } from '../../../src/store/index.js';
import type { StoreJournal } from '../../../src/store/store.js';
import type { Call, WriteAnswer } from '../../../src/subgraphs/writes.js';
import { Calls } from '../../../src/subgraphs/writesCalls.js';

const LEDGER = 'amb:n-ONE';
const principal = identify();
const decision = decide(principal, visibleTo(principal, [LEDGER]), 'castVote', {
  ...{ ledger: LEDGER, member: null, signer: null },
});

describe('what an API does with a key', () => {
  let directory: string;
  let opened: { readonly journal: StoreJournal; readonly calls: Calls; readonly problems: unknown[] }[];
  let done: number;
  const asked = (
    idempotencyKey: string | null,
    input: string,
    work: () => Promise<WriteAnswer> = () => Promise.resolve(input),
  ): Call => ({
    ...{ decision, idempotencyKey, input: { input } },
    work: () => {
      done += 1;
      return work();
    },
  });
  const storeUrl = (): string => `sqlite:${join(directory, 'index.db')}`;
  const start = async (): Promise<Calls> => {
    const journal = await openJournal(storeUrl());
    const problems: unknown[] = [];
    const stop = new AbortController().signal;
    const calls = new Calls({ journal, stop, onProblem: (error) => void problems.push(error) });
    opened.push({ journal, calls, problems });
    return calls;
  };

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'parley-calls-'));
    await (await openStore(storeUrl())).close();
    opened = [];
    done = 0;
  });
  afterEach(async () => {
    for (const { journal, problems } of opened) {
      expect(problems).toEqual([]);
      await journal.close();
    }
    rmSync(directory, { recursive: true, force: true });
  });

  test('is done once, whoever asks meanwhile, afterwards and of the next process', async () => {
    const calls = await start();
    let end: (answer: string) => void = () => undefined;
    const slow = asked('one', 'yes', () => new Promise<string>((resolve) => (end = resolve)));
    const both = [calls.answer('somebody', slow), calls.answer('somebody', slow)];
    const beside = await calls.answer('another', asked('one', 'no'));
    expect(beside).toBe('no');
    end('done');
    expect(await Promise.all(both)).toEqual(['done', 'done']);
    expect(await calls.answer('somebody', slow)).toBe('done');
    const next = await start();
    expect(await next.answer('somebody', asked('one', 'yes'))).toBe('done');
    await expect(next.answer('somebody', asked('one', 'no'))).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(done).toBe(2);
  });

  test('is refused again where it was refused for good; tried again where it may do better', async () => {
    const calls = await start();
    const refusing = (code: 'GOVERNANCE_REFUSED' | 'LEDGER_UNAVAILABLE') => () =>
      Promise.reject(new ParleyError(code, 'Not so', { got: code }));
    const lasting = asked('one', 'yes', refusing('GOVERNANCE_REFUSED'));
    for (const key of ['one', 'one'])
      await expect(calls.answer('somebody', { ...lasting, idempotencyKey: key })).rejects.toMatchObject({
        code: 'GOVERNANCE_REFUSED',
        what: 'Not so',
      });
    expect(done).toBe(1);
    const passing = asked('two', 'yes', refusing('LEDGER_UNAVAILABLE'));
    await expect(calls.answer('somebody', passing)).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(await calls.answer('somebody', asked('two', 'yes'))).toBe('yes');
    expect(done).toBe(3);
  });

  test('without one is done as often as it is asked', async () => {
    const calls = await start();
    for (const answer of ['yes', 'no']) expect(await calls.answer('somebody', asked(null, answer))).toBe(answer);
    expect(done).toBe(2);
    await expect(calls.answer('somebody', asked('', 'yes'))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
