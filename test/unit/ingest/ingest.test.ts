import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { grantScope } from '../../../src/model/scope.js';
import type { DecodedBlock } from '../../../src/model/block.js';
import { ParleyError } from '../../../src/errors/index.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../../support/blocks.js';
import { atHead, startIngest, workbench, type Workbench } from '../../support/indexing.js';
import { ModelLedger } from '../../support/modelLedger.js';

const plan = { ledger: ETHEREUM_LEDGER, seed: 9, transactions: 1 };
const chain = (length: number, reorgBound = 8): ModelLedger =>
  new ModelLedger({ plan, reorgBound, finalityDepth: 10 }, length);

describe('ingest', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await workbench();
  });
  afterEach(() => bench.close());

  const refs = async (ledger: ModelLedger): Promise<string[]> =>
    (await bench.store.refs(ledger.id, 0, 10_000)).map(({ hash }) => hash).reverse();
  const row = async (ledger: ModelLedger) => (await bench.store.ledgers(grantScope([ledger.id])))[0];
  const expectWhole = async (ledger: ModelLedger): Promise<void> => {
    expect(await refs(ledger)).toEqual(ledger.chain.map(({ hash }) => hash));
    expect(await bench.store.contradictions(ledger.id)).toEqual([]);
  };

  test('back-fills in batches with progress, then follows block by block', async () => {
    const ledger = chain(1200);
    const run = startIngest(ledger, bench.store);
    await atHead(run, () => ledger.chain.at(-1));
    const filling = run.reports.flatMap((report) => (report.kind === 'backfilling' ? [report.progress] : []));
    expect(filling.at(-1)).toMatchObject({ done: 1200, total: 1200, secondsLeft: 0 });
    expect(filling.at(-1)?.blocksPerSecond).toBeGreaterThan(1);
    expect(filling.map(({ done }) => done)).toEqual(filling.map(({ done }) => done).sort((a, b) => a - b));
    ledger.grow(3);
    await atHead(run, () => ledger.chain.at(-1));
    await run.stop();
    await expectWhole(ledger);
    expect(await row(ledger)).toMatchObject({ tip: { number: 1202 }, finalized: 1192, head: { number: 1202 } });
    expect(run.reports[0]).toEqual({ kind: 'starting' });
    expect(run.reports.at(-1)).toEqual({ kind: 'stopped', reason: null });
  });

  test('goes on from its checkpoint', async () => {
    const ledger = chain(30);
    const first = startIngest(ledger, bench.store);
    await atHead(first, () => ledger.chain.at(-1));
    await first.stop();
    await bench.reopen();
    ledger.grow(40);
    ledger.reads = 0;
    const second = startIngest(ledger, bench.store);
    await atHead(second, () => ledger.chain.at(-1));
    await second.stop();
    expect(ledger.reads).toBeLessThan(60);
    await expectWhole(ledger);
  });

  test('a chain that changed just before it was followed is noticed by its head alone', async () => {
    const ledger = chain(30);
    const follow = ledger.follow.bind(ledger);
    let turned = false;
    // The change comes after the tip was settled and before the first head is told, and nothing but that head tells of it.
    ledger.follow = (from, signal) => {
      if (!turned) ledger.reorg(4, 2, 'other');
      turned = true;
      return follow(from, signal);
    };
    const run = startIngest(ledger, bench.store);
    await run.until('the turn', (report) => report.kind === 'following' && report.tip?.number === 27);
    await atHead(run, () => ledger.chain.at(-1));
    await run.stop();
    await expectWhole(ledger);
  });

  test('begins in the middle where it is configured to', async () => {
    const ledger = new ModelLedger({ plan, reorgBound: 8, startBlock: 20, finalityDepth: 10 }, 40);
    const run = startIngest(ledger, bench.store);
    await atHead(run, () => ledger.chain.at(-1));
    await run.stop();
    expect(await refs(ledger)).toEqual(ledger.chain.slice(20).map(({ hash }) => hash));
  });

  test.each([1, 3, 8])('a reorganisation of depth %i while it follows', async (depth) => {
    const ledger = chain(30);
    const run = startIngest(ledger, bench.store);
    await atHead(run, () => ledger.chain.at(-1));
    const lost = ledger.chain.slice(-depth).map(({ hash }) => hash);
    ledger.reorg(depth, depth + 1, 'b');
    await atHead(run, () => ledger.chain.at(-1));
    ledger.grow(2, 'b');
    await atHead(run, () => ledger.chain.at(-1));
    await run.stop();
    await expectWhole(ledger);
    expect((await bench.store.retractedBlocks(ledger.id, -1, 100)).map(({ hash }) => hash)).toEqual(lost);
  });

  test.each([
    ['longer', 9],
    ['as long', 6],
    ['shorter for a while', 3],
  ])('a reorganisation of depth 6 while it was down, to a chain that is %s', async (_, length) => {
    const ledger = chain(40);
    const before = startIngest(ledger, bench.store);
    await atHead(before, () => ledger.chain.at(-1));
    await before.stop();
    const lost = ledger.chain.slice(-6).map(({ hash }) => hash);
    ledger.reorg(6, length, 'b');
    const run = startIngest(ledger, bench.store);
    await run.until('a start', ({ kind }) => kind === 'following');
    if (length < 6) ledger.grow(5, 'b');
    await atHead(run, () => ledger.chain.at(-1));
    await run.stop();
    await expectWhole(ledger);
    expect((await bench.store.retractedBlocks(ledger.id, -1, 100)).map(({ hash }) => hash)).toEqual(lost);
  });

  test('what a left branch holds never becomes final, though the new one is final further up', async () => {
    const ledger = chain(30);
    const before = startIngest(ledger, bench.store);
    await atHead(before, () => ledger.chain.at(-1));
    await before.stop();
    // The fork lies at 22; the new chain is final up to 34 when it is first seen.
    ledger.reorg(7, 22, 'b');
    const run = startIngest(ledger, bench.store);
    await atHead(run, () => ledger.chain.at(-1));
    await run.stop();
    await expectWhole(ledger);
    expect(await row(ledger)).toMatchObject({ finalized: 34 });
    const retracted = await bench.store.retractedBlocks(ledger.id, -1, 100);
    expect(retracted).toHaveLength(7);
  });

  test('a chain that turns back to an abandoned branch', async () => {
    const ledger = chain(30);
    const run = startIngest(ledger, bench.store);
    await atHead(run, () => ledger.chain.at(-1));
    const original = ledger.chain;
    ledger.reorg(4, 5, 'b');
    await atHead(run, () => ledger.chain.at(-1));
    ledger.chain = original;
    ledger.grow(3);
    await atHead(run, () => ledger.chain.at(-1));
    await run.stop();
    await expectWhole(ledger);
  });

  test('a chain that is on the indexed branch again, but shorter, is a node that lags: nothing is taken back until another block stands there', async () => {
    const ledger = chain(40);
    const run = startIngest(ledger, bench.store);
    await atHead(run, () => ledger.chain.at(-1));
    ledger.reorg(1, 6, 'a');
    await atHead(run, () => ledger.chain.at(-1));
    const indexed = await refs(ledger);
    // Unseen, since nothing is awaited in between: to another branch, and back to all of the indexed one but its last block.
    ledger.reorg(6, 1, 'b');
    ledger.reorg(1, 5, 'a');
    const { number, hash } = ledger.chain.at(-1) as DecodedBlock;
    await run.until('the lower head', (report) => report.kind === 'following' && report.head.hash === hash);
    expect(await refs(ledger)).toEqual(indexed);
    expect(run.reports.at(-1)).toMatchObject({
      kind: 'following',
      tip: { number: number + 1 },
      head: { number, hash },
    });
    ledger.grow(1, 'c');
    await atHead(run, () => ledger.chain.at(-1));
    await run.stop();
    await expectWhole(ledger);
  });

  test('stops with a clear error where a reorganisation is deeper than the bound', async () => {
    const ledger = chain(30);
    const run = startIngest(ledger, bench.store);
    await atHead(run, () => ledger.chain.at(-1));
    const before = await refs(ledger);
    ledger.reorg(9, 12, 'b');
    await expect(run.done).rejects.toMatchObject({ code: 'REORG_TOO_DEEP', expected: 'at most 8 (reorgWindow)' });
    expect(run.reports.at(-1)).toMatchObject({ kind: 'stopped', reason: { code: 'REORG_TOO_DEEP' } });
    expect(await refs(ledger)).toEqual(before);
  });

  test('stops where a reorganisation reaches below what was final, and says how to read the chain again', async () => {
    const ledger = new ModelLedger({ plan, reorgBound: 64, finalityDepth: 10 }, 30);
    const run = startIngest(ledger, bench.store);
    await atHead(run, () => ledger.chain.at(-1));
    ledger.reorg(12, 14, 'b');
    await expect(run.done).rejects.toMatchObject({
      code: 'REORG_TOO_DEEP',
      fix: expect.stringContaining('`parley rebuild --ledger model --read-again`'),
    });
    await bench.store.forgetLedger(ledger.id);
    const again = startIngest(ledger, bench.store);
    await atHead(again, () => ledger.chain.at(-1));
    await again.stop();
    await expectWhole(ledger);
  });

  test('stops where a channel shows another block than the one indexed', async () => {
    const channel = new ModelLedger({ plan: { ledger: FABRIC_LEDGER, seed: 4 }, reorgBound: 0 }, 20);
    const run = startIngest(channel, bench.store);
    await atHead(run, () => channel.chain.at(-1));
    expect(await row(channel)).toMatchObject({ finalized: 19, safe: 19 });
    channel.reorg(2, 4, 'forged');
    await expect(run.done).rejects.toMatchObject({ code: 'LEDGER_DIVERGED' });
  });

  test('every block of a channel is final as it comes', async () => {
    const channel = new ModelLedger({ plan: { ledger: FABRIC_LEDGER, seed: 4 }, reorgBound: 0 }, 20);
    const run = startIngest(channel, bench.store);
    await atHead(run, () => channel.chain.at(-1));
    channel.grow(4);
    await atHead(run, () => channel.chain.at(-1));
    await run.stop();
    await expectWhole(channel);
    const last = channel.chain.at(-1) as DecodedBlock;
    const [block] = await bench.store.blocksByHash(grantScope([channel.id]), [{ ledger: channel.id, hash: last.hash }]);
    expect(block?.confirmation).toBe('FINAL');
  });

  test('waits while the ledger does not answer, says so, and goes on', async () => {
    const ledger = chain(20);
    ledger.setDown(true);
    const run = startIngest(ledger, bench.store);
    const waiting = await run.until('a wait', ({ kind }) => kind === 'waiting');
    expect(waiting).toMatchObject({ kind: 'waiting', attempt: 1, reason: { code: 'LEDGER_UNAVAILABLE' } });
    ledger.setDown(false);
    await atHead(run, () => ledger.chain.at(-1));
    ledger.setDown(true);
    await run.until('a second wait', (report) => report.kind === 'waiting' && report !== waiting);
    ledger.reorg(3, 6, 'b');
    ledger.setDown(false);
    await atHead(run, () => ledger.chain.at(-1));
    await run.stop();
    await expectWhole(ledger);
  });

  test('waits longer each time where following fails again and again, and briefly once it moved on', async () => {
    const ledger = chain(20);
    const follow = ledger.follow.bind(ledger);
    let fails = true;
    ledger.follow = (from, signal) => {
      if (fails) throw new ParleyError('LEDGER_UNAVAILABLE', 'The model does not follow');
      return follow(from, signal);
    };
    const run = startIngest(ledger, bench.store);
    await run.until('a third wait', (report) => report.kind === 'waiting' && report.attempt === 3);
    fails = false;
    await run.until('following', ({ kind }) => kind === 'following');
    ledger.grow(1);
    await atHead(run, () => ledger.chain.at(-1));
    ledger.setDown(true);
    await run.until('a short wait', (report) => report.kind === 'waiting' && report.attempt === 1);
    await run.stop();
  });

  test('stops at once when aborted, wherever it is', async () => {
    const ledger = chain(2000);
    const run = startIngest(ledger, bench.store);
    await run.until('back-fill', ({ kind }) => kind === 'backfilling');
    await run.stop();
    const { length } = await refs(ledger);
    expect(length).toBeGreaterThan(0);
    expect(await bench.store.contradictions(ledger.id)).toEqual([]);
    expect(run.reports.at(-1)).toEqual({ kind: 'stopped', reason: null });
  });
});
