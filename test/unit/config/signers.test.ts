import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { loadConfig } from '../../../src/config/index.js';
import { ParleyError } from '../../../src/errors/index.js';

const KEY = '59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'parley-signers-'));
  writeFileSync(join(directory, 'cert.pem'), 'CERTIFICATE');
  writeFileSync(join(directory, 'key.pem'), 'THE-SECRET-KEY');
});
afterAll(() => rmSync(directory, { recursive: true }));

const fabric = { mspId: 'HarvestMSP', certificate: 'cert.pem', privateKey: 'key.pem' };

function load(...signers: object[]): ReturnType<typeof loadConfig>['signers'] {
  const file = join(directory, 'parley.yaml');
  const document = {
    network: { id: 'harbour', name: 'Harbour Trade' },
    members: [{ id: 'harvest', name: 'Harvest Co-op', mspIds: ['HarvestMSP'] }],
    ledgers: [{ name: 'settlement', ethereum: { chainId: 31337, rpc: ['http://127.0.0.1:8545'] } }],
    signers,
  };
  writeFileSync(file, stringify(document));
  return loadConfig(file, { HARVEST_KEY: `0x${KEY.toUpperCase().replace(/^0X/, '')}` }).signers;
}

function refusal(...signers: object[]): ParleyError {
  try {
    load(...signers);
  } catch (error) {
    if (error instanceof ParleyError) return error;
    throw error;
  }
  throw new Error('the signers were taken');
}

test('signers have their files read and their keys in one form', () => {
  expect(
    load(
      { id: 'harvest-admin', member: 'harvest', fabric },
      { id: 'harvest-wallet', member: 'harvest', ethereum: { privateKey: '${env:HARVEST_KEY}' } },
      { id: 'stranger', member: 'StrangerMSP', fabric: { ...fabric, mspId: 'StrangerMSP' } },
    ),
  ).toEqual([
    {
      ...{ id: 'harvest-admin', member: 'harvest', kind: 'fabric', mspId: 'HarvestMSP' },
      ...{ certificatePem: 'CERTIFICATE', privateKeyPem: 'THE-SECRET-KEY' },
    },
    { id: 'harvest-wallet', member: 'harvest', kind: 'ethereum', privateKey: KEY },
    expect.objectContaining({ id: 'stranger', member: 'StrangerMSP' }),
  ]);
});

test('a key in a key service is refused as not built yet', () => {
  const kms = { mspId: 'HarvestMSP', certificate: 'cert.pem', kms: { keyId: 'arn:…', region: 'us-east-1' } };
  const error = refusal({ id: 'harvest-kms', member: 'harvest', fabric: kms });
  expect(error.code).toBe('FEATURE_NOT_BUILT');
  expect(error.message).toContain('signers[0].fabric.kms: this feature has not been built yet.');
});

test('a member that is not configured is refused with the nearest', () => {
  expect(refusal({ id: 'a', member: 'harvset', fabric }).message).toContain('Got: harvset. Expected: `harvest`');
  // Its organisation is Harvest Co-op's.
  expect(refusal({ id: 'a', member: 'HarvestMSP', fabric }).code).toBe('CONFIG_INVALID');
});

test('a signer has one key, and a name of its own', () => {
  const wallet = { privateKey: KEY };
  expect(refusal({ id: 'a', member: 'harvest', fabric, ethereum: wallet }).message).toContain('exactly one of');
  expect(refusal({ id: 'a', member: 'harvest', fabric: { ...fabric, privateKey: undefined } }).message).toContain(
    'signers[0].fabric.privateKey: the file of a private key',
  );
  const twice = { id: 'a', member: 'harvest', ethereum: wallet };
  expect(refusal(twice, twice).message).toContain('signers: two entries have the same id');
});

test('a key that is none is refused and not shown', () => {
  const error = refusal({ id: 'a', member: 'harvest', ethereum: { privateKey: `${KEY}ff` } });
  expect(error.message).toContain('signers[0].ethereum.privateKey: a private key: 64 hex digits. Got: (not shown).');
  expect(error.message).not.toContain(KEY);
});
