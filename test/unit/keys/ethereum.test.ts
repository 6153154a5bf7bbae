import { expect, test } from '@jest/globals';
import { keccak256, recoverAddress, Signature, toUtf8Bytes, Transaction, Wallet } from 'ethers';
import type { SignerConfig } from '../../../src/config/index.js';
import { openSigners } from '../../../src/keys/index.js';

const configOf = (privateKey: string): SignerConfig => ({
  ...{ id: 'harvest-wallet', member: 'harvest', kind: 'ethereum' },
  privateKey: privateKey.slice(2),
});

test('a wallet signs digests so that its address is recovered, with the lower S', async () => {
  const wallet = Wallet.createRandom();
  const [signer] = openSigners([configOf(wallet.privateKey)]);
  expect(signer?.identity).toEqual({ kind: 'ethereum', address: wallet.address });
  for (let n = 0; n < 20; n += 1) {
    const digest = keccak256(toUtf8Bytes(`message ${n}`));
    const bytes = Buffer.from((await signer?.sign(Buffer.from(digest.slice(2), 'hex'))) ?? []);
    expect(bytes).toHaveLength(65);
    expect([0, 1]).toContain(bytes[64]);
    const signature = Signature.from({
      r: `0x${bytes.subarray(0, 32).toString('hex')}`,
      s: `0x${bytes.subarray(32, 64).toString('hex')}`,
      yParity: bytes[64] === 1 ? 1 : 0,
    });
    expect(recoverAddress(digest, signature)).toBe(wallet.address);
  }
});

test('a transaction signed by it is the one that its wallet would sign', async () => {
  const wallet = Wallet.createRandom();
  const [signer] = openSigners([configOf(wallet.privateKey)]);
  const fields = {
    type: 2,
    chainId: 31337,
    nonce: 7,
    to: wallet.address,
    value: 5n,
    gasLimit: 21_000n,
    maxFeePerGas: 9n,
  };
  const unsigned = Transaction.from({ ...fields, maxPriorityFeePerGas: 1n });
  const bytes = Buffer.from((await signer?.sign(Buffer.from(unsigned.unsignedHash.slice(2), 'hex'))) ?? []);
  unsigned.signature = {
    r: `0x${bytes.subarray(0, 32).toString('hex')}`,
    s: `0x${bytes.subarray(32, 64).toString('hex')}`,
    yParity: bytes[64] === 1 ? 1 : 0,
  };
  expect(unsigned.serialized).toBe(await wallet.signTransaction({ ...fields, maxPriorityFeePerGas: 1n }));
});

test.each(['0'.repeat(64), 'f'.repeat(64)])('a key outside the curve is refused and not shown', (key) => {
  const open = (): unknown => openSigners([configOf(`0x${key}`)]);
  expect(open).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(open).not.toThrow(key);
});

test('what is no digest is not signed', async () => {
  const [signer] = openSigners([configOf(Wallet.createRandom().privateKey)]);
  await expect(signer?.sign(Buffer.alloc(31))).rejects.toMatchObject({ code: 'INTERNAL' });
});
