import { describe, expect, test } from '@jest/globals';
import type { GraphWorld } from '../world.js';

interface Block {
  readonly id: string;
  readonly number: string;
  readonly hash: string;
  readonly confirmation: string;
  readonly transactions: { readonly edges: readonly { readonly node: { readonly confirmation: string } }[] };
}
type Blocks = {
  readonly blocks: { readonly edges: readonly { readonly node: Block }[]; readonly pageInfo: { endCursor: string } };
};

const LIST = `query ($filter: BlockFilter, $first: Int, $after: String) { blocks(first: $first, after: $after, filter: $filter) {
  edges { node { id number hash confirmation transactions { edges { node { id confirmation } } } } } pageInfo { endCursor } } }`;

export function retractions(world: () => GraphWorld): void {
  describe('a block that a reorganisation takes back', () => {
    const onChain = (more: object = {}) => ({ ledgers: [world().chain], ...more });

    test('leaves the lists, stays under its id, and is listed where it is asked for', async () => {
      await world().grow(1);
      const before = await world().ask<Blocks>(LIST, { filter: onChain(), first: 3 });
      const taken = before.blocks.edges[0]?.node;
      expect(taken?.confirmation).toBe('CONFIRMED');
      await world().reorg();

      const after = await world().ask<Blocks>(LIST, { filter: onChain(), first: 5 });
      expect(after.blocks.edges.map(({ node }) => node.hash)).not.toContain(taken?.hash);
      const replaced = after.blocks.edges.find(({ node }) => node.number === taken?.number);
      expect(replaced?.node.hash).not.toBe(taken?.hash);

      const retracted = await world().ask<Blocks>(LIST, { filter: onChain({ confirmation: ['RETRACTED'] }), first: 5 });
      const [tip, below] = retracted.blocks.edges.map(({ node }) => node);
      expect(tip).toMatchObject({ id: taken?.id, hash: taken?.hash, confirmation: 'RETRACTED' });
      expect(below?.transactions.edges.map(({ node }) => node.confirmation)).toEqual(['RETRACTED']);
      const { node } = await world().ask<{ node: Block }>(
        'query ($id: ID!) { node(id: $id) { id ... on Block { number hash confirmation } } }',
        { id: taken?.id },
      );
      expect(node).toEqual({ id: taken?.id, number: taken?.number, hash: taken?.hash, confirmation: 'RETRACTED' });
    });

    test('does not disturb who reads on from a page before it', async () => {
      const first = await world().ask<Blocks>(LIST, { filter: onChain(), first: 2 });
      await world().reorg();
      const after = first.blocks.pageInfo.endCursor;
      const second = await world().ask<Blocks>(LIST, { filter: onChain(), first: 3, after });
      const seen = [...first.blocks.edges, ...second.blocks.edges].map(({ node }) => node);
      const numbers = seen.map(({ number }) => Number(number));
      expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
      // What replaced the last block read may stand beside it; nothing is passed over and nothing comes twice.
      expect(numbers).toEqual(numbers.toSorted((x, y) => y - x));
      expect(new Set(numbers).size).toBe((numbers[0] ?? 0) - (numbers.at(-1) ?? 0) + 1);
    });
  });
}
