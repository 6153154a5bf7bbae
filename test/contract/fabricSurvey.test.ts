import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import { startFabric, type RunningFabric } from '../../devnet/fabric/start.js';
import { pino } from 'pino';
import { identify, visibleTo } from '../../src/access/index.js';
import { watchSources } from '../../src/app/sources.js';
import { openStore } from '../../src/store/index.js';
import type { SourceReport } from '../../src/subgraphs/context.js';
import { diagnose, type Finding } from '../../src/app/diagnose.js';
import type { FabricLedgerConfig } from '../../src/config/index.js';
import { createFabricLedger, type FabricLedgerOptions } from '../../src/ledgers/fabric/index.js';
import { Peer } from '../../src/ledgers/fabric/live/peer.js';
import { peerAddresses } from '../../src/ledgers/fabric/live/profile.js';
import { clientSigner, type ClientSigner } from '../../src/ledgers/fabric/live/signer.js';
import { discoverPeers } from '../../src/ledgers/fabric/survey/discovery.js';
import type { EndpointReport, FabricLedger } from '../../src/ledgers/ledger.js';
import { adminOf, BlockMaker, fabricLedgerOptions, organizationOf, updateChannel } from '../support/fabricLedgers.js';

let directory: string;
let fabric: RunningFabric;
const ALL = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'] as const;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-survey-'));
  const channel = (name: string, consensus: 'RAFT' | 'BFT') =>
    ({ name, consensus, organizations: ALL, maxMessageCount: 1 }) as const;
  fabric = await startFabric({ directory, channels: [channel('trade', 'BFT'), channel('leaving', 'BFT')] });
}, 240_000);

afterAll(async () => {
  await fabric.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A profile that names the organisation's own peer alone, as most do. */
function ownPeerOnly(channel: string, mspId: string): FabricLedgerOptions {
  const options = fabricLedgerOptions(fabric, channel, mspId);
  const own = organizationOf(fabric, mspId).peerEndpoint;
  const peers = Object.entries(options.connectionProfile.peers).filter(([, { url }]) => url.endsWith(own));
  return { ...options, connectionProfile: { ...options.connectionProfile, peers: Object.fromEntries(peers) } };
}

async function withLedger(options: FabricLedgerOptions, run: (ledger: FabricLedger) => Promise<void>): Promise<void> {
  const ledger = await createFabricLedger(options);
  try {
    await run(ledger);
  } finally {
    await ledger.close();
  }
}

function clientOf(mspId: string): { readonly peer: Peer; readonly signer: ClientSigner } {
  const options = ownPeerOnly('trade', mspId);
  const [address] = peerAddresses(options);
  if (address === undefined) throw new Error(`${mspId} has no peer`);
  return { peer: new Peer(address), signer: clientSigner('trade', options.identity) };
}

const told = ({ role, operator, endpoint, height, problem }: EndpointReport) => ({
  ...{ role, operator, endpoint, height, problem },
});

describe('the nodes of a channel', () => {
  test('are found through its configuration and its discovery service, from one peer, and tell their heights', () =>
    withLedger(ownPeerOnly('trade', 'HarvestMSP'), async (ledger) => {
      const maker = new BlockMaker(organizationOf(fabric, 'HarvestMSP'), 'trade');
      await maker.make(2);
      maker.close();
      const { number: height } = await ledger.head();
      const reports = await ledger.endpoints();
      const sorted = reports.map(told).sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
      const peers = ALL.map((mspId) => ({ mspId, role: 'PEER', endpoint: organizationOf(fabric, mspId).peerEndpoint }));
      const orderers = fabric.orderingOrganizations.map(({ mspId, ordererEndpoint }) => ({
        ...{ mspId, role: 'ORDERER', endpoint: ordererEndpoint },
      }));
      const expected = [...peers, ...orderers].map(({ mspId, role, endpoint }) => ({
        ...{ role, operator: mspId, endpoint, height, problem: null },
      }));
      expect(sorted).toEqual(expected.sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1)));
      expect(reports.filter(({ found }) => found === undefined)).toHaveLength(1);
      expect(ledger.removal).toBeNull();
    }));

  test('are told by the discovery service, each with its organisation, to who may write', async () => {
    const { peer, signer } = clientOf('HarvestMSP');
    try {
      const found = await discoverPeers(peer, 'trade', signer, AbortSignal.timeout(60_000));
      expect([...found].sort((a, b) => (a.mspId < b.mspId ? -1 : 1))).toEqual(
        ALL.map((mspId) => ({ mspId, endpoint: organizationOf(fabric, mspId).peerEndpoint })),
      );
      await expect(discoverPeers(peer, 'elsewhere', signer, AbortSignal.timeout(60_000))).rejects.toThrow(
        'access denied',
      );
    } finally {
      peer.close();
    }
  });

  test('are probed once at a time, however many ask', () =>
    withLedger(ownPeerOnly('trade', 'HarvestMSP'), async (ledger) => {
      const [first, second] = await Promise.all([ledger.endpoints(), ledger.endpoints()]);
      expect(first).toBe(second);
    }));

  test(
    'say to an organisation whose own peer alone it reads from that it was removed, and that it is back',
    () =>
      withLedger(ownPeerOnly('leaving', 'NorthwindMSP'), async (ledger) => {
        const { number } = await ledger.head();
        await ledger.endpoints();
        const group = await change((root) => {
          const members = root.getGroupsMap().get('Application')?.getGroupsMap();
          const name = [...(members?.keys() ?? [])].find((key) => /northwind/i.test(key)) ?? '';
          const removed = members?.get(name);
          members?.del(name);
          return [name, removed] as const;
        });
        // Its own peer goes on answering, without a word.
        expect((await ledger.head()).number).toBe(number);
        await untilRound(ledger, () => ledger.removal !== null);
        expect(ledger.removal).toMatchObject({ code: 'LEDGER_REFUSED', source: 'leaving' });
        expect(ledger.removal?.message).toContain(
          `no longer deliver to NorthwindMSP after block ${number}. Got: status 403`,
        );
        expect(ledger.removal?.fix).toContain('The organisation was removed');
        expect(await reportOf(ledger)).toMatchObject({ stale: true, problem: ledger.removal?.message });
        const [said] = await problemsOf('leaving', 'NorthwindMSP');
        expect(said).toMatchObject({ kind: 'problem', subject: 'leaving', fix: ledger.removal?.fix });
        expect(said?.text).toContain(`no longer deliver to NorthwindMSP after block ${number}`);
        const others = (await ledger.endpoints()).filter(({ operator }) => operator !== 'NorthwindMSP');
        expect(new Set(others.map(({ height, standing }) => [height, standing].join()))).toEqual(new Set([',REFUSES']));

        const [name, removed] = group;
        if (removed === undefined) throw new Error('Northwind was no member');
        await change((root) => root.getGroupsMap().get('Application')?.getGroupsMap().set(name, removed));
        await untilRound(ledger, () => ledger.removal === null);
      }),
    240_000,
  );
});

