import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ParleyError } from '../../../../src/errors/index.js';
import { createFabricLedger, type FabricLedgerOptions } from '../../../../src/ledgers/fabric/index.js';
import { peerAddresses } from '../../../../src/ledgers/fabric/live/profile.js';
import { decodeRecorded } from './recorded.js';

const peer = (port: number): { url: string } => ({ url: `grpcs://localhost:${port}` });
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
/** A certificate that is not this key's. */
const [certificatePem = ''] = decodeRecorded()
  .flatMap((block) => block.transactions)
  .flatMap(({ detail }) => (detail.kind === 'fabric' && detail.creator?.pem ? [detail.creator.pem] : []));

const options: FabricLedgerOptions = {
  name: 'trade',
  channel: 'trade',
  connectionProfile: {
    organizations: {
      Meridian: { mspid: 'MeridianMSP', peers: ['m1', 'm2'] },
      Harvest: { mspid: 'HarvestMSP', peers: ['h1', 'h2'] },
    },
    peers: { m1: peer(1), m2: peer(2), h1: peer(3), h2: peer(4), stray: peer(5) },
  },
  identity: { mspId: 'HarvestMSP', certificatePem, privateKeyPem },
};

async function failure(changed: FabricLedgerOptions): Promise<ParleyError> {
  const error: unknown = await createFabricLedger(changed).catch((e: unknown) => e);
  if (error instanceof ParleyError) return error;
  throw new Error('It should have failed');
}

describe('the peers of a connection profile', () => {
  test('stand with those of the own organisation first', () => {
    expect(peerAddresses(options).map((p) => [p.name, p.mspId])).toEqual([
      ['h1', 'HarvestMSP'],
      ['h2', 'HarvestMSP'],
      ['m1', 'MeridianMSP'],
      ['m2', 'MeridianMSP'],
      ['stray', null],
    ]);
  });

  test('are those of the channel where the profile lists some', () => {
    for (const peers of [{ m1: {}, h2: { eventSource: true } }, ['m1', 'h2']]) {
      const profile = { ...options.connectionProfile, channels: { trade: { peers } } };
      expect(peerAddresses({ ...options, connectionProfile: profile }).map((p) => p.name)).toEqual(['h2', 'm1']);
    }
  });

  test('carry the name of their TLS certificate where it is another than the host', () => {
    const entry = {
      ...peer(1),
      grpcOptions: { 'ssl-target-name-override': 'peer0.harvest' },
      tlsCACerts: { pem: certificatePem },
    };
    const [address] = peerAddresses({ ...options, connectionProfile: { peers: { h1: entry } } });
    expect(address).toEqual({
      name: 'h1',
      address: 'localhost:1',
      mspId: null,
      tlsRootsPem: certificatePem,
      tlsName: 'peer0.harvest',
    });
  });
});

describe('options that cannot be used are refused with what to correct', () => {
  test('a profile without a peer, or with a url that is none', async () => {
    expect((await failure({ ...options, connectionProfile: { peers: {} } })).code).toBe('CONFIG_INVALID');
  });

  test('a key that is not the certificate’s, without showing either', async () => {
    const error = await failure(options);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain('the private key is not the certificate’s');
    const shown = JSON.stringify([error.message, error.got, error.details, String(error.stack)]);
    expect(shown).not.toContain('PRIVATE KEY');
    expect(shown).not.toContain(privateKeyPem.split('\n')[1]);
  });

  test('a key that is none', async () => {
    const error = await failure({ ...options, identity: { ...options.identity, privateKeyPem: 'secret words' } });
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).not.toContain('secret words');
  });
});
