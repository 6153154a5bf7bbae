import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bootstrapNetwork, type BootstrapMode, type BootstrapPlan } from '../../../src/app/index.js';
import { loadConfig } from '../../../src/config/index.js';
import { exportDigest } from '../../../src/governance/amb/exportFile.js';
import type { MovingCall } from '../../../src/governance/consortium/index.js';
import type { ExportedProposal, NetworkExport } from '../../../src/model/networkExport.js';
import {
  CHANNEL,
  consortiumNetwork,
  FOUNDERS,
  type ConsortiumNetwork,
  type NetworkKind,
} from '../../support/consortiumNetwork.js';
import { configDirectory, type ConfigDirectory } from '../../support/ownParley.js';

// A network that is too large for one transaction moves in, over a crash.

const PROPOSALS = 300;
const IDS = ['m-A', 'm-B', 'm-C'];

/** One suite for each kind of network. */
export function bootstrapSuite(kind: NetworkKind): void {
  describe(`a large network moves in: ${kind.name}`, () => {
    const files = mkdtempSync(join(tmpdir(), 'parley-bootstrap-'));
    const said = large();
    let network: ConsortiumNetwork;
    let directory: ConfigDirectory;
    let config: string;

    beforeAll(async () => {
      network = await consortiumNetwork(join(files, 'fabric'), {
        name: 'embedded',
        nodes: 'embedded',
        consensus: 'RAFT',
      });
      directory = configDirectory();
      const { connectionProfile, users } = network.organization('HarvestMSP').files;
      const fabric = { channel: CHANNEL, connectionProfile, identity: { mspId: 'HarvestMSP', ...users['user1'] } };
      config = directory.write('moved', [{ name: CHANNEL, fabric }], {
        network: { id: 'n-LARGE', name: 'Large', consortium: { channel: CHANNEL } },
        signers: FOUNDERS.map((mspId) => ({
          ...{ id: mspId, member: mspId },
          fabric: { mspId, ...network.organization(mspId).files.users['user1'] },
        })),
      });
    }, 120_000);
    afterAll(async () => {
      await network?.close();
      directory?.remove();
      rmSync(files, { recursive: true, force: true });
    }, 60_000);

    interface Heard {
      readonly plans: BootstrapPlan[];
      readonly settled: MovingCall[];
    }
    const bootstrap = async (
      { signer = 'HarvestMSP', mode = 'submit' as BootstrapMode, of = said, crashAfter = Infinity } = {},
      heard: Heard = { plans: [], settled: [] },
    ) => {
      const { comparison } = await bootstrapNetwork(loadConfig(config, {}), {
        ...{ said: of, signer, mode, leaveOutOpen: false },
        mapping: { members: new Map(IDS.map((id, at) => [id, FOUNDERS[at] ?? ''])), principals: new Map() },
        hear: {
          plan: (plan) => heard.plans.push(plan),
          settled: (call) => {
            heard.settled.push(call);
            if (heard.settled.length === crashAfter) throw new Error('the process ends here');
          },
          progress: () => undefined,
        },
      });
      return { comparison, ...heard };
    };

    test('in several transactions; a crash leaves it begun, closed to all, and to go on with by who began, with the same file', async () => {
      const heard: Heard = { plans: [], settled: [] };
      await expect(bootstrap({ crashAfter: 2 }, heard)).rejects.toThrow('the process ends here');
      expect(heard.plans[0]).toMatchObject({ standing: 'EMPTY' });
      expect(heard.plans[0]?.calls.map((call) => call.function)).toEqual([
        ...['Bootstrap', 'BootstrapPage', 'BootstrapPage', 'BootstrapPage'],
      ]);
      await expect(bootstrap({ signer: 'MeridianMSP' })).rejects.toMatchObject({
        ...{ code: 'GOVERNANCE_REFUSED', got: 'MeridianMSP', expected: 'HarvestMSP' },
      });
      const other = digested({ ...said, network: { ...said.network, description: 'Another' } });
      await expect(bootstrap({ of: other })).rejects.toMatchObject({
        ...{ code: 'GOVERNANCE_REFUSED', what: 'The channel keeps a network already' },
      });
      const unfinished = await bootstrap({ mode: 'check' });
      expect(unfinished.comparison?.differences.length).toBeGreaterThan(0);

      const rest = await bootstrap();
      expect(rest.plans[0]).toMatchObject({ standing: 'BEGUN' });
      expect(rest.settled.map(({ summary }) => summary)).toEqual([
        expect.stringMatching(/^\d+ proposals/),
        expect.stringContaining('the seal'),
      ]);
      expect(rest.comparison).toMatchObject({
        differences: [],
        compared: expect.stringContaining('300 proposals, 600 votes'),
      });
    }, 240_000);

    test('once: done again it says so and submits nothing, and anybody compares', async () => {
      const again = await bootstrap();
      expect(again.plans[0]).toMatchObject({ standing: 'DONE', calls: [] });
      expect([again.settled, again.comparison?.differences]).toEqual([[], []]);
      const { proposals } = said;
      const [first, ...others] = proposals;
      if (first === undefined) throw new Error('there is no proposal');
      const lie = digested({ ...said, proposals: [{ ...first, title: 'What was never proposed' }, ...others] });
      const checked = await bootstrap({ signer: 'NorthwindMSP', mode: 'check', of: lie });
      expect(checked.comparison?.differences).toEqual([expect.stringContaining(`${first.id}: got`)]);
      await expect(bootstrap({ of: lie })).rejects.toMatchObject({ code: 'GOVERNANCE_REFUSED' });
    }, 120_000);
  });
}

function digested(said: NetworkExport): NetworkExport {
  return { ...said, digest: exportDigest(said) };
}

function large(): NetworkExport {
  const at = '2026-01-01T00:00:00.000Z';
  const proposals = Array.from({ length: PROPOSALS }, (_, n): ExportedProposal => ({
    ...{ id: `p-${String(n).padStart(4, '0')}`, title: `Proposal ${n}`, description: null, proposedBy: 'm-A' },
    ...{ status: n % 2 === 0 ? 'EXECUTED' : 'EXPIRED', nativeStatus: n % 2 === 0 ? 'APPROVED' : 'EXPIRED' },
    ...{ createdAt: at, expiresAt: '2026-01-02T00:00:00.000Z' },
    actions: [{ kind: 'INVITE_MEMBER', principal: '123456789012' }],
    counts: n % 2 === 0 ? { yes: 2, no: 0, outstanding: 1 } : { yes: 1, no: 1, outstanding: 1 },
    votes: [
      { memberId: 'm-A', choice: 'YES' },
      { memberId: 'm-B', choice: n % 2 === 0 ? 'YES' : 'NO' },
    ],
  }));
  return digested({
    ...{ format: 'parley-network-export', version: 1, exportedAt: at, digest: '', nodes: [], invitations: [] },
    source: { kind: 'AMB', region: 'us-east-1' },
    network: {
      ...{ id: 'n-LARGE', name: 'Large', description: null, framework: 'HYPERLEDGER_FABRIC', frameworkVersion: '2.2' },
      ...{ nativeStatus: 'AVAILABLE', createdAt: at },
    },
    votingPolicy: { threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 },
    members: IDS.map((id) => ({
      ...{ id, name: id, description: null, standing: 'ACTIVE', nativeStatus: 'AVAILABLE', createdAt: at },
    })),
    proposals,
  });
}