/** What readiness and `extensions.sources` say of a ledger. */
async function reportOf(ledger: FabricLedger): Promise<SourceReport | undefined> {
  const { id, name, kind, startBlock } = ledger;
  const store = await openStore(`sqlite:${join(directory, 'sources.db')}`);
  const sources = watchSources(store, pino({ level: 'silent' }));
  try {
    await store.declare({ id, name, kind, startBlock });
    sources.watch(ledger, { blocks: 1_000, seconds: 1_000 });
    await sources.endpoints(id);
    const asksForHead = async () => (await sources.reports(visibleTo(identify(), [id])))[0];
    while ((await asksForHead())?.head === null) await new Promise((resolve) => setTimeout(resolve, 20));
    return await asksForHead();
  } finally {
    sources.close();
    await store.close();
  }
}

/** What `parley doctor` finds to be a problem. */
async function problemsOf(channel: string, mspId: string): Promise<Finding[]> {
  const options = ownPeerOnly(channel, mspId);
  const ledger: FabricLedgerConfig = {
    ...options,
    ...{ kind: 'fabric', startBlock: 0, genesisHash: null, consortium: null, allowedLag: { blocks: 5, seconds: 30 } },
  };
  const config = { store: { url: `sqlite:${join(directory, 'doctor.db')}` }, ledgers: [ledger], signers: [] };
  const found: Finding[] = [];
  for await (const finding of diagnose(config)) if (finding.kind === 'problem') found.push(finding);
  return found;
}

async function untilRound(ledger: FabricLedger, isSo: () => boolean): Promise<void> {
  for (let rounds = 0; !isSo(); rounds++) {
    if (rounds > 20) throw new Error('it did not come to that');
    await ledger.endpoints();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Changes the channel that Northwind leaves, signed by those that stay. */
async function change<T>(edit: (root: common.ConfigGroup) => T): Promise<T> {
  let result: { readonly value: T } | null = null;
  await withLedger(fabricLedgerOptions(fabric, 'leaving', 'HarvestMSP'), async (stays) => {
    const { number } = await stays.head();
    const { config } = await stays.seed(number + 1);
    const block = common.Block.deserializeBinary(config?.bytes ?? new Uint8Array(0));
    const admins = ['HarvestMSP', 'MeridianMSP'].map((mspId) => adminOf(organizationOf(fabric, mspId)));
    await updateChannel(fabric, block, 'leaving', admins, (root) => {
      result = { value: edit(root) };
    });
    const deadline = Date.now() + 60_000;
    while ((await stays.head()).number === number && Date.now() < deadline) await new Promise((r) => setTimeout(r, 20));
  });
  if (result === null) throw new Error('Nothing was changed');
  return (result as { readonly value: T }).value;
}
