import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { common, peer } from '@hyperledger/fabric-protos';
import { startEthereum, type EthereumWorld } from '../../../devnet/ethereum/index.js';
import { connectFabric, type FabricClient } from '../../../devnet/story/fabricClient.js';
import { openStory, type Story, type StoryWorld } from '../../../devnet/story/index.js';
import { planTrade } from '../../../devnet/story/tradePlan.js';
import { consortium, goods, invoices } from '../../../devnet/story/calls.js';
import { startFabricWorld, type FabricWorld } from '../../../devnet/world/fabric.js';
import { identityOf, systemQuery } from './systemQuery.js';

const TRADES = 4;
const plans = Array.from({ length: TRADES }, (_, index) => planTrade('harbour', index));

let directory: string;
let fabric: FabricWorld;
let ethereum: EthereumWorld;
let world: StoryWorld;
let client: FabricClient;
let story: Story;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-story-'));
  const { signal } = new AbortController();
  const options = { directory: join(directory, 'fabric'), kind: 'embedded', documentedPorts: false, signal } as const;
  [fabric, ethereum] = await Promise.all([
    startFabricWorld(options, () => undefined),
    startEthereum({ directory: join(directory, 'ethereum') }),
  ]);
  world = { organizations: fabric.organizations, ethereum };
  client = connectFabric(world.organizations);
  story = openStory(world, { trades: TRADES });
}, 240_000);

afterAll(async () => {
  await story.stop();
  client.close();
  await Promise.all([fabric.close(), ethereum.close()]);
  await rm(directory, { recursive: true });
}, 240_000);

/** Number of transactions by validation code. */
async function validationCodes(channel: string): Promise<Readonly<Record<string, number>>> {
  const identity = identityOf(fabric, channel);
  const info = common.BlockchainInfo.deserializeBinary(await systemQuery(identity, channel, 'GetChainInfo', [channel]));
  const counts: Record<string, number> = {};
  for (let number = 0; number < info.getHeight(); number += 1) {
    const args = [channel, String(number)];
    const block = common.Block.deserializeBinary(await systemQuery(identity, channel, 'GetBlockByNumber', args));
    for (const code of block.getMetadata()?.getMetadataList_asU8()[2] ?? []) counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

async function heights(): Promise<readonly number[]> {
  const channels = ['trade', 'payments'].map(async (channel) => {
    const bytes = await systemQuery(identityOf(fabric, channel), channel, 'GetChainInfo', [channel]);
    return common.BlockchainInfo.deserializeBinary(bytes).getHeight();
  });
  const head = ethereum.chain.request<string>('eth_blockNumber').then(Number);
  return Promise.all([...channels, head]);
}

test('the beginning is told on three ledgers, with its mishaps', async () => {
  const told: string[] = [];
  await story.tellBeginning(({ text, done, total }) => {
    expect(done).toBeLessThanOrEqual(total);
    told.push(text);
  });
  expect(told.filter((text) => text.startsWith('Harvest registers'))).toHaveLength(TRADES);
  expect(await validationCodes('trade')).toEqual({
    [peer.TxValidationCode.VALID]: expect.any(Number),
    [peer.TxValidationCode.MVCC_READ_CONFLICT]: 1,
    [peer.TxValidationCode.ENDORSEMENT_POLICY_FAILURE]: 1,
  });
  expect(Object.keys(await validationCodes('payments'))).toEqual([String(peer.TxValidationCode.VALID)]);
  for (const height of await heights()) expect(height).toBeGreaterThan(10);
}, 240_000);

test('every lot was sold, and every invoice is settled as planned', async () => {
  for (const { lotId, invoiceId, invoiceCancelled } of plans) {
    expect(await client.evaluate('meridian', goods('GetLot', lotId))).toMatchObject({
      owner: 'NorthwindMSP',
      custodian: 'NorthwindMSP',
      steps: 6,
    });
    expect(await client.evaluate('northwind', invoices('GetInvoice', invoiceId))).toMatchObject({
      status: invoiceCancelled ? 'CANCELLED' : 'PAID',
    });
  }
});

test('a price is known to its two parties, and to nobody else', async () => {
  const [plan] = plans;
  const price = goods('GetPrice', plan?.lotId ?? '');
  for (const party of ['harvest', 'northwind'] as const) {
    expect(await client.evaluate(party, price)).toMatchObject({ amountCents: plan?.priceCents, currency: 'HUSD' });
  }
  await expect(client.evaluate('meridian', { ...price, endorsers: ['meridian'] })).rejects.toThrow();
});

test('what is there already is refused', async () => {
  const again = goods('RegisterLot', 'LOT-0001', 'Anywhere', 'Any', 60, 'Any', 'Anywhere');
  await expect(client.submit('harvest', again)).rejects.toMatchObject({
    details: expect.arrayContaining([
      expect.objectContaining({ message: expect.stringContaining('Lot LOT-0001 exists already') }),
    ]),
  });
});

test('proposals went as their votes did', async () => {
  const page = await client.evaluate<{ items: readonly { title: string; status: string }[] }>(
    'meridian',
    consortium('trade', 'ListProposals', 100, ''),
  );
  const statuses = Object.fromEntries(page.items.map(({ title, status }) => [title, status]));
  expect(statuses).toEqual({
    'Moisture of green coffee stays below 12.5 percent': 'EXECUTED',
    'Two thirds decide': 'EXECUTED',
    'Weekly settlement only on Fridays': 'REJECTED',
    'Invite Aurora Roasters': 'EXECUTED',
    'Containers are sealed at the farm': 'OPEN',
  });
  expect(await client.evaluate('meridian', consortium('trade', 'ListInvitations', 100, ''))).toMatchObject({
    items: [{ name: 'Aurora Roasters', status: 'PENDING' }],
  });
  expect(await client.evaluate('meridian', consortium('trade', 'GetVotingPolicy'))).toEqual({
    threshold: 66,
    comparator: 'GREATER_THAN_OR_EQUAL_TO',
    durationHours: 72,
  });
  // There the chaincode only collects signatures for configuration updates.
  await expect(client.evaluate('meridian', consortium('payments', 'GetNetwork'))).rejects.toThrow();
  expect(await client.evaluate('meridian', consortium('payments', 'ListConfigUpdates', 100, ''))).toEqual({
    items: [],
    bookmark: '',
  });
});

test('told again, the beginning changes nothing but what still waited', async () => {
  const before = await heights();
  const again = openStory(world, { trades: TRADES });
  const told: string[] = [];
  await again.tellBeginning(({ text }) => told.push(text));
  await again.stop();
  expect(told.filter((text) => !text.includes('voting period'))).toEqual([]);
  expect((await heights()).slice(0, 2)).toEqual(before.slice(0, 2));
}, 240_000);

test('it lives on, and after a restart goes on where it was', async () => {
  const lived = async (acts: number): Promise<readonly string[]> => {
    const living = openStory(world, { trades: TRADES });
    const told: string[] = [];
    const failures: unknown[] = [];
    await new Promise<void>((resolve) => {
      living.liveOn({
        intervalMs: 10,
        onAct: (text) => {
          if (told.push(text) === acts) resolve();
        },
        onFailure: (error) => failures.push(error),
      });
    });
    await living.stop();
    expect(failures).toEqual([]);
    return told;
  };
  const all = [...(await lived(8)), ...(await lived(8))];
  expect(new Set(all).size).toBe(all.length);
}, 240_000);
