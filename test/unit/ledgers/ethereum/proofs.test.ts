import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeRlp, keccak256 } from 'ethers';
import fc from 'fast-check';
import { startAnvil, type TestChain } from '../../../../devnet/ethereum/index.js';
import { assemble, type Assembled } from '../../../../src/ledgers/ethereum/blocks/assemble.js';
import { createKeccak256, type Keccak } from '../../../../src/ledgers/ethereum/proofs/keccak.js';
import { orderedRoot } from '../../../../src/ledgers/ethereum/proofs/orderedRoot.js';
import { rlp, type RlpItem } from '../../../../src/ledgers/ethereum/proofs/rlp.js';

describe('proofs', () => {
  let chain: TestChain;
  let keccak: Keccak;

  beforeAll(async () => {
    chain = await startAnvil({ mining: 'manual' });
    keccak = await createKeccak256();
  });
  afterAll(() => chain.close());

  const answers = async (number: number): Promise<readonly [Record<string, unknown>, unknown[]]> => {
    const tag = `0x${number.toString(16)}`;
    const receipts = await chain.request<unknown[]>('eth_getBlockReceipts', [tag]);
    return [await chain.request('eth_getBlockByNumber', [tag, true]), receipts];
  };
  const proven = async (number: number): Promise<Assembled> => {
    const [block, receipts] = await answers(number);
    return assemble(number, block, receipts, 'roots', keccak);
  };

  test('the genesis block and an empty one are proven', async () => {
    await chain.mine();
    for (const number of [0, 1]) {
      const [block] = await answers(number);
      expect(await proven(number)).toMatchObject({ ok: true, block: { number, hash: block['hash'] } });
    }
  });

  // Keys of the trie change their form at 128 and 256, and its nodes at 16.
  test.each([1, 2, 15, 16, 17, 129, 260])(
    'a block of %i transactions is proven, and not with one exchanged',
    async (count) => {
      await fill(chain, count);
      const number = await chain.mine();
      const [block, receipts] = await answers(number);
      expect(receipts.length).toBe(count);
      expect(assemble(number, block, receipts, 'roots', keccak)).toMatchObject({ ok: true });
      const last = (block['transactions'] as Record<string, unknown>[]).at(-1);
      if (last !== undefined) last['value'] = '0x2';
      expect(assemble(number, block, receipts, 'roots', keccak)).toEqual({
        ok: false,
        contradiction: expect.stringMatching(/^transaction \d+ gives the hash/),
      });
    },
  );

  test('an account that a development node impersonates does not stop reading', async () => {
    const stranger = `0x${'ab'.repeat(20)}`;
    await chain.request('anvil_setBalance', [stranger, '0x56bc75e2d63100000']);
    await chain.request('anvil_impersonateAccount', [stranger]);
    await chain.request('eth_sendTransaction', [{ from: stranger, to: stranger, value: '0x1' }]);
    expect(await proven(await chain.mine())).toMatchObject({ ok: true });
  });

  test('the root of nothing is the root of nothing', () => {
    expect(orderedRoot([], keccak)).toBe('56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421');
  });

  test('RLP and Keccak are those of ethers', () => {
    const bytes = fc.uint8Array({ maxLength: 70 }).map((data) => Buffer.from(data).toString('hex'));
    const { item } = fc.letrec<{ item: RlpItem }>((tie) => ({
      item: fc.oneof({ depthSize: 'small' }, bytes, fc.array(tie('item'), { maxLength: 12 })),
    }));
    const prefixed = (value: RlpItem): string | unknown[] =>
      typeof value === 'string' ? `0x${value}` : value.map((inner) => prefixed(inner));
    fc.assert(
      fc.property(item, (value) => {
        const encoded = rlp(value);
        expect(`0x${encoded}`).toBe(encodeRlp(prefixed(value) as string));
        expect(`0x${keccak(Buffer.from(encoded, 'hex'))}`).toBe(keccak256(`0x${encoded}`));
      }),
    );
  });
});

/** Puts payments of one account into the pool. */
async function fill(chain: TestChain, count: number): Promise<void> {
  const [from] = await chain.request<string[]>('eth_accounts');
  const payment = { from, to: from, value: '0x1', gas: '0x5208' };
  for (let left = count; left > 0; left -= 1) await chain.request('eth_sendTransaction', [payment]);
}
