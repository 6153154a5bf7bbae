import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import type { RunningChild } from '../../../devnet/childProcess.js';
import type { DeployOptions } from '../../../devnet/fabric/deploy.js';
import { noteOfCommitHash, transactionsFilter } from '../../../devnet/fabric/peer/messages/block.js';
import { revalidate } from '../../unit/devnet/fabric/peer/revalidate.js';
import { allBlocks, blockOf } from './blocks.js';
import { failureOf } from './failure.js';
import { FabricWorld, HARVEST, MERIDIAN, freeAddress, text } from './world.js';

let world: FabricWorld;
let options: DeployOptions;
let service: RunningChild;

beforeAll(async () => {
  world = await FabricWorld.start();
  options = {
    channel: 'trade',
    name: 'assets',
    version: '1.0',
    service: { address: await freeAddress(), dialTimeout: '1s' },
    collections: [{ name: 'prices', policy: `OR('${HARVEST}.member', '${MERIDIAN}.member')` }],
  };
  service = await world.serve(options);
  await world.redeploy(options);
});
afterAll(() => world?.close());

describe('a chaincode service that goes away', () => {
  test('is ABORTED with what could not be launched, and the next call after its return works by itself', async () => {
    const contract = world.session(HARVEST).contract();
    await contract.submitTransaction('put', 'before', '1');
    const sleeping = failureOf(contract.evaluateTransaction('sleep', '30000'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await service.stop();
    expect((await sleeping).details[0]).toMatch(/chaincode stream terminated$/);
    expect(await failureOf(contract.submitTransaction('put', 'meanwhile', '1'))).toMatchObject({
      name: 'EndorseError',
      code: status.ABORTED,
      details: [
        expect.stringMatching(
          /^HarvestMSP: error in simulation: failed to execute transaction [0-9a-f]{64}: could not launch chaincode assets_1.0:[0-9a-f]{64}: connection to /,
        ),
      ],
    });
    service = await world.serve(options);
    expect(text(await contract.submitTransaction('put', 'after', '2'))).toBe('2');
  });
});

describe('a restart', () => {
  test('goes on with state, private data, history, definitions and blocks', async () => {
    const before = world.session(HARVEST);
    await before.contract().submitTransaction('put', 'kept', '1');
    await before.contract().submitTransaction('put', 'kept', '2');
    await before.contract().submit('putPrivate', {
      arguments: ['prices', 'lot'],
      transientData: { value: Buffer.from('1200') },
    });
    // Endorsed before the restart, submitted after it: the private data waits on disk.
    const pending = await before
      .contract()
      .newProposal('putPrivate', { arguments: ['prices', 'late'], transientData: { value: Buffer.from('77') } })
      .endorse();
    const last = await blockOf(before.contract('qscc'), 'trade');
    await world.restart();

    const session = world.session(HARVEST);
    const contract = session.contract();
    const again = await blockOf(session.contract('qscc'), 'trade');
    expect(Buffer.from(again.serializeBinary())).toEqual(Buffer.from(last.serializeBinary()));
    expect(text(await contract.evaluateTransaction('get', 'kept'))).toBe('2');
    const history = JSON.parse(text(await contract.evaluateTransaction('history', 'kept'))) as { value: string }[];
    expect(history.map(({ value }) => value)).toEqual(['2', '1']);
    expect(text(await contract.evaluateTransaction('getPrivate', 'prices', 'lot'))).toBe('1200');
    const committed = await session.gateway.newTransaction(pending.getBytes()).submit();
    expect((await committed.getStatus()).code).toBe(0);
    expect(text(await contract.evaluateTransaction('getPrivate', 'prices', 'late'))).toBe('77');
    await contract.submitTransaction('put', 'kept', '3');
    const next = await blockOf(session.contract('qscc'), 'trade');
    expect(noteOfCommitHash(next)).toHaveLength(32);
    expect(await world.redeploy(options)).toMatchObject({ sequence: 1 });
  });

  test('changes nothing: a peer that has nothing but the blocks comes to the same codes and commit hashes', async () => {
    await world.session(HARVEST).contract().submitTransaction('put', 'kept', '4');
    const blocks = await allBlocks(world.session(HARVEST).contract('qscc'), 'trade');
    const made = [...revalidate('trade', blocks)];
    expect(made.length).toBeGreaterThan(8);
    expect(made.map(({ filter }) => [...filter])).toEqual(made.map(({ block }) => [...transactionsFilter(block)]));
    expect(made.map(({ commitHash }) => hex(commitHash))).toEqual(
      made.map(({ block }) => hex(noteOfCommitHash(block))),
    );
  });
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
