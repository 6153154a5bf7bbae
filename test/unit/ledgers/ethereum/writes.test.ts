import { describe, expect, test } from '@jest/globals';
import { Transaction } from 'ethers';
import { devAccount } from '../../../../devnet/ethereum/index.js';
import { ParleyError } from '../../../../src/errors/index.js';
import { createEthereumLedger } from '../../../../src/ledgers/ethereum/index.js';
import { feesOf } from '../../../../src/ledgers/ethereum/writes/fees.js';
import { submitVerdict } from '../../../../src/ledgers/ethereum/writes/submitError.js';
import { Turns } from '../../../../src/ledgers/ethereum/writes/turns.js';
import type { EthereumPlan } from '../../../../src/ledgers/ledger.js';

test.each([
  ['known', -32000, 'already known'],
  ['known', -32003, 'transaction already imported'],
  ['known', -32000, 'Known transaction'],
  ['known', -32010, 'AlreadyKnown'],
  ['nonce used', -32000, 'nonce too low: next nonce 7, tx nonce 5'],
  ['nonce used', -32003, 'nonce too low'],
  ['nonce used', -32010, 'OldNonce, Current nonce: 7, nonce of rejected tx: 5'],
  ['nonce taken', -32000, 'replacement transaction underpriced'],
  ['nonce taken', -32000, 'Replacement transaction underpriced'],
  ['full', -32000, 'txpool is full'],
  ['full', -32000, 'in-flight transaction limit reached for delegated accounts'],
  ['full', -32005, 'rate limit exceeded'],
  ['foreign', -32000, 'invalid chain id for signer: have 1 want 31337'],
  ['unable', -32601, 'the method eth_sendRawTransaction does not exist/is not available'],
  ['trouble', -32000, 'request timed out'],
  ['refused', -32000, 'insufficient funds for gas * price + value: balance 0, tx cost 21000'],
  ['refused', -32003, 'Insufficient funds for gas * price + value'],
  ['refused', -32000, 'transaction underpriced: gas tip cap 0, minimum needed 1'],
  ['refused', -32000, 'intrinsic gas too low: gas 20000, minimum needed 21000'],
  ['refused', -32000, 'exceeds block gas limit'],
  ['refused', -32000, 'max fee per gas less than block base fee: maxFeePerGas: 1, baseFee: 7'],
] as const)('%s is what code %i, "%s" means', (verdict, code, message) => {
  expect(submitVerdict({ code, message, data: null })).toBe(verdict);
});

describe('fees', () => {
  const reply = (result: unknown) => ({ ok: true, result }) as const;
  const missing = { ok: false, error: { code: -32601, message: 'the method does not exist', data: null } } as const;

  test('leave room for the base fee to grow', () => {
    expect(feesOf({ baseFeePerGas: '0x64' }, reply('0x5'), reply('0x69'))).toEqual({
      ...{ maxFeePerGas: '205', maxPriorityFeePerGas: '5' },
    });
  });
  test('take the tip from the price where the node names none', () => {
    expect(feesOf({ baseFeePerGas: '0x64' }, missing, reply('0x69'))).toMatchObject({ maxPriorityFeePerGas: '5' });
    expect(feesOf({ baseFeePerGas: '0x64' }, missing, reply('0x1'))).toMatchObject({ maxPriorityFeePerGas: '0' });
  });
  test('are one price on a chain without base fees', () => {
    expect(feesOf({}, missing, reply('0x7'))).toEqual({ gasPrice: '7' });
    expect(feesOf({}, missing, missing)).toBeNull();
  });
});

