import { randomBytes, verify, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { p256, p384 } from '@noble/curves/nist.js';
import type { SignerConfig } from '../../../src/config/index.js';
import { checkOwner, checkSigner, openSigners } from '../../../src/keys/index.js';
import { selfSigned, type SelfSigned } from '../../support/selfSigned.js';

const configOf = ({ certificatePem, privateKeyPem }: SelfSigned): SignerConfig => ({
  ...{ id: 'harvest-admin', member: 'harvest', kind: 'fabric', mspId: 'HarvestMSP' },
  ...{ certificatePem, privateKeyPem },
});
const thrown = (work: () => unknown): Error => {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};

describe.each([
  ['P-256', 'ECDSA_P256_SHA256', p256],
  ['P-384', 'ECDSA_P384_SHA256', p384],
] as const)('a key on %s', (kind, scheme, curve) => {
  let made: SelfSigned;
  beforeAll(async () => {
    made = await selfSigned(kind);
  });

  test('signs as Fabric takes it: SHA-256, DER, always the lower S', async () => {
    const [signer] = openSigners([configOf(made)]);
    expect(signer).toMatchObject({ id: 'harvest-admin', member: 'harvest', scheme });
    for (let n = 0; n < 200; n += 1) {
      const message = randomBytes(100);
      const signature = (await signer?.sign(message)) ?? new Uint8Array();
      expect(curve.Signature.fromBytes(signature, 'der').hasHighS()).toBe(false);
      expect(verify('sha256', message, new X509Certificate(made.certificatePem).publicKey, signature)).toBe(true);
    }
  });
});

test('a key on Ed25519 signs the message itself', async () => {
  const made = await selfSigned('Ed25519');
  const [signer] = openSigners([configOf(made)]);
  const message = randomBytes(100);
  const signature = (await signer?.sign(message)) ?? new Uint8Array();
  expect(signer?.scheme).toBe('ED25519');
  expect(verify(null, message, new X509Certificate(made.certificatePem).publicKey, signature)).toBe(true);
});

describe('what cannot sign is refused by name, and the key is not shown', () => {
  test('a certificate of another key', async () => {
    const [one, other] = await Promise.all([selfSigned('P-256'), selfSigned('P-256')]);
    const config = configOf({ ...one, privateKeyPem: other.privateKeyPem });
    const { message } = thrown(() => openSigners([config]));
    expect(message).toContain('the certificate of harvest-admin is not one of its private key');
    expect(() => checkSigner(config, Date.now())).toThrow(message);
  });

  test('a curve that Fabric does not take', async () => {
    const config = configOf(await selfSigned('P-521'));
    expect(thrown(() => openSigners([config])).message).toMatch(
      /harvest-admin.*Got: secp521r1\. Expected: ECDSA P-256/,
    );
  });

  test('what is no key', async () => {
    const secret = '-----BEGIN PRIVATE KEY-----\nVEhFLVNFQ1JFVA==\n-----END PRIVATE KEY-----\n';
    const error = thrown(() => openSigners([{ ...configOf({ certificatePem: '', privateKeyPem: secret }) }]));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(`${error.message} ${String(error.cause)}`).not.toContain('VEhF');
  });
});

test.each([
  ['ok', -1, 365, 'valid until'],
  ['warning', -1, 5, 'expires soon'],
  ['problem', -9, -1, 'expired'],
  ['problem', 1, 9, 'not valid yet'],
] as const)('doctor finds %s where a certificate is valid from day %d to day %d', async (kind, from, until, text) => {
  const day = (n: number): Date => new Date(Date.now() + n * 86_400_000);
  const found = checkSigner(configOf(await selfSigned('P-256', { from: day(from), until: day(until) })), Date.now());
  expect(found.kind).toBe(kind);
  expect(found.text).toContain(text);
  expect(found.text).toContain('CN=P-256');
});

test('doctor warns where what signs is not its member’s', async () => {
  const member = { id: 'harvest', name: 'Harvest Co-op', mspIds: ['FarmMSP'], accounts: [] };
  const config = configOf(await selfSigned('P-256'));
  expect(checkOwner(config, [member])).toEqual({
    kind: 'warning',
    text: 'signs for harvest as HarvestMSP, which is not among its `mspIds` (FarmMSP)',
    fix: 'Put it into `mspIds` of harvest, or name the member in `signers` that it is of.',
  });
  expect(checkOwner(config, [{ ...member, mspIds: ['FarmMSP', 'HarvestMSP'] }])).toBeNull();
  expect(checkOwner(config, [])).toBeNull();
  const privateKey = randomBytes(32).toString('hex');
  const wallet: SignerConfig = { id: 'wallet', member: 'harvest', kind: 'ethereum', privateKey };
  expect(checkOwner(wallet, [member])?.text).toMatch(/^signs for harvest as 0x[0-9a-fA-F]{40}, .*`accounts` \(none\)$/);
  const { identity } = openSigners([wallet])[0] ?? {};
  const address = identity?.kind === 'ethereum' ? identity.address.toLowerCase() : '';
  expect(checkOwner(wallet, [{ ...member, accounts: [{ ledger: 'eip155:1', address }] }])).toBeNull();
});
