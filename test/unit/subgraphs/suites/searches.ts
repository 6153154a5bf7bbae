import { describe, expect, test } from '@jest/globals';
import type { GraphWorld } from '../world.js';

export function searches(world: () => GraphWorld): void {
  describe('search', () => {
    const search = async (text: string, types?: readonly string[], first = 10) => {
      const { search: found } = await world().ask<{
        search: { edges: { node: { __typename: string; id: string } }[]; pageInfo: { hasNextPage: boolean } };
      }>(
        `query ($text: String!, $types: [SearchType!], $first: Int) { search(text: $text, types: $types, first: $first) {
          edges { cursor node { __typename ... on Node { id } } } pageInfo { hasNextPage } } }`,
        { text, types, first },
      );
      return { ...found, ids: found.edges.map(({ node }) => node.id) };
    };

    test.each([
      [
        'a transaction id of Fabric',
        (w: GraphWorld) => w.blocks[6]?.transactions[0]?.hash ?? '',
        (w: GraphWorld) => `${w.channel}/tx/6.0`,
      ],
      [
        'the same in capitals',
        (w: GraphWorld) => w.blocks[6]?.transactions[0]?.hash.toUpperCase() ?? '',
        (w: GraphWorld) => `${w.channel}/tx/6.0`,
      ],
      [
        'the beginning of it',
        (w: GraphWorld) => w.blocks[6]?.transactions[0]?.hash.slice(0, 12) ?? '',
        (w: GraphWorld) => `${w.channel}/tx/6.0`,
      ],
      ['a block hash', (w: GraphWorld) => w.blocks[20]?.hash ?? '', (w: GraphWorld) => `${w.channel}/block/20`],
      [
        'a transaction of the chain',
        (w: GraphWorld) => w.busy.typed[0] ?? '',
        (w: GraphWorld) => `${w.chain}/tx/${w.busy.typed[0]}`,
      ],
      [
        'an address',
        (w: GraphWorld) => w.busy.accounts[1]?.toLowerCase() ?? '',
        (w: GraphWorld) => `${w.chain}/account/${w.busy.accounts[1]}`,
      ],
      ["a contract's name", () => 'specimen', (w: GraphWorld) => `${w.chain}/account/${w.busy.specimen.address}`],
      ['an MSP id', () => 'Org2MSP', () => 'member/Org2MSP'],
      ["a member's MSP id", () => 'org1msp', () => 'member/harvest'],
      ['a channel', () => 'trade', (w: GraphWorld) => w.channel],
      ['a chaincode', () => 'ASSETS', (w: GraphWorld) => `${w.channel}/chaincode/assets`],
      ['a network', () => 'harbour', () => 'network/harbour'],
      ['an id of the graph', (w: GraphWorld) => `${w.channel}/block/7`, (w: GraphWorld) => `${w.channel}/block/7`],
    ])('finds %s first', async (_, text, id) => {
      expect((await search(text(world()))).ids[0]).toBe(id(world()));
    });

    test('a number finds that block on every ledger', async () => {
      const { edges } = await search('7');
      expect(edges.map(({ node }) => node.__typename).sort()).toEqual(['EthereumBlock', 'FabricBlock']);
    });

    test('proposals are found by their titles and ids', async () => {
      const { ids } = await search('PROPOSAL', ['PROPOSAL'], 50);
      expect(ids.length).toBeGreaterThan(1);
      for (const id of ids) expect((await search(id)).ids[0]).toBe(id);
    });

    test('what fits exactly comes before what only contains the text', async () => {
      const { ids } = await search('Ordering1MSP');
      expect(ids).toEqual(['member/Ordering1MSP']);
      const { ids: all } = await search('msp', ['MEMBER']);
      expect(all).toContain('member/Org3MSP');
      expect((await search('trade')).ids).toEqual([world().channel, 'network/harbour']);
    });

    test('types restrict, and the page is bounded', async () => {
      expect((await search('trade', ['NETWORK'])).ids).toEqual(['network/harbour']);
      const { edges, pageInfo } = await search('msp', undefined, 2);
      expect(edges).toHaveLength(2);
      expect(pageInfo.hasNextPage).toBe(true);
    });

    test('nothing is found for what is nowhere, an unknown address, an empty text', async () => {
      for (const text of ['nowhere', '', '  ', `0x${'12'.repeat(20)}`, '%', '_', "' or 1=1 --", 'zz'])
        expect((await search(text)).ids).toEqual([]);
    });

    test('a text beyond any name is refused', async () => {
      const { errors } = await world().run(
        'query ($text: String!) { search(text: $text) { pageInfo { hasNextPage } } }',
        {
          text: 'x'.repeat(513),
        },
      );
      expect(errors?.[0]?.originalError).toMatchObject({ code: 'INPUT_INVALID' });
    });
  });
}
