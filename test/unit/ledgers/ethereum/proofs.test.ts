import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startAnvil, type TestChain } from '../../../../devnet/ethereum/index.js';
import { assemble, type Assembled } from '../../../../src/ledgers/ethereum/blocks/assemble.js';
import { createKeccak256, type Keccak } from '../../../../src/ledgers/ethereum/proofs/keccak.js';
import { makeBusy } from '../../../support/ethereum/busyChain.js';

interface Answer {
  readonly number: number;
  block: Record<string, unknown> & { transactions: Record<string, unknown>[] };
  receipts: (Record<string, unknown> & { logs: Record<string, unknown>[] })[];
}

describe('a block of a real chain', () => {
  let chain: TestChain;
  let keccak: Keccak;
  let answers: readonly Answer[];
  const busiest = (): Answer => {
    const [most] = [...answers].sort((a, b) => b.receipts.length - a.receipts.length);
    if (most === undefined) throw new Error('There are no blocks');
    return structuredClone(most);
  };
  const proven = ({ number, block, receipts }: Answer): Assembled => assemble(number, block, receipts, 'roots', keccak);

  beforeAll(async () => {
    chain = await startAnvil({ mining: 'manual' });
    keccak = await createKeccak256();
    const { height } = await makeBusy(chain);
    answers = await Promise.all(Array.from({ length: height + 1 }, (_, number) => answerOf(chain, number)));
  });
  afterAll(() => chain.close());

  test('is proven by its hash and its roots, whatever types its transactions have', () => {
    for (const answer of answers) {
      const p = proven(answer);
      if (!p.ok)
        console.log(
          answer.number,
          p,
          JSON.stringify(answer.block).slice(0, 3500),
          JSON.stringify(answer.receipts).slice(0, 1500),
        );
    }
    for (const answer of answers)
      expect(proven(answer)).toMatchObject({ ok: true, block: { hash: answer.block['hash'] } });
    expect(new Set(busiest().block.transactions.map(({ type }) => type))).toEqual(
      new Set(['0x0', '0x1', '0x2', '0x3', '0x4']),
    );
  });
});

async function answerOf(chain: TestChain, number: number): Promise<Answer> {
  const tag = `0x${number.toString(16)}`;
  return {
    number,
    block: await chain.request('eth_getBlockByNumber', [tag, true]),
    receipts: await chain.request('eth_getBlockReceipts', [tag]),
  };
}
