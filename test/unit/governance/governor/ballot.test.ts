import { describe, expect, test } from '@jest/globals';
import { getBytes, N as CURVE_ORDER, toBeHex, Wallet } from 'ethers';
import {
  ballotOf,
  canonicalText,
  digestOf,
  domainOf,
  verifiedSignature,
} from '../../../../src/governance/governor/ballot.js';
import { ParleyError } from '../../../../src/errors/index.js';

const wallet = new Wallet(`0x${'11'.repeat(32)}`);
const governor = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const domain = domainOf(['0x0f', 'Harbour Governor', '1', 31_337n, governor, `0x${'00'.repeat(32)}`, []]);
const ballot = (reason: string | null) =>
  ballotOf(domain, { proposalId: '123456789', support: 1, voter: wallet.address, nonce: 7n, reason });

describe('A ballot', () => {
  test.each([[null], ['Because – “so”']])('is signed by wallets as typed data, reason %p', async (reason) => {
    const { types, message, primaryType } = ballot(reason);
    expect(primaryType).toBe(reason === null ? 'Ballot' : 'ExtendedBallot');
    const own = { [primaryType]: [...(types[primaryType] ?? [])] };
    const signature = await wallet.signTypedData(domain, own, message);
    expect(verifiedSignature(digestOf(ballot(reason)), getBytes(signature), wallet.address)).toBe(signature);
  });

  test('is taken with v of 0 or 1, and with s in the upper half', () => {
    const digest = digestOf(ballot(null));
    const { r, s, yParity, serialized } = wallet.signingKey.sign(digest);
    const high = toBeHex(CURVE_ORDER - BigInt(s), 32).slice(2);
    for (const given of [`${r}${s.slice(2)}0${yParity}`, `${r}${high}${(28 - yParity).toString(16)}`])
      expect(verifiedSignature(digest, getBytes(given), wallet.address)).toBe(serialized);
  });

  test.each([
    ['of somebody else', new Wallet(`0x${'22'.repeat(32)}`).signingKey.sign(digestOf(ballot(null))).serialized],
    ['of another ballot', wallet.signingKey.sign(digestOf(ballot('x'))).serialized],
    ['cut short', wallet.signingKey.sign(digestOf(ballot(null))).serialized.slice(0, -2)],
    ['of no curve', `0x${'ff'.repeat(32)}${'01'.padStart(64, '0')}1b`],
  ])('is refused with a signature %s', (_, signature) => {
    const verify = () => verifiedSignature(digestOf(ballot(null)), getBytes(signature), wallet.address);
    expect(verify).toThrow(ParleyError);
    expect(verify).toThrow(expect.objectContaining({ code: 'SIGNATURE_INVALID' }));
  });

  test('has one text', () => {
    const text = canonicalText(ballot(null));
    expect(text).toMatch(/^\{"domain":\{"chainId":"31337","name":"Harbour Governor","verifyingContract":"0x5FbDB/);
    expect(canonicalText(JSON.parse(text))).toBe(text);
  });
});
