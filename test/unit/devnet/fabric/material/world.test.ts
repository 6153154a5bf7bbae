import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createWorld } from '../../../../../devnet/fabric/material/world.js';
import { inTemporaryDirectory } from '../fixtures.js';

const ONE = [{ name: 'harvest', mspId: 'HarvestMSP' }];
const CHANNEL = { name: 'trade', consensus: 'RAFT', organizations: ['HarvestMSP'] } as const;

describe('a world', () => {
  test('is found again in its directory, to the byte', async () => {
    await inTemporaryDirectory(async (directory) => {
      const made = await createWorld({ directory });
      const found = await createWorld({ directory });
      expect(found.organizations).toEqual(made.organizations);
      expect(found.orderingOrganizations).toEqual(made.orderingOrganizations);
      for (const [index, { genesis }] of made.channels.entries()) {
        expect(found.channels[index]?.genesis.serializeBinary()).toEqual(genesis.serializeBinary());
      }
    });
  });

  test('is not mistaken for another', async () => {
    await inTemporaryDirectory(async (directory) => {
      await createWorld({ directory, organizations: ONE, channels: [CHANNEL] });
      const other = createWorld({ directory, organizations: ONE, channels: [{ ...CHANNEL, name: 'payments' }] });
      await expect(other).rejects.toThrow(
        /describes another world\. Got: .*payments.*Expected: .*trade.*Fix: start over/,
      );
    });
  });

  test('names an organisation of a channel that is not there', async () => {
    await inTemporaryDirectory(async (directory) => {
      const channels = [{ ...CHANNEL, organizations: ['HarvestMPS'] }];
      await expect(createWorld({ directory, organizations: ONE, channels })).rejects.toThrow(
        'A channel names an organisation that is not there. Got: HarvestMPS. Expected: one of HarvestMSP.',
      );
    });
  });

  test('has a connection profile for each organisation: its own peer first, the others as stand-ins', async () => {
    await inTemporaryDirectory(async (directory) => {
      const { organizations } = await createWorld({ directory });
      const [harvest, meridian, northwind] = organizations;
      const profile: unknown = JSON.parse(readFileSync(meridian?.files.connectionProfile ?? '', 'utf8'));
      expect(profile).toMatchObject({
        client: { organization: 'MeridianMSP' },
        organizations: { MeridianMSP: { mspid: 'MeridianMSP', peers: ['peer.meridian.example'] } },
        peers: {
          'peer.meridian.example': {
            url: `grpcs://${meridian?.peerEndpoint}`,
            tlsCACerts: { pem: meridian?.tlsRootCertificatePem },
          },
        },
        channels: { trade: {}, payments: {} },
      });
      const { peers } = profile as { peers: Record<string, { url: string }> };
      expect(Object.values(peers).map(({ url }) => url)).toEqual(
        [meridian, harvest, northwind].map((organization) => `grpcs://${organization?.peerEndpoint}`),
      );
    });
  });
});
