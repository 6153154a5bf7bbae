import { beforeAll, describe, expect, test } from '@jest/globals';
import { createKeccak256, type Keccak } from '../../../../src/ledgers/ethereum/proofs/keccak.js';
import { proveAnswer } from '../../../../src/ledgers/ethereum/proofs/proveAnswer.js';

describe('a node’s answer, proven', () => {
  let keccak: Keccak;
  beforeAll(async () => {
    keccak = await createKeccak256();
  });
  const prove = (answers: readonly Record<string, unknown>[], numbers: readonly number[]): unknown =>
    proveAnswer(
      {
        ...{ before: 1, numbers, proof: 'roots' as const },
        text: JSON.stringify(answers.map((answer, id) => ({ jsonrpc: '2.0', id, ...answer }))),
      },
      keccak,
    );

  test('a block that contradicts itself is told as that, and nothing of it is passed on', () => {
    expect(prove([{ result: '0x1' }, { result: { number: '0x5' } }, { result: [] }], [5])).toEqual({
      replies: [{ ok: true, result: '0x1' }, ...Array<unknown>(2).fill({ ok: true, result: null })],
      assembled: [{ ok: false, contradiction: expect.any(String) }],
    });
  });

  test('what a node calls assembled is a block that contradicts itself', () => {
    const assembled = { ok: true, block: { number: 5, hash: '0x', parentHash: '0x', bytes: {} } };
    expect(prove([{ result: '0x1' }, { result: { assembled } }, { result: [] }], [5])).toMatchObject({
      assembled: [{ ok: false }],
    });
  });

  test('missing blocks and errors stay what they are', () => {
    const error = { code: -32_000, message: 'not yet' };
    const answer = prove([{ result: '0x1' }, { result: null }, { result: null }, { error }, { result: [] }], [5, 6]);
    expect(answer).toMatchObject({
      replies: [
        { ok: true },
        { ok: true, result: null },
        { ok: true, result: null },
        { ok: false, error },
        { ok: true },
      ],
      assembled: [null, null],
    });
  });

  test('what is no answer is refused', () => {
    expect(() => prove([], [5])).toThrow('only 0 of 3 calls were answered');
  });
});
