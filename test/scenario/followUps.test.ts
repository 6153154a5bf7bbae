import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startFabricWorld, type FabricWorld } from '../../devnet/world/fabric.js';
import { consortiumOn, type ConsortiumClient } from '../contract/consortium/client.js';
import { morePolicies } from '../contract/consortium/signing.js';
import { organizationOf } from '../support/fabricLedgers.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { ask, eventually } from '../support/world.js';

const CHANNEL = 'trade';
const NAMES = { HarvestMSP: 'Harvest', MeridianMSP: 'Meridian', NorthwindMSP: 'Northwind' } as const;
const PROPOSALS = `{ proposals(first: 20, filter: { mechanism: [FABRIC_CONFIG] }) { edges { node {
  id nativeId title body status proposer { id } related { nativeId mechanism } } } } }`;

interface FollowUp {
  readonly nativeId: string;
  readonly title: string;
  readonly body: string;
  readonly status: string;
  readonly proposer: { readonly id: string };
  readonly related: readonly { readonly nativeId: string; readonly mechanism: string }[];
}

/** What a consortium decides has a second half on the channels, which a whole Parley opens by itself. */
describe('who is not a member any more', () => {
  let files: string;
  let fabric: FabricWorld;
  let config: ConfigDirectory;
  let parley: RunningParley;
  let consortium: ConsortiumClient;

  beforeAll(async () => {
    files = mkdtempSync(join(tmpdir(), 'parley-follow-'));
    const { signal } = new AbortController();
    fabric = await startFabricWorld(
      { directory: files, kind: 'embedded', documentedPorts: false, signal },
      () => undefined,
    );
    consortium = consortiumOn(fabric, CHANNEL, 'harvest');
    const founders = Object.entries(NAMES).map(([mspId, name]) => ({ mspId, name }));
    await consortium.submit(
      ...(['harvest', 'FoundNetwork', 'harbour', 'Harbour', '', JSON.stringify(founders)] as const),
      ...([50, 'GREATER_THAN', 24] as const),
    );
    config = configDirectory();
    const { files: own } = organizationOf(fabric, 'HarvestMSP');
    const identity = { mspId: 'HarvestMSP', ...keyOf('HarvestMSP', 'user1') };
    const fabricLedger = { channel: CHANNEL, connectionProfile: own.connectionProfile, identity };
    parley = await startParley(
      config.write('harbour', [{ name: CHANNEL, fabric: fabricLedger }], {
        members: founders.map(({ mspId, name }) => ({ id: name.toLowerCase(), name, mspIds: [mspId] })),
        signers: [
          { id: 'harvest', member: 'harvest', fabric: { mspId: 'HarvestMSP', ...keyOf('HarvestMSP', 'admin') } },
        ],
        network: { id: 'harbour', name: 'Harbour', consortium: { channel: CHANNEL, chaincode: 'consortium' } },
      }),
    );
  }, 240_000);
  afterAll(async () => {
    consortium?.close();
    await parley?.stop();
    await killLeftovers();
    config?.remove();
    await fabric?.close();
    rmSync(files, { recursive: true, force: true });
  }, 120_000);

  function keyOf(mspId: string, user: string): { readonly certificate: string; readonly privateKey: string } {
    const found = organizationOf(fabric, mspId).files.users[user];
    if (found === undefined) throw new Error(`${mspId} has no ${user}`);
    return found;
  }
  const followUp = (title: string): Promise<FollowUp> =>
    eventually(`“${title}” opens by itself`, async () => {
      const { data } = await ask(parley.url, PROPOSALS);
      const { edges } = (data?.['proposals'] ?? { edges: [] }) as { edges: readonly { node: FollowUp }[] };
      return edges.map(({ node }) => node).find((one) => one.title === title);
    });

  test('is voted out, and an update of its own that names the decision and does something else holds nothing up', async () => {
    const action = JSON.stringify({ kind: 'REMOVE_MEMBER', mspId: 'NorthwindMSP' });
    const decision = await consortium.submit('harvest', 'Propose', 'Northwind goes', '', action);
    const update = Buffer.from(morePolicies(fabric, CHANNEL, 'Stalling')).toString('base64');
    const named = JSON.stringify({ network: 'harbour', proposalId: decision });
    const stalling = await consortium.submit(
      ...(['northwind', 'ProposeConfigUpdate', 'Remove Northwind, really', '', update, '', named] as const),
    );
    await consortium.submit('harvest', 'CastVote', decision, 'YES', '');
    await consortium.submit('meridian', 'CastVote', decision, 'YES', '');
    const opened = await followUp('Remove Northwind (NorthwindMSP)');
    expect(opened).toMatchObject({ status: 'ACTIVE', proposer: { id: 'member/harvest' } });
    expect(opened.body).toContain('Northwind goes');
    expect(opened.related.map(({ nativeId }) => nativeId).sort()).toEqual([decision, stalling].sort());
  }, 120_000);

  test('left by itself', async () => {
    await consortium.submit('meridian', 'LeaveNetwork');
    const opened = await followUp('Remove Meridian (MeridianMSP)');
    expect(opened).toMatchObject({
      ...{ status: 'ACTIVE', proposer: { id: 'member/harvest' }, related: [] },
      body: 'Meridian left the consortium by itself.',
    });
  }, 120_000);
});
