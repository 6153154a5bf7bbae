import { beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphWorld } from '../world.js';

const onChannel = (world: GraphWorld) => ({ ledgers: [world.channel] });
const onChain = (world: GraphWorld) => ({ ledgers: [world.chain] });

/** Lists whose rows each ask for more: what one row costs, fifty cost. */
const lists: Readonly<Record<string, readonly [string, (world: GraphWorld) => object]>> = {
  'transactions of a channel': [
    `query ($n: Int!, $filter: TransactionFilter) { transactions(first: $n, filter: $filter) { edges { cursor node {
      id hash ledger { id name network { id name } } block { id number ledger { name } } members { id name status }
      events(first: 5) { edges { node { id name position { block } transaction { hash } } } }
      ... on FabricTransaction { channel { name organizations { mspId member { name } } } creator { mspId member { name } } event { name chaincode { name version } transaction { id block { number } } } reads { key } }
    } } streamCursor pageInfo { endCursor } } }`,
    (world) => ({ ...onChannel(world), chaincodes: ['assets'] }),
  ],
  'transactions of a chain': [
    `query ($n: Int!, $filter: TransactionFilter) { transactions(first: $n, filter: $filter) { edges { node {
      id ledger { name } block { number } members { id name }
      ... on EthereumTransaction { from { address member { name } transactions(first: 3) { edges { node { id block { number } } } } }
        to { address transactions(first: 3) { edges { node { id } } } } logs(first: 5) { edges { node { index transaction { id } } } } tokenTransfers { amount token { id standard } } }
    } } } }`,
    onChain,
  ],
  'blocks with their transactions and events': [
    `query ($n: Int!, $filter: BlockFilter) { blocks(first: $n, filter: $filter) { edges { node {
      id number ledger { id latestBlock { number } } transactions(first: 3) { totalCount streamCursor edges { cursor node { id index events(first: 2) { edges { node { id } } } } } }
    } } } }`,
    onChannel,
  ],
  'events with their transactions': [
    `query ($n: Int!, $filter: LedgerEventFilter) { events(first: $n, filter: $filter) { edges { node {
      id name ledger { name } transaction { id outcome block { id timestamp } members { id } } ... on ChaincodeEvent { chaincode { name version } payloadText }
    } } } }`,
    onChannel,
  ],
};

/** One level more each time, on the same rows. */
const levels = [
  'id',
  'id block { number }',
  'id block { number transactions(first: 5) { edges { node { id } } } }',
  'id block { number transactions(first: 5) { edges { node { id block { number } events(first: 2) { edges { node { id } } } } } } }',
];

export function constancy(world: () => GraphWorld): void {
  describe('how many statements an answer costs', () => {
    beforeAll(() => world().grow(60));

    test.each(Object.entries(lists))('%s: fifty rows cost what one costs', async (_, [document, filterOf]) => {
      const filter = filterOf(world());
      const one = await world().cost(document, { n: 1, filter });
      const fifty = await world().cost(document, { n: 50, filter });
      // The very first row may lack what the others have (an event, a log): what counts is that rows do not.
      const hundred = await world().cost(document, { n: 100, filter });
      expect(hundred).toBe(fifty);
      expect(fifty - one).toBeLessThanOrEqual(2);
    });

    test('members with their transactions: one costs what all cost', async () => {
      const document =
        'query ($n: Int!) { members(first: $n) { edges { node { id transactions(first: 5) { edges { node { id } } } } } } }';
      expect(await world().cost(document, { n: 7 })).toBe(await world().cost(document, { n: 1 }));
    });

    test('each level adds a constant', async () => {
      const costs: number[] = [];
      for (const fields of levels) {
        const document = `query ($n: Int!) { transactions(first: $n) { edges { node { ${fields} } } } }`;
        const few = await world().cost(document, { n: 90 });
        expect(await world().cost(document, { n: 100 })).toBe(few);
        costs.push(few);
      }
      for (const [at, cost] of costs.entries()) expect(cost - (costs[at - 1] ?? 0)).toBeLessThanOrEqual(4);
    });
  });
}
