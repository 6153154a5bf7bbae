import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnyLedger, LedgerHead, LedgerItem } from '../../src/ledgers/ledger.js';
import type { DecodedBlock, RawBlock } from '../../src/model/block.js';

/** What an implementation brings so that the suite can drive it: a ledger that grows on command, and endpoints that fail on command. */
export interface LedgerWorld {
  /** A new instance of the ledger under test, as after a restart. The suite closes what it opens. */
  open(): Promise<AnyLedger>;
  /** Makes this many more blocks, each with at least one transaction; resolves once every endpoint that is up serves them. */
  produce(blocks: number): Promise<void>;
  /** Two or more endpoints: takes down the one that the ledger prefers, and brings it up again at the same address. Null where there is one only. */
  readonly preferredEndpoint: { down(): Promise<void>; up(): Promise<void> } | null;
  close(): Promise<void>;
}

/** The least number of blocks (genesis included) that a world starts with. */
export const INITIAL_BLOCKS = 8;
const PATIENCE_MS = 90_000;

/** The contract of the ledger port, in its own terms. Every implementation runs it on real servers. */
export function ledgerContract(name: string, makeWorld: () => Promise<LedgerWorld>): void {
  describe(`${name} keeps the ledger port's contract`, () => {
    let world: LedgerWorld;
    let ledger: AnyLedger;
    const opened: AnyLedger[] = [];
    const open = async (): Promise<AnyLedger> => {
      const made = await world.open();
      opened.push(made);
      return made;
    };

    beforeEach(async () => {
      world = await makeWorld();
      ledger = await open();
    }, 240_000);
    afterEach(async () => {
      for (const made of opened.splice(0)) await made.close();
      await world.close();
    }, 240_000);

    test('says its head, and has the block of that number and hash', async () => {
      const head = await ledger.head();
      expect(head.number).toBeGreaterThanOrEqual(INITIAL_BLOCKS - 1);
      expect(head.finalized).toBeLessThanOrEqual(head.number);
      expect(head.safe).toBeGreaterThanOrEqual(head.finalized);
      expect((await ledger.block(head.number))?.hash).toBe(head.hash);
    });

    test('has no block beyond its head', async () => {
      const head = await ledger.head();
      expect(await ledger.block(head.number + 1000)).toBeNull();
    });

    test('keeps its id over a restart', async () => {
      expect((await open()).id).toBe(ledger.id);
    });

    test('reads a range in order, whole, each block linked to the one before', async () => {
      const { number } = await ledger.head();
      const blocks = await collect(ledger.read(0, number, timeout()));
      expect(blocks.map((b) => b.number)).toEqual(range(0, number));
      blocks.slice(1).forEach((block, i) => expect(block.parentHash).toBe(blocks[i]?.hash));
    });

    test('reads a range that starts and ends in the middle, and a range of one', async () => {
      expect((await collect(ledger.read(2, 5, timeout()))).map((b) => b.number)).toEqual([2, 3, 4, 5]);
      expect((await collect(ledger.read(3, 3, timeout()))).map((b) => b.number)).toEqual([3]);
    });

    test('gives the same bytes through block, read and follow', async () => {
      const one = await ledger.block(4);
      const [read] = await collect(ledger.read(4, 4, timeout()));
      const [followed] = await follow(ledger, 4, (blocks) => blocks.length === 1);
      expect(Buffer.from(one?.bytes ?? []).equals(Buffer.from(read?.bytes ?? [1]))).toBe(true);
      expect(Buffer.from(followed?.bytes ?? []).equals(Buffer.from(read?.bytes ?? [1]))).toBe(true);
    });

    test.each([0, 1, 5])('follows from block %i through the head without a seam', async (from) => {
      const before = await ledger.head();
      const last = before.number + 4;
      const following = follow(ledger, from, (blocks) => blocks.at(-1)?.number === last);
      await world.produce(2);
      await world.produce(2);
      expect((await following).map((b) => b.number)).toEqual(range(from, last));
    });

    test('follows from a block that does not exist yet', async () => {
      const from = (await ledger.head()).number + 2;
      const following = follow(ledger, from, (blocks) => blocks.length === 2);
      await world.produce(3);
      expect((await following).map((b) => b.number)).toEqual([from, from + 1]);
    });

    test('tells the head while following', async () => {
      const heads: LedgerHead[] = [];
      await world.produce(1);
      const { number } = await ledger.head();
      await follow(
        ledger,
        0,
        (blocks) => blocks.at(-1)?.number === number && heads.length > 0,
        (item) => item.kind === 'head' && heads.push(item.head),
      );
      expect(heads.at(-1)?.number).toBeGreaterThanOrEqual(number);
    });

    test('after a restart in the middle the rest follows, none missing, none twice', async () => {
      const first = await follow(ledger, 0, (blocks) => blocks.length === 4);
      await ledger.close();
      await world.produce(2);
      const again = await open();
      const { number } = await again.head();
      const rest = await follow(again, first.length, (blocks) => blocks.at(-1)?.number === number);
      expect([...first, ...rest].map((b) => b.number)).toEqual(range(0, number));
    });

    test('goes on from another endpoint when the preferred one goes down, and still after it is back', async () => {
      const endpoint = world.preferredEndpoint;
      if (endpoint === null) return;
      const from = (await ledger.head()).number + 1;
      const got: number[] = [];
      const following = follow(
        ledger,
        from,
        (blocks) => blocks.length === 4,
        (item) => item.kind === 'block' && got.push(item.block.number),
      );
      await world.produce(2);
      await until(() => got.length === 2);
      await endpoint.down();
      await world.produce(1);
      await until(() => got.length === 3);
      await endpoint.up();
      await world.produce(1);
      expect((await following).map((b) => b.number)).toEqual(range(from, from + 3));
    });

    test('reads and says its head while the preferred endpoint is down', async () => {
      const endpoint = world.preferredEndpoint;
      if (endpoint === null) return;
      await endpoint.down();
      const head = await ledger.head();
      expect((await collect(ledger.read(1, 3, timeout()))).map((b) => b.number)).toEqual([1, 2, 3]);
      const reports = await ledger.endpoints();
      expect(reports.some((r) => r.problem !== null && r.height === null)).toBe(true);
      expect(reports.some((r) => r.problem === null && r.height === head.number)).toBe(true);
    });

    test('aborting ends following and reading', async () => {
      const stop = new AbortController();
      const following = collect(ledger.follow(0, stop.signal));
      const idle = collect(ledger.follow((await ledger.head()).number + 1, stop.signal));
      setTimeout(() => stop.abort(), 200);
      await ended(following);
      await ended(idle);
      await ended(collect(ledger.read(0, INITIAL_BLOCKS - 1, AbortSignal.abort())));
    });

    test('leaving the loop early ends the stream', async () => {
      for await (const item of ledger.follow(0, timeout())) if (item.kind === 'block') break;
      expect((await collect(ledger.read(0, 2, timeout()))).length).toBe(3);
    });

    test('closing ends what still runs, and may be said twice', async () => {
      const following = collect(ledger.follow(0, timeout()));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await ledger.close();
      await ended(following);
      await ledger.close();
    });

    test('decodes the same blocks in the same order to the same values', async () => {
      const { number } = await ledger.head();
      const blocks = await collect(ledger.read(0, number, timeout()));
      const first = decodeAll(ledger, blocks);
      const copies = blocks.map((b) => ({ ...b, bytes: Uint8Array.from(b.bytes) }));
      expect(plain(decodeAll(await open(), copies))).toEqual(plain(first));
      first.forEach((block, i) => {
        expect([block.number, block.hash, block.parentHash]).toEqual([i, blocks[i]?.hash, blocks[i]?.parentHash]);
        expect(block.ledger).toBe(ledger.id);
      });
    });

    test('a decoder that starts in the middle gives what one from the start gives', async () => {
      const { number } = await ledger.head();
      const blocks = await collect(ledger.read(0, number, timeout()));
      const whole = decodeAll(ledger, blocks);
      const from = Math.floor(blocks.length / 2);
      const decoder = ledger.decoder(await ledger.seed(from));
      expect(plain(blocks.slice(from).map((b) => decoder.decode(b)))).toEqual(plain(whole.slice(from)));
    });

    test('says of its endpoints who they are and how high they stand', async () => {
      const { number } = await ledger.head();
      const reports = await ledger.endpoints();
      expect(reports.length).toBeGreaterThan(0);
      expect(
        reports.filter((r) => r.height !== null && r.height >= number && r.problem === null).length,
      ).toBeGreaterThan(0);
    });
  });
}

