import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import { startFabric, type RunningFabric } from '../../devnet/fabric/start.js';
import { ParleyError } from '../../src/errors/index.js';
import { createFabricLedger } from '../../src/ledgers/fabric/index.js';
import { adminOf, BlockMaker, fabricLedgerOptions, organizationOf, updateChannel } from '../support/fabricLedgers.js';
import { faultsOf } from '../support/fabricVerdict.js';
import { openDoor } from './ethereumWorld.js';
import { collect, follow, INITIAL_BLOCKS, ledgerContract, type LedgerWorld } from './ledger.contract.js';

let directory: string;
let fabric: RunningFabric;
const makers = new Map<string, BlockMaker>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-fabric-'));
  const all = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'];
  const channel = (name: string, consensus: 'RAFT' | 'BFT', organizations: readonly string[]) =>
    ({ name, consensus, organizations, maxMessageCount: 1 }) as const;
  fabric = await startFabric({
    directory,
    channels: [
      channel('trade', 'BFT', all),
      channel('payments', 'RAFT', ['MeridianMSP', 'NorthwindMSP']),
      channel('leaving', 'BFT', all),
    ],
  });
  for (const [name, mspId] of [
    ['trade', 'HarvestMSP'],
    ['payments', 'MeridianMSP'],
    ['leaving', 'HarvestMSP'],
  ] as const) {
    const maker = new BlockMaker(organizationOf(fabric, mspId), name);
    await maker.make(INITIAL_BLOCKS - 1);
    makers.set(name, maker);
  }
}, 240_000);

afterAll(async () => {
  for (const maker of makers.values()) maker.close();
  await fabric.close();
  rmSync(directory, { recursive: true, force: true });
});

const makerOf = (channel: string): BlockMaker => {
  const maker = makers.get(channel);
  if (maker === undefined) throw new Error(`No blocks are made on ${channel}`);
  return maker;
};

/** A channel of the embedded network, its reader's own peer behind a door that can be shut. */
async function embeddedWorld(channel: string, mspId: string): Promise<LedgerWorld> {
  const [, port] = organizationOf(fabric, mspId).peerEndpoint.split(':');
  const door = await openDoor(Number(port));
  const ownPort = Number(new URL(door.url).port);
  return {
    open: () => createFabricLedger(fabricLedgerOptions(fabric, channel, mspId, ownPort)),
    produce: (blocks) => makerOf(channel).make(blocks),
    preferredEndpoint: door,
    close: () => door.down(),
  };
}

ledgerContract('Fabric, embedded, a BFT channel,', () => embeddedWorld('trade', 'HarvestMSP'));
ledgerContract('Fabric, embedded, a Raft channel,', () => embeddedWorld('payments', 'MeridianMSP'));

describe('a channel of the embedded network', () => {
  test.each([
    ['trade', 'HarvestMSP', 'BFT', 3],
    ['payments', 'MeridianMSP', 'RAFT', 1],
  ] as const)('%s verifies, every block and every signature', async (channel, mspId, type, signatures) => {
    const ledger = await createFabricLedger(fabricLedgerOptions(fabric, channel, mspId));
    const { number } = await ledger.head();
    const decoder = ledger.decoder(await ledger.seed(0));
    const blocks = (await collect(ledger.read(0, number, AbortSignal.timeout(60_000)))).map((b) => decoder.decode(b));
    for (const block of blocks) {
      expect([block.number, faultsOf(block)]).toEqual([block.number, []]);
      if (block.detail.kind === 'fabric' && block.number > 0) expect(block.detail.signatures).toHaveLength(signatures);
    }
    expect(blocks[0]?.config?.config.consensus.type).toBe(type);
    expect(blocks.flatMap((b) => b.lifecycle).map((r) => r.mspId)).toEqual(Array(number).fill(mspId));
    await ledger.close();
  });

  test('evaluates, and keeps what each peer says of a failure', async () => {
    const ledger = await createFabricLedger(fabricLedgerOptions(fabric, 'trade', 'HarvestMSP'));
    const request = {
      chaincode: 'qscc',
      contract: null,
      function: 'GetChainInfo',
      arguments: [Buffer.from('trade')],
      transient: {},
      endorsingOrganizations: [],
    };
    const info = common.BlockchainInfo.deserializeBinary(await ledger.evaluate(request));
    const head = await ledger.head();
    expect(info.getHeight()).toBe(head.number + 1);
    expect(Buffer.from(info.getCurrentblockhash_asU8()).toString('hex')).toBe(head.hash);
    const error: unknown = await ledger.evaluate({ ...request, function: 'GetBlockByNumber' }).catch((e: unknown) => e);
    if (!(error instanceof ParleyError)) throw new Error('It should have failed');
    expect([error.code, error.retryable]).toEqual(['EVALUATE_FAILED', false]);
    expect(error.message).toContain('qscc.GetBlockByNumber failed');
    expect(error.details).toEqual([expect.objectContaining({ mspId: 'HarvestMSP', message: expect.any(String) })]);
    await ledger.close();
  });

  test('says to an organisation that is removed while it follows that its view ends', async () => {
    const ledger = await createFabricLedger(fabricLedgerOptions(fabric, 'leaving', 'NorthwindMSP'));
    const stays = await createFabricLedger(fabricLedgerOptions(fabric, 'leaving', 'HarvestMSP'));
    const { number } = await ledger.head();
    const following = follow(ledger, 0, (blocks) => blocks.length > number + 1).catch((error: unknown) => error);
    const genesis = await stays.block(0);
    const admins = ['HarvestMSP', 'MeridianMSP'].map((mspId) => adminOf(organizationOf(fabric, mspId)));
    const config = common.Block.deserializeBinary(genesis?.bytes ?? new Uint8Array(0));
    await updateChannel(fabric, config, 'leaving', admins, (group) => {
      const application = group.getGroupsMap().get('Application');
      const name = [...(application?.getGroupsMap().keys() ?? [])].find((key) => /northwind/i.test(key));
      application?.getGroupsMap().del(name ?? '');
    });
    const error = await following;
    if (!(error instanceof ParleyError)) throw new Error('It should have ended');
    expect([error.code, error.message]).toEqual([
      'LEDGER_REFUSED',
      expect.stringContaining(`no longer deliver to NorthwindMSP after block ${number}`),
    ]);
    const decoder = stays.decoder(await stays.seed(number + 1));
    const [removal] = await collect(stays.read(number + 1, number + 1, AbortSignal.timeout(60_000)));
    if (removal === undefined) throw new Error('The removing block is missing');
    const decoded = decoder.decode(removal);
    expect(decoded.config?.memberships).toEqual([{ mspId: 'NorthwindMSP', role: 'MEMBER', change: 'REMOVED' }]);
    expect(decoded.config?.signers.map((s) => [s.mspId, s.verified])).toEqual([
      ['HarvestMSP', true],
      ['MeridianMSP', true],
    ]);
    await ledger.close();
    await stays.close();
  });
});