describe('raw transactions', () => {
  const ledger = createEthereumLedger({
    ...{ name: 'settlement', chainId: 31_337, rpc: ['http://127.0.0.1:1'], ws: null, startBlock: 0 },
    ...{ finality: { tag: 'finalized' }, reorgWindow: 64, contracts: [] },
  });
  const { address, signingKey } = devAccount(1);
  const to = devAccount(2).address;
  const plan: EthereumPlan = {
    ...{ from: address, to, value: '5', data: '0x', gas: '21000', summary: 'pays' },
    fees: { maxFeePerGas: '9', maxPriorityFeePerGas: '1' },
  };
  const sign = (draft: Uint8Array, v: (parity: number) => number): Uint8Array => {
    const { r, s, yParity } = signingKey.sign(draft);
    return Buffer.concat([Buffer.from(r.slice(2) + s.slice(2), 'hex'), Uint8Array.of(v(yParity))]);
  };
  const codeOf = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      if (error instanceof ParleyError) return error.code;
      throw error;
    }
    throw new Error('It did not fail');
  };

  test.each([
    ['EIP-1559', plan],
    ['legacy with EIP-155', { ...plan, fees: { gasPrice: '7' } }],
  ])('a draft (%s) is signed with v as 0/1 and as 27/28 alike', (_, wanted) => {
    const { bytes, digest } = ledger.draft(wanted, 3);
    const raw = ledger.assemble(
      bytes,
      sign(digest, (parity) => parity),
    );
    expect(
      ledger.assemble(
        bytes,
        sign(digest, (parity) => parity + 27),
      ),
    ).toEqual(raw);
    expect(ledger.inspect(raw)).toMatchObject({ from: address, nonce: 3, detail: { to, value: '5', gas: '21000' } });
    expect(ledger.isSigned(bytes, raw)).toBe(true);
    expect(ledger.isSigned(ledger.draft(wanted, 4).bytes, raw)).toBe(false);
  });

  test('a signature in the upper half of its order is taken as the one in the lower; what is none is refused', () => {
    const { bytes, digest } = ledger.draft(plan, 0);
    const good = sign(digest, (parity) => parity);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const high = order - BigInt(`0x${Buffer.from(good.subarray(32, 64)).toString('hex')}`);
    const upper = Buffer.from(good);
    upper.set(Buffer.from(high.toString(16).padStart(64, '0'), 'hex'), 32);
    upper.set([good[64] === 0 ? 1 : 0], 64);
    expect(ledger.assemble(bytes, upper)).toEqual(ledger.assemble(bytes, good));
    expect(codeOf(() => ledger.assemble(bytes, new Uint8Array(65).fill(255)))).toBe('SIGNATURE_INVALID');
    expect(codeOf(() => ledger.assemble(bytes, new Uint8Array()))).toBe('SIGNATURE_INVALID');
    expect(codeOf(() => ledger.assemble(bytes, good.subarray(0, 64)))).toBe('SIGNATURE_INVALID');
    expect(codeOf(() => ledger.assemble(bytes, Buffer.from(good).fill(9, 64)))).toBe('SIGNATURE_INVALID');
  });

  test('what is no signed transaction of the chain is refused', () => {
    const { bytes, digest } = ledger.draft(plan, 0);
    const raw = ledger.assemble(
      bytes,
      sign(digest, (parity) => parity),
    );
    const signed = Transaction.from(`0x${Buffer.from(raw).toString('hex')}`);
    const legacy = Transaction.from({ type: 0, nonce: 0, to, gasLimit: 21_000n, gasPrice: 1n });
    legacy.signature = signingKey.sign(legacy.unsignedHash);
    const foreign = Transaction.from({ type: 2, chainId: 1, nonce: 0, to, gasLimit: 21_000n });
    foreign.signature = signingKey.sign(foreign.unsignedHash);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const high = (order - BigInt(signed.signature?.s ?? '0x0')).toString(16).padStart(64, '0');
    const wrong = [
      Buffer.from(signed.serialized.slice(2, -64) + high, 'hex'),
      bytes,
      raw.subarray(1),
      Buffer.concat([raw, Uint8Array.of(0)]),
      new Uint8Array(),
      Buffer.from(legacy.serialized.slice(2), 'hex'),
      Buffer.from(foreign.serialized.slice(2), 'hex'),
    ];
    expect(wrong.map((one) => codeOf(() => ledger.inspect(one)))).toEqual(wrong.map(() => 'INPUT_INVALID'));
  });
});

test('what is done with a wallet is done in the order asked, whatever fails', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const work = (name: string, ms: number) => async (): Promise<string> => {
    done.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, ms));
    done.push(`${name} ends`);
    if (name === 'b') throw new Error('b failed');
    return name;
  };
  const all = await Promise.allSettled([
    turns.run('one', work('a', 20)),
    turns.run('one', work('b', 5)),
    turns.run('one', work('c', 1)),
    turns.run('other', work('d', 0)),
  ]);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  const ofOne = done.filter((line) => !line.startsWith('d'));
  expect(ofOne).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(done.indexOf('d ends')).toBeLessThan(done.indexOf('a ends'));
});
