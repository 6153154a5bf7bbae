import { describe, expect, test } from '@jest/globals';
import type { Signer } from '../../../src/keys/index.js';
import { chooseSigner } from '../../../src/subgraphs/writesSigner.js';

const CHANNEL = 'fabric:0123456789abcdef0123456789abcdef' as const;
const signer = (id: string, member: string, identity: Signer['identity']): Signer => ({
  ...{ id, member, identity, scheme: 'ECDSA_P256_SHA256' },
  sign: () => Promise.reject(new Error('Nothing is signed here')),
});
const signers = [
  signer('harvest-admin', 'harvest', { kind: 'fabric', mspId: 'HarvestMSP', certificate: '' }),
  signer('meridian-admin', 'meridian', { kind: 'fabric', mspId: 'MeridianMSP', certificate: '' }),
  signer('meridian-wallet', 'meridian', { kind: 'ethereum', address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' }),
];
const unknown = (words: string): object =>
  expect.objectContaining({ code: 'SIGNER_UNKNOWN', message: expect.stringContaining(words) });

describe('the signer of a transaction on a channel', () => {
  const organizations = new Set(['MeridianMSP', 'NorthwindMSP']);

  test('is of an organisation of that channel, so that one may be the only one that fits', () => {
    const choose = (named: string | null, as: string | null = null): string =>
      chooseSigner(signers, CHANNEL, { as, signer: named, organizations }).id;
    expect(choose(null)).toBe('meridian-admin');
    expect(choose('meridian-admin')).toBe('meridian-admin');
    expect(() => choose('harvest-admin')).toThrow(unknown('Got: harvest-admin. Expected: one of meridian-admin.'));
    expect(() => choose(null, 'member/harvest')).toThrow(unknown('a configured signer of MeridianMSP, NorthwindMSP'));
    expect(() => choose('meridian-wallet')).toThrow(unknown('one of meridian-admin.'));
  });

  test('is any of a certificate where the channel has not told its organisations yet', () => {
    expect(chooseSigner(signers, CHANNEL, { as: null, signer: 'harvest-admin', organizations: null }).id).toBe(
      'harvest-admin',
    );
    expect(() => chooseSigner(signers, CHANNEL, { as: null, signer: null })).toThrow(unknown('Several signers fit'));
  });
});
