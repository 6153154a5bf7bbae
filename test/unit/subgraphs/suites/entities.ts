import { describe, expect, test } from '@jest/globals';
import { execute, parse } from 'graphql';
import { createSubgraphs } from '../../../../src/subgraphs/index.js';
import type { GraphWorld } from '../world.js';

export function entities(world: () => GraphWorld): void {
  describe('a subgraph alone, as a router calls it', () => {
    const ask = async (name: string, representations: readonly object[], fields: string) => {
      const subgraph = createSubgraphs().find((one) => one.name === name);
      if (subgraph === undefined) throw new Error(`no subgraph ${name}`);
      const document = parse(`query ($r: [_Any!]!) { _entities(representations: $r) { __typename ${fields} } }`);
      const { data, errors } = await execute({
        ...{
          schema: subgraph.schema,
          document,
          variableValues: { r: representations },
          contextValue: world().context(),
        },
      });
      expect(errors).toBeUndefined();
      return data?.['_entities'];
    };

    test('fabric', async () => {
      const { channel } = world();
      const found = await ask(
        'fabric',
        [
          { __typename: 'Channel', id: channel },
          { __typename: 'FabricBlock', id: `${channel}/block/20` },
          { __typename: 'FabricTransaction', id: `${channel}/tx/20.39` },
          { __typename: 'ChaincodeEvent', id: `${channel}/event/6.0` },
          { __typename: 'Chaincode', id: `${channel}/chaincode/assets` },
          { __typename: 'FabricBlock', id: `${channel}/block/9999` },
        ],
        '... on Channel { name } ... on FabricBlock { number } ... on FabricTransaction { index function } ... on ChaincodeEvent { name } ... on Chaincode { sequence }',
      );
      expect(found).toEqual([
        { __typename: 'Channel', name: 'trade' },
        { __typename: 'FabricBlock', number: '20' },
        { __typename: 'FabricTransaction', index: 39, function: 'create' },
        { __typename: 'ChaincodeEvent', name: 'AssetCreated' },
        { __typename: 'Chaincode', sequence: 3 },
        null,
      ]);
    });

    test('ethereum', async () => {
      const { chain, busy } = world();
      const found = await ask(
        'ethereum',
        [
          { __typename: 'Chain', id: chain },
          { __typename: 'EthereumTransaction', id: `${chain}/tx/${busy.typed[2]}` },
          { __typename: 'Account', id: `${chain}/account/${busy.accounts[0]?.toLowerCase()}` },
          { __typename: 'Token', id: `${chain}/token/${busy.token.address}` },
          { __typename: 'Contract', id: `${chain}/contract/${busy.accounts[8]}` },
        ],
        '... on Chain { chainId } ... on EthereumTransaction { type } ... on Account { id address } ... on Token { standard } ... on Contract { address }',
      );
      const [account] = busy.accounts;
      expect(found).toEqual([
        { __typename: 'Chain', chainId: '31337' },
        { __typename: 'EthereumTransaction', type: 2 },
        { __typename: 'Account', id: `${chain}/account/${account}`, address: account },
        { __typename: 'Token', standard: 'ERC20' },
        null,
      ]);
    });

    test('consortium and timeline', async () => {
      const parties = await ask(
        'consortium',
        [
          { __typename: 'Member', id: 'member/harvest' },
          { __typename: 'Network', id: 'network/harbour' },
          { __typename: 'Membership', id: `membership/${world().channel}/Org2MSP` },
          { __typename: 'Member', id: 'member/NobodyMSP' },
        ],
        '... on Member { name } ... on Network { name } ... on Membership { nativeId }',
      );
      expect(parties).toEqual([
        { __typename: 'Member', name: 'Harvest Co-op' },
        { __typename: 'Network', name: 'Harbour Trade' },
        { __typename: 'Membership', nativeId: 'Org2MSP' },
        null,
      ]);
      const added = await ask(
        'timeline',
        [{ __typename: 'FabricBlock', id: `${world().channel}/block/20` }],
        '... on FabricBlock { transactions(first: 2) { totalCount edges { node { id } } } }',
      );
      const ids = [0, 1].map((index) => ({ node: { id: `${world().channel}/tx/20.${index}` } }));
      expect(added).toEqual([{ __typename: 'FabricBlock', transactions: { totalCount: 40, edges: ids } }]);
    });
  });
}
