import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChangeKind, FeedStream, StreamPosition, StreamRequest } from '../../../src/feed/feed.js';
import { StreamBroken, type Feed } from '../../../src/feed/feed.js';
import type { LedgerId } from '../../../src/model/ids.js';
import { grantScope } from '../../../src/model/scope.js';
import type { BlockRow, StoreReader } from '../../../src/store/store.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../../support/blocks.js';
import { ethereumPlan, fabricPlan, otherPlan, OTHER_LEDGER } from '../../support/filledStore.js';
import { FeedWorld } from './world.js';

let world: FeedWorld;
let feed: Feed & { readonly reader: StoreReader };
beforeEach(async () => {
  world = await FeedWorld.open([ethereumPlan]);
  await world.grow(ETHEREUM_LEDGER, 10, 5);
  feed = await world.feed();
});
afterEach(() => world.close());

const ALL: readonly ChangeKind[] = ['APPENDED', 'RETRACTED', 'FINALIZED'];
const open = (options: Partial<StreamRequest> = {}, of: Feed = feed): Promise<FeedStream<BlockRow>> =>
  of.open({
    ...{ scope: () => world.scope, after: null, minConfirmation: 'CONFIRMED', kinds: ALL },
    ...options,
    wanted: { items: 'blocks', criteria: {} },
  });

interface Told {
  readonly text: string;
  readonly position: StreamPosition;
}
/** The next changes, as `KIND CONFIRMATION number`, as many as are expected. */
async function take(stream: FeedStream<BlockRow>, count: number): Promise<readonly Told[]> {
  const told: Told[] = [];
  const signal = AbortSignal.timeout(4000);
  while (told.length < count) {
    const { changes } = await stream.next(signal);
    for (const { kind, confirmation, block, position } of changes) {
      told.push({ text: `${kind} ${confirmation} ${block.number}`, position });
    }
  }
  expect(told).toHaveLength(count);
  return told;
}
const texts = async (stream: FeedStream<BlockRow>, count: number): Promise<readonly string[]> =>
  (await take(stream, count)).map(({ text }) => text);

/** True where nothing comes for a while. */
async function silent(stream: FeedStream<BlockRow>): Promise<boolean> {
  const quiet = AbortSignal.timeout(100);
  try {
    for (;;) if ((await stream.next(quiet)).changes.length > 0) return false;
  } catch (error) {
    if (error === quiet.reason) return true;
    throw error;
  }
}
const hashAt = (number: number, ledger: LedgerId = ETHEREUM_LEDGER): string =>
  world.line(ledger).chain[number]?.hash ?? 'none';

describe('minConfirmation and kinds', () => {
  test('CONFIRMED: appended, taken back newest first, the new branch, and final where it was not', async () => {
    const stream = await open();
    await world.grow(ETHEREUM_LEDGER, 2);
    expect(await texts(stream, 2)).toEqual(['APPENDED CONFIRMED 10', 'APPENDED CONFIRMED 11']);
    await world.rewind(ETHEREUM_LEDGER, 2);
    await world.grow(ETHEREUM_LEDGER, 1);
    expect(await texts(stream, 3)).toEqual([
      'RETRACTED RETRACTED 11',
      'RETRACTED RETRACTED 10',
      'APPENDED CONFIRMED 10',
    ]);
    await world.finalize(ETHEREUM_LEDGER, 7);
    expect(await texts(stream, 2)).toEqual(['FINALIZED FINAL 6', 'FINALIZED FINAL 7']);
    await world.grow(ETHEREUM_LEDGER, 1, 50);
    expect(await texts(stream, 4)).toEqual([
      'FINALIZED FINAL 8',
      'FINALIZED FINAL 9',
      'FINALIZED FINAL 10',
      'APPENDED FINAL 11',
    ]);
  });

  test('FINAL: once, when it is final', async () => {
    const stream = await open({ minConfirmation: 'FINAL' });
    await world.grow(ETHEREUM_LEDGER, 2);
    await world.rewind(ETHEREUM_LEDGER, 1);
    await world.grow(ETHEREUM_LEDGER, 2);
    expect(await silent(stream)).toBe(true);
    await world.finalize(ETHEREUM_LEDGER, 7);
    expect(await texts(stream, 2)).toEqual(['APPENDED FINAL 6', 'APPENDED FINAL 7']);
  });

  test.each(ALL)('%s alone', async (kind) => {
    const stream = await open({ kinds: [kind] });
    await world.grow(ETHEREUM_LEDGER, 2);
    await world.rewind(ETHEREUM_LEDGER, 1);
    await world.finalize(ETHEREUM_LEDGER, 6);
    await world.grow(ETHEREUM_LEDGER, 1);
    const expected = {
      APPENDED: ['APPENDED CONFIRMED 10', 'APPENDED CONFIRMED 11', 'APPENDED CONFIRMED 11'],
      RETRACTED: ['RETRACTED RETRACTED 11'],
      FINALIZED: ['FINALIZED FINAL 6'],
    }[kind];
    expect(await texts(stream, expected.length)).toEqual(expected);
    expect(await silent(stream)).toBe(true);
  });

  test('what became final while a client was away is told before what was appended', async () => {
    const stream = await open();
    const { position } = stream;
    stream.close();
    await world.grow(ETHEREUM_LEDGER, 3, 10);
    const resumed = await open({ after: position });
    expect(await texts(resumed, 7)).toEqual([
      ...[6, 7, 8, 9].map((number) => `FINALIZED FINAL ${number}`),
      ...['APPENDED FINAL 10', 'APPENDED CONFIRMED 11', 'APPENDED CONFIRMED 12'],
    ]);
  });

  test('a cursor of CONFIRMED used with FINAL starts after what is known to be final; the other way round after its block', async () => {
    const confirmed = (await open()).position;
    await world.finalize(ETHEREUM_LEDGER, 7);
    const final = await open({ after: confirmed, minConfirmation: 'FINAL' });
    const told = await take(final, 2);
    expect(told.map(({ text }) => text)).toEqual(['APPENDED FINAL 6', 'APPENDED FINAL 7']);
    const back = await open({ after: told.at(-1)?.position ?? null });
    expect(await texts(back, 2)).toEqual(['APPENDED CONFIRMED 8', 'APPENDED CONFIRMED 9']);
  });
});

