import { describe, expect, test } from '@jest/globals';
import { ParleyError } from '../../src/errors/index.js';
import { collect, follow, ledgerContract, range } from './ledger.contract.js';
import { common } from '@hyperledger/fabric-protos';
import { recordedBlocks, recordedBytes } from '../unit/ledgers/fabric/recorded.js';
import { replayWorld, type ReplayWorld } from './replayWorld.js';

ledgerContract('Fabric, on peers that replay a recorded channel,', () => replayWorld());

const FORBIDDEN = 403;

async function withWorld(run: (world: ReplayWorld) => Promise<void>): Promise<void> {
  const world = await replayWorld();
  try {
    await run(world);
  } finally {
    await world.close();
  }
}

async function failure(promise: Promise<unknown>): Promise<ParleyError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ParleyError) return error;
    throw error;
  }
  throw new Error('It should have failed');
}

describe('a Fabric channel', () => {
  test('prefers the peer of its own organisation', () =>
    withWorld(async (world) => {
      const ledger = await world.open();
      world.own.show(10);
      expect((await ledger.head()).number).toBe(9);
      const reports = await ledger.endpoints();
      const profile = reports.filter(({ found }) => found === undefined);
      expect(profile.map((r) => r.operator)).toEqual(['Org1MSP', 'Org2MSP']);
      // What the recorded configuration names besides does not run.
      const found = reports.filter((r) => r.found === true);
      expect(found.map(({ role, operator }) => `${role} ${operator}`)).toEqual([
        ...['PEER Org1MSP', 'PEER Org2MSP'],
        ...[1, 2, 3, 4].map((n) => `ORDERER Ordering${n}MSP`),
      ]);
      for (const { height, problem } of found)
        expect([height, problem]).toEqual([null, expect.stringContaining('Fix:')]);
      await ledger.close();
    }));

  test('goes on from another peer when the one it follows hangs', () =>
    withWorld(async (world) => {
      const ledger = await world.open();
      const following = follow(ledger, 0, (blocks) => blocks.length === 10);
      await new Promise((resolve) => setTimeout(resolve, 300));
      world.own.hang(true);
      world.other.show(10);
      expect((await following).length).toBe(10);
      await ledger.close();
    }));

  test('reads a range to its end when the peer breaks off in the middle', () =>
    withWorld(async (world) => {
      world.own.show(49);
      world.other.show(49);
      const ledger = await world.open();
      const numbers: number[] = [];
      for await (const block of ledger.read(0, 48, AbortSignal.timeout(60_000))) {
        numbers.push(block.number);
        if (block.number === 10) await world.own.close();
      }
      expect(numbers).toEqual(range(0, 48));
      await ledger.close();
    }));

  test('says which block a range lacks', () =>
    withWorld(async (world) => {
      const ledger = await world.open();
      const error = await failure(collect(ledger.read(5, 20, AbortSignal.timeout(60_000))));
      expect([error.code, error.retryable]).toEqual(['LEDGER_UNAVAILABLE', true]);
      await ledger.close();
    }));

  test('goes on from another peer when its own stays behind', () =>
    withWorld(async (world) => {
      const ledger = await world.open();
      world.other.show(12);
      expect((await follow(ledger, 0, (blocks) => blocks.length === 12)).length).toBe(12);
      await ledger.close();
    }));

  test('takes what does not follow the block before from another peer', async () => {
    const unlinked = common.Block.deserializeBinary(recordedBytes[5] ?? new Uint8Array(0));
    unlinked.getHeader()?.setPreviousHash(new Uint8Array(32));
    const world = await replayWorld(recordedBytes.with(5, unlinked.serializeBinary()));
    try {
      const ledger = await world.open();
      const read = await collect(ledger.read(0, 7, new AbortController().signal));
      expect(read.map(({ hash }) => hash)).toEqual(recordedBlocks.slice(0, 8).map(({ hash }) => hash));
      await world.other.close();
      const alone = await failure(collect(ledger.read(0, 7, new AbortController().signal)));
      expect(alone.message).toContain('block 5 does not follow');
      await ledger.close();
    } finally {
      await world.close();
    }
  });

  test('asks another peer for the head soon when one hangs', () =>
    withWorld(async (world) => {
      const ledger = await world.open({ timings: { answerTimeoutMs: 60_000 } });
      world.own.hang(true);
      expect((await ledger.head(AbortSignal.timeout(30_000))).number).toBe(7);
      await ledger.close();
    }));

  test('says that the organisation was removed when its stream is refused', () =>
    withWorld(async (world) => {
      const ledger = await world.open();
      const following = failure(follow(ledger, 0, (blocks) => blocks.length === 40));
      await new Promise((resolve) => setTimeout(resolve, 300));
      world.own.refuse(FORBIDDEN);
      const error = await following;
      expect(error.code).toBe('LEDGER_REFUSED');
      expect(error.message).toContain('no longer deliver to Org1MSP after block 7');
      await ledger.close();
    }));

  test('says that the organisation was removed when its own peer is silent and the others refuse', () =>
    withWorld(async (world) => {
      const ledger = await world.open();
      const following = failure(follow(ledger, 0, (blocks) => blocks.length === 40));
      world.other.refuse(FORBIDDEN);
      expect((await following).code).toBe('LEDGER_REFUSED');
      await ledger.close();
    }));

  test('does not take refusals for a removal while its own peer goes on', () =>
    withWorld(async (world) => {
      const ledger = await world.open();
      world.other.refuse(FORBIDDEN);
      const following = follow(ledger, 0, (blocks) => blocks.length === 14);
      for (let height = 9; height <= 14; height++) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        world.own.show(height);
      }
      expect((await following).length).toBe(14);
      await ledger.close();
    }));

  test('is refused where every peer refuses, and unavailable where none answers', () =>
    withWorld(async (world) => {
      world.own.refuse(FORBIDDEN);
      world.other.refuse(FORBIDDEN);
      expect((await failure(world.open())).code).toBe('LEDGER_REFUSED');
      await world.own.close();
      await world.other.close();
      const error = await failure(world.open());
      expect([error.code, error.retryable]).toEqual(['LEDGER_UNAVAILABLE', true]);
      expect(error.message).not.toContain('PRIVATE KEY');
    }));

  test('opens without a peer where its id is known, and finds out a wrong one', () =>
    withWorld(async (world) => {
      const ledger = await world.open();
      const { id } = ledger;
      await ledger.close();
      await world.own.close();
      const known = await world.open({ knownId: id });
      expect(known.id).toBe(id);
      await known.close();
      const wrong = await world.open({ genesisHash: '00'.repeat(32) });
      expect((await failure(wrong.head())).code).toBe('LEDGER_UNAVAILABLE');
      await wrong.close();
      expect((await failure(world.open({ genesisHash: '00'.repeat(32), knownId: id }))).code).toBe('LEDGER_MISMATCH');
    }));

  test('says which channel its peers do not know', () =>
    withWorld(async (world) => {
      const error = await failure(world.open({ channel: 'nowhere' }));
      expect([error.code, error.message]).toEqual(['LEDGER_REFUSED', expect.stringContaining('No peer knows channel')]);
    }));

  test('leaves no stream open when following stops', () =>
    withWorld(async (world) => {
      const ledger = await world.open();
      const stop = new AbortController();
      const following = collect(ledger.follow(0, stop.signal));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(world.own.streams).toBeGreaterThan(0);
      stop.abort();
      await following;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect([world.own.streams, world.other.streams]).toEqual([0, 0]);
      await ledger.close();
    }));
});
