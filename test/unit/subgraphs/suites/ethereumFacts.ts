import { describe, expect, test } from '@jest/globals';
import type { GraphWorld } from '../world.js';

export function ethereumFacts(world: () => GraphWorld): void {
  const chainQuery = (fields: string): string =>
    `query ($chain: ID!, $address: Address!) { chain(by: { id: $chain }) { ${fields} } }`;

  describe('a private chain', () => {
    test('every type of transaction is told, with what became of it', async () => {
      const { transactions } = await world().ask<{
        transactions: { edges: { node: { hash: string; type: number } }[] };
      }>(
        `query ($ledgers: [ID!]) { transactions(first: 100, filter: { ledgers: $ledgers }) { edges { node { hash ... on EthereumTransaction { type } } } } }`,
        { ledgers: [world().chain] },
      );
      const types = new Map(transactions.edges.map(({ node }) => [node.hash, node.type]));
      expect(
        world()
          .busy.typed.slice(0, 5)
          .map((hash) => types.get(hash)),
      ).toEqual([0, 1, 2, 3, 4]);
    });

    test('a failed transaction says why; one that succeeded does not', async () => {
      const document = `query ($ledger: ID!, $hash: Hash!) { transaction(ledger: $ledger, hash: $hash) { outcome ... on EthereumTransaction { revertReason } } }`;
      const ask = async (hash: string | undefined) =>
        (await world().ask<{ transaction: unknown }>(document, { ledger: world().chain, hash })).transaction;
      expect(await ask(world().busy.failed.reason)).toEqual({
        outcome: 'FAILED',
        revertReason: expect.stringMatching(/\w/),
      });
      expect(await ask(world().busy.typed[0])).toEqual({ outcome: 'SUCCEEDED', revertReason: null });
    });

    test('balances and nonces are those of the block asked for', async () => {
      const { accounts } = world().busy;
      const variables = { chain: world().chain, address: accounts[0] };
      const { chain } = await world().ask<{ chain: { account: Record<string, string> } }>(
        chainQuery(
          'account(address: $address) { first: nonce(block: 0) last: nonce old: balance(block: 0) new: balance }',
        ),
        variables,
      );
      expect(chain.account['first']).toBe('0');
      expect(Number(chain.account['last'])).toBeGreaterThan(3);
      expect(chain.account['old']).toBe('10000000000000000000000');
      expect(BigInt(chain.account['new'] ?? '')).toBeLessThan(BigInt(chain.account['old'] ?? ''));
    });

    test('an address is taken in any case and given as EIP-55; a wrong checksum is refused', async () => {
      const checksummed = world().busy.accounts[1] ?? '';
      const document = chainQuery('account(address: $address) { id address member { id } }');
      const lower = { chain: world().chain, address: checksummed.toLowerCase() };
      const { chain } = await world().ask<{ chain: { account: unknown } }>(document, lower);
      expect(chain.account).toEqual({
        id: `${world().chain}/account/${checksummed}`,
        address: checksummed,
        member: { id: 'member/harvest' },
      });
      const wrong = checksummed.replace(/[a-f]/, (letter) => letter.toUpperCase());
      const refused = await world().run(document, { chain: world().chain, address: wrong });
      expect(refused.errors?.[0]?.message).toMatch(/no Address.*wrong checksum is refused/s);
    });

    test('what an account holds is named token by token, as of a block', async () => {
      const document = `query ($chain: ID!, $address: Address!) { chain(by: { id: $chain }) { account(address: $address) {
        tokenBalances { amount tokenIds token { address standard symbol decimals totalSupply } } before: tokenBalances(block: 0) { amount } } } }`;
      const { chain } = await world().ask<{
        chain: {
          account: {
            before: unknown[];
            tokenBalances: {
              amount: string;
              tokenIds: string[] | null;
              token: { standard: string; address: string };
            }[];
          };
        };
      }>(document, { chain: world().chain, address: world().busy.accounts[1] });
      const { tokenBalances, before } = chain.account;
      expect(before).toEqual([]);
      const byStandard = new Map(tokenBalances.map((balance) => [balance.token.standard, balance]));
      expect(byStandard.get('ERC20')).toMatchObject({
        amount: '12345',
        token: { address: world().busy.token.address },
      });
      expect(byStandard.get('ERC1155')?.tokenIds?.toSorted()).toEqual(['1', '2', '7']);
    });

    test('a contract is read by its ABI; an address without code is no contract and no token', async () => {
      const { token, accounts } = world().busy;
      const fields = `contract(address: $address) { name read(function: "balanceOf", arguments: ["${accounts[1]}"]) { name type value } }
        token(address: $address) { standard symbol decimals }`;
      const { chain } = await world().ask<{ chain: unknown }>(chainQuery(fields), {
        chain: world().chain,
        address: token.address,
      });
      expect(chain).toMatchObject({
        contract: { name: 'SettlementToken', read: [{ type: 'uint256', value: '12345' }] },
        token: { standard: 'ERC20', symbol: expect.any(String) },
      });
      const nothing = chainQuery('contract(address: $address) { name } token(address: $address) { symbol }');
      const variables = { chain: world().chain, address: accounts[5] };
      expect(await world().ask(nothing, variables)).toEqual({ chain: { contract: null, token: null } });
    });

    test('blocks are found by number and by hash; logs of a contract come newest first', async () => {
      const { chain } = await world().ask<{
        chain: {
          block: { hash: string };
          contract: { events: { edges: { node: { position: { block: string } } }[] } };
        };
      }>(
        chainQuery(
          'block(by: { number: 3 }) { hash } contract(address: $address) { events(first: 3) { edges { node { position { block } } } } }',
        ),
        { chain: world().chain, address: world().busy.specimen.address },
      );
      const byHash = await world().ask<{ block: unknown }>(
        'query ($ledger: ID!, $hash: Hash!) { block(by: { hash: { ledger: $ledger, hash: $hash } }) { number } }',
        { ledger: world().chain, hash: chain.block.hash },
      );
      expect(byHash.block).toEqual({ number: '3' });
      const numbers = chain.contract.events.edges.map(({ node }) => Number(node.position.block));
      expect(numbers).toHaveLength(3);
      expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    });
  });
}