describe('cursors', () => {
  test('another replica, and one that starts later, go on where the first stopped', async () => {
    const stream = await open();
    await world.grow(ETHEREUM_LEDGER, 3);
    const [first] = await take(stream, 3);
    await world.rewind(ETHEREUM_LEDGER, 2);
    await world.grow(ETHEREUM_LEDGER, 1);
    const other = await world.feed(2);
    expect(await texts(await open({ after: first?.position ?? null }, other), 1)).toEqual(['APPENDED CONFIRMED 11']);
    const seen = stream.position;
    stream.close();
    expect(await texts(await open({ after: seen }, other), 3)).toEqual([
      ...['RETRACTED RETRACTED 12', 'RETRACTED RETRACTED 11', 'APPENDED CONFIRMED 11'],
    ]);
  });

  test('RESYNC_REQUIRED with the last common block where the branch was pruned', async () => {
    const stream = await open();
    await world.grow(ETHEREUM_LEDGER, 3);
    await take(stream, 3);
    await world.rewind(ETHEREUM_LEDGER, 4);
    await world.grow(ETHEREUM_LEDGER, 6);
    await world.finalize(ETHEREUM_LEDGER, 6, 0);
    const { position } = stream;
    stream.close();
    const broken = await open({ after: position }).catch((error: unknown) => error);
    expect(broken).toBeInstanceOf(StreamBroken);
    if (!(broken instanceof StreamBroken)) return;
    expect(broken.code).toBe('RESYNC_REQUIRED');
    expect(broken.position?.get(ETHEREUM_LEDGER)?.block).toEqual({ number: 8, hash: hashAt(8) });
    const again = await open({ after: broken.position });
    expect(await texts(again, 7)).toEqual([
      'FINALIZED FINAL 6',
      ...[9, 10, 11, 12, 13, 14].map((number) => `APPENDED CONFIRMED ${number}`),
    ]);
  });

  test('CURSOR_EXPIRED where nothing is in common', async () => {
    const block = { number: 4, hash: `0x${'9'.repeat(64)}` };
    const position = { block, through: null, final: 3, finalThrough: 0, recent: ['8'.repeat(16), '9'.repeat(16)] };
    for (const minConfirmation of ['CONFIRMED', 'FINAL'] as const) {
      await expect(open({ after: new Map([[ETHEREUM_LEDGER, position]]), minConfirmation })).rejects.toMatchObject({
        code: 'CURSOR_EXPIRED',
        position: null,
      });
    }
  });

  test('an index that is read anew is waited for: nothing is taken back', async () => {
    const stream = await open();
    await world.grow(ETHEREUM_LEDGER, 2);
    await take(stream, 2);
    const { chain } = world.line(ETHEREUM_LEDGER);
    await world.forget(ETHEREUM_LEDGER);
    await world.append(ETHEREUM_LEDGER, chain.slice(0, 7), 5);
    expect(await silent(stream)).toBe(true);
    const resumed = await open({ after: stream.position });
    expect(await silent(resumed)).toBe(true);
    await world.append(ETHEREUM_LEDGER, chain.slice(7));
    await world.grow(ETHEREUM_LEDGER, 1);
    for (const one of [stream, resumed]) expect(await texts(one, 1)).toEqual(['APPENDED CONFIRMED 12']);
  });

  test('live streams go on over a rebuild', async () => {
    const stream = await open();
    await world.rewind(ETHEREUM_LEDGER, 2);
    await world.grow(ETHEREUM_LEDGER, 1);
    expect(await texts(stream, 3)).toEqual(['RETRACTED RETRACTED 9', 'RETRACTED RETRACTED 8', 'APPENDED CONFIRMED 8']);
    await world.rebuild(ETHEREUM_LEDGER);
    await world.grow(ETHEREUM_LEDGER, 1);
    expect(await texts(stream, 1)).toEqual(['APPENDED CONFIRMED 9']);
  });
});