/** Follows until `enough` is true, then stops; throws what following throws. */
export async function follow(
  ledger: AnyLedger,
  from: number,
  enough: (blocks: readonly RawBlock[]) => boolean,
  seen: (item: LedgerItem) => unknown = () => undefined,
): Promise<RawBlock[]> {
  const blocks: RawBlock[] = [];
  for await (const item of ledger.follow(from, timeout())) {
    seen(item);
    if (item.kind === 'block') blocks.push(item.block);
    if (enough(blocks)) return blocks;
  }
  throw new Error(`Following ended after ${blocks.length} blocks, before what was waited for`);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const timeout = (): AbortSignal => AbortSignal.timeout(PATIENCE_MS);

/** Whether it returns or throws the abort is the implementation's choice; that it ends is not. */
async function ended(promise: Promise<unknown>): Promise<void> {
  const late = Symbol('late');
  const timer = new Promise((resolve) => setTimeout(resolve, 5_000, late).unref());
  expect(await Promise.race([promise.catch(() => null), timer])).not.toBe(late);
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('What was waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function decodeAll(ledger: AnyLedger, blocks: readonly RawBlock[]): DecodedBlock[] {
  const decoder = ledger.decoder({ config: null, previous: null });
  return blocks.map((block) => decoder.decode(block));
}

/** Bytes as text, so that comparing is quick and a difference readable. */
const plain = (blocks: readonly DecodedBlock[]): unknown[] =>
  blocks.map((block) => ({ ...block, bytes: Buffer.from(block.bytes).toString('base64') }));
