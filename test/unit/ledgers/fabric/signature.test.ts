import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  normalizedSignature,
  verifyBeside,
  verifySignature,
  withLowS,
} from '../../../../src/ledgers/fabric/identities/signature.js';
import { derElement, derInteger } from '../../../../src/ledgers/fabric/wire/der.js';

const ORDERS = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

/** The other signature over the same bytes that the curve's order allows. */
function mirrored(signature: Buffer, order: bigint): Buffer {
  const rLength = signature[3] ?? 0;
  const r = BigInt(`0x${signature.subarray(4, 4 + rLength).toString('hex')}`);
  const s = BigInt(`0x${signature.subarray(6 + rLength).toString('hex')}`);
  return derElement(0x30, derInteger(r), derInteger(order - s));
}

describe.each(['prime256v1', 'secp384r1'] as const)('signatures on %s', (namedCurve) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });

  test('hold with low S only, in both ways of checking', async () => {
    for (let i = 0; i < 20; i++) {
      const data = Buffer.from(`message ${i}`);
      const low = Buffer.from(withLowS(sign('sha256', data, privateKey), namedCurve));
      const high = mirrored(low, ORDERS[namedCurve]);
      expect([verifySignature(publicKey, data, low), await verifyBeside(publicKey, data, low)]).toEqual([true, true]);
      expect([verifySignature(publicKey, data, high), await verifyBeside(publicKey, data, high)]).toEqual([
        false,
        false,
      ]);
      expect(withLowS(high, namedCurve)).toEqual(low);
    }
  });

  test('are put into the one form that Fabric takes, from DER or r‖s, with low or high S', () => {
    const width = ORDERS[namedCurve].toString(16).length;
    for (let i = 0; i < 20; i++) {
      const data = Buffer.from(`message ${i}`);
      const raw = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const s = BigInt(`0x${raw.subarray(width / 2).toString('hex')}`);
      const otherS = (ORDERS[namedCurve] - s).toString(16).padStart(width, '0');
      const otherRaw = Buffer.concat([raw.subarray(0, width / 2), Buffer.from(otherS, 'hex')]);
      const der = derElement(
        0x30,
        derInteger(BigInt(`0x${raw.subarray(0, width / 2).toString('hex')}`)),
        derInteger(s),
      );
      const low = Buffer.from(withLowS(der, namedCurve));
      for (const form of [raw, otherRaw, der, mirrored(der, ORDERS[namedCurve])]) {
        expect(Buffer.from(normalizedSignature(publicKey, data, form) ?? [])).toEqual(low);
        expect(normalizedSignature(publicKey, Buffer.from('other'), form)).toBeNull();
      }
    }
  });

  test('are not made of a signature with more or less to it, whichever S it has', () => {
    const data = Buffer.from('message');
    const low = Buffer.from(withLowS(sign('sha256', data, privateKey), namedCurve));
    for (const whole of [low, mirrored(low, ORDERS[namedCurve])])
      for (const broken of [Buffer.concat([whole, Buffer.of(0)]), whole.subarray(0, -1), whole.subarray(1)])
        expect(normalizedSignature(publicKey, data, broken)).toBeNull();
  });

  test('are never made of arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(normalizedSignature(publicKey, Buffer.from('message'), bytes)).toBeNull();
      }),
    );
  });

  test('hold over SHA-3 where the family says so', () => {
    const data = Buffer.from('message');
    const signature = withLowS(sign('sha3-256', data, privateKey), namedCurve);
    expect(verifySignature(publicKey, data, signature, 'SHA3')).toBe(true);
    expect(verifySignature(publicKey, data, signature)).toBe(false);
  });

  test('that are no signatures are false, never an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (bytes) => {
        expect(verifySignature(publicKey, Buffer.from('x'), bytes)).toBe(false);
        expect(await verifyBeside(publicKey, Buffer.from('x'), bytes)).toBe(false);
      }),
    );
    expect(verifySignature(null, Buffer.from('x'), Buffer.alloc(70))).toBe(false);
  });
});

test('Ed25519 holds as it is', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const data = Buffer.from('message');
  const signature = sign(null, data, privateKey);
  expect(verifySignature(publicKey, data, signature)).toBe(true);
  expect(await verifyBeside(publicKey, data, signature)).toBe(true);
  expect(verifySignature(publicKey, Buffer.from('other'), signature)).toBe(false);
});