describe('ledgers', () => {
  test('one that comes into sight begins with its first block, others go on', async () => {
    await world.declare(fabricPlan);
    await world.grow(FABRIC_LEDGER, 2, 100);
    let visible = [ETHEREUM_LEDGER];
    const stream = await open({ scope: () => grantScope(visible) });
    await world.grow(ETHEREUM_LEDGER, 1);
    await take(stream, 1);
    visible = [ETHEREUM_LEDGER, FABRIC_LEDGER];
    await new Promise((resolve) => setTimeout(resolve, 1050));
    await world.grow(ETHEREUM_LEDGER, 1);
    const told = await texts(stream, 3);
    expect([...told].sort()).toEqual(['APPENDED CONFIRMED 11', 'APPENDED FINAL 0', 'APPENDED FINAL 1']);
    expect([...stream.position.keys()].sort()).toEqual([ETHEREUM_LEDGER, FABRIC_LEDGER]);
  });

  test('one that is declared while a stream is live begins with its first block', async () => {
    const stream = await open({ scope: () => grantScope([ETHEREUM_LEDGER, OTHER_LEDGER]) });
    await world.declare(otherPlan);
    await world.grow(OTHER_LEDGER, 2);
    expect(await texts(stream, 2)).toEqual(['APPENDED CONFIRMED 0', 'APPENDED CONFIRMED 1']);
  });
});

describe('ledgers that come at once', () => {
  test('one whose blocks all arrive within a moment is told though nothing follows', async () => {
    let visible = [ETHEREUM_LEDGER];
    const stream = await open({ scope: () => grantScope(visible) });
    await stream.next(AbortSignal.timeout(1000));
    const waits = texts(stream, 2);
    await world.declare(otherPlan);
    visible = [ETHEREUM_LEDGER, OTHER_LEDGER];
    await world.grow(OTHER_LEDGER, 2);
    expect(await waits).toEqual(['APPENDED CONFIRMED 0', 'APPENDED CONFIRMED 1']);
  });

  test('one that comes into sight is told though nothing happens on any', async () => {
    await world.declare(otherPlan);
    await world.grow(OTHER_LEDGER, 2);
    const lines = new Map(world.lines);
    world.lines.delete(OTHER_LEDGER);
    const later = await world.feed();
    const stream = await open({}, later);
    await stream.next(AbortSignal.timeout(1000));
    const waits = texts(stream, 2);
    for (const [ledger, line] of lines) world.lines.set(ledger, line);
    expect(await waits).toEqual(['APPENDED CONFIRMED 0', 'APPENDED CONFIRMED 1']);
  });

  test('a caller who may not see a ledger hears nothing of it', async () => {
    await world.declare(otherPlan);
    const stream = await open({ scope: () => grantScope([ETHEREUM_LEDGER]) });
    await world.grow(OTHER_LEDGER, 2);
    await world.grow(ETHEREUM_LEDGER, 1);
    expect(await texts(stream, 1)).toEqual(['APPENDED CONFIRMED 10']);
    expect(await silent(stream)).toBe(true);
  });

  test('one that is being rebuilt while the feed starts holds nobody who asks for another', async () => {
    await world.declare(otherPlan);
    await world.grow(OTHER_LEDGER, 2);
    await world.store.clearDerived(OTHER_LEDGER);
    const later = await world.feed();
    const held = open({}, later);
    const stream = await later.open({
      ...{ scope: () => world.scope, after: null, minConfirmation: 'CONFIRMED', kinds: ALL },
      wanted: { items: 'blocks', criteria: { ledgers: [ETHEREUM_LEDGER] } },
    });
    await world.grow(ETHEREUM_LEDGER, 1);
    expect(await texts(stream, 1)).toEqual(['APPENDED CONFIRMED 10']);
    await world.rebuild(OTHER_LEDGER);
    expect(await silent(await held)).toBe(true);
  });
});

describe('letting go', () => {
  test('an aborted wait ends with its reason, and the stream goes on afterwards', async () => {
    const stream = await open();
    expect(await silent(stream)).toBe(true);
    await world.grow(ETHEREUM_LEDGER, 1);
    expect(await texts(stream, 1)).toEqual(['APPENDED CONFIRMED 10']);
  });

  test('close ends a wait, and the feed ends them all', async () => {
    const [one, other] = [await open(), await open()];
    await Promise.all([one, other].map((stream) => stream.next(AbortSignal.timeout(1000))));
    const never = new AbortController().signal;
    const waits = [one.next(never), other.next(never)];
    one.close();
    await expect(waits[0]).rejects.toMatchObject({ name: 'AbortError' });
    await feed.close();
    await expect(waits[1]).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  test('rows of a block are read once for all streams', async () => {
    const streams = await Promise.all(Array.from({ length: 50 }, () => open()));
    for (const stream of streams) await stream.next(AbortSignal.timeout(1000));
    const before = feed.reader.statements;
    await world.grow(ETHEREUM_LEDGER, 1);
    await Promise.all(streams.map((stream) => texts(stream, 1)));
    expect(feed.reader.statements - before).toBeLessThan(12);
  });
});
