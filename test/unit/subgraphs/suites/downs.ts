import { describe, expect, test } from '@jest/globals';
import type { GraphWorld } from '../world.js';

export function downs(world: () => GraphWorld): void {
  describe('a ledger that does not answer', () => {
    const run = (document: string, variables: Record<string, unknown> = {}) =>
      world().run(document, variables, world().context({ down: [world().chain] }));

    test('costs only what it alone can say, with an error that names it', async () => {
      const { data, errors } = await run(
        `query ($chain: ID!, $address: Address!) { chain(by: { id: $chain }) {
          name height lag { blocks } gas { priorityFee } latestBlock { number }
          account(address: $address) { address balance isContract member { id } transactions(first: 1) { edges { node { id } } } } } }`,
        { chain: world().chain, address: world().busy.accounts[1] },
      );
      expect(data).toMatchObject({
        chain: {
          ...{
            name: 'settlement',
            lag: null,
            gas: null,
            height: expect.any(String),
            latestBlock: { number: expect.any(String) },
          },
          account: { balance: null, isContract: null, member: { id: 'member/harvest' }, transactions: { edges: [{}] } },
        },
      });
      const paths = errors?.map(({ path }) => path?.join('.')).sort();
      expect(paths).toEqual(['chain.account.balance', 'chain.account.isContract', 'chain.gas', 'chain.lag']);
      for (const { originalError } of errors ?? [])
        expect(originalError).toMatchObject({ code: 'LEDGER_UNAVAILABLE', source: 'settlement' });
    });

    test('leaves its transactions and token transfers readable', async () => {
      const { data, errors } = await run(
        'query ($l: ID!, $h: Hash!) { transaction(ledger: $l, hash: $h) { id ... on EthereumTransaction { tokenTransfers { amount token { standard address } } } } }',
        { l: world().chain, h: world().busy.typed[0] },
      );
      expect(errors).toBeUndefined();
      expect(data).toMatchObject({
        transaction: { tokenTransfers: [{ amount: '12345', token: { standard: 'ERC20' } }] },
      });
    });
  });
}
