import { afterAll, expect, test } from '@jest/globals';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { SignatureChecks } from '../../../../src/ledgers/fabric/identities/signatureChecks.js';
import { normalizedSignature, verifySignature } from '../../../../src/ledgers/fabric/identities/signature.js';
import type { SignatureToCheck } from '../../../../src/ledgers/fabric/identities/signatureThread.js';

const checks = new SignatureChecks(2);
afterAll(() => checks.close());

const pairs = [
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
  generateKeyPairSync('ed25519'),
];
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

function signed(publicKey: KeyObject, privateKey: KeyObject, text: string): Uint8Array {
  const data = Buffer.from(text);
  const signature = sign(publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, privateKey);
  return normalizedSignature(publicKey, data, signature) ?? signature;
}

/** Every third one is over other bytes, every fifth one is no signature, every seventh one is cut short, every eleventh one is another key's. */
function list(length: number): SignatureToCheck[] {
  return Array.from({ length }, (_, i) => {
    const { publicKey, privateKey } = pairs[i % pairs.length] ?? rsa;
    const signature = signed(publicKey, privateKey, `block ${i} of the channel`);
    const told = i % 3 === 2 ? 'another' : `block ${i}`;
    return {
      key: i % 11 === 10 ? rsa.publicKey : publicKey,
      signed: [Buffer.from(told), Buffer.from(' of the channel')],
      signature: i % 5 === 4 ? Buffer.from('no signature') : i % 7 === 6 ? signature.subarray(1) : signature,
    };
  });
}

const plainly = ({ key, signed: bytes, signature }: SignatureToCheck): boolean =>
  verifySignature(key, Buffer.concat(bytes), signature);

test.each([0, 1, 20, 128, 129, 700])('%i signatures hold in other threads as they do in this one', async (length) => {
  const all = list(length);
  const expected = all.map(plainly);
  if (length > 3) expect(new Set(expected).size).toBe(2);
  expect(await checks.check(all)).toEqual(expected);
});

test('several callers at once are each told of theirs', async () => {
  const own = new SignatureChecks(2);
  const lists = [list(150), list(300).reverse(), list(200)];
  const answers = await Promise.all(lists.map((one) => own.check(one)));
  expect(answers).toEqual(lists.map((one) => one.map(plainly)));
  await own.close();
});

test('closed while it works, it leaves nobody waiting and answers later questions all the same', async () => {
  const own = new SignatureChecks(1);
  const all = list(400);
  const asked = own.check(all).catch((error: unknown) => error);
  await own.close();
  expect(await asked).toBeInstanceOf(Error);
  expect(await own.check(all)).toEqual(all.map(plainly));
});
