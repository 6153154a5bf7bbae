import { describe, expect, test } from '@jest/globals';
import { operations } from '../../../support/operations.js';
import type { GraphWorld } from '../world.js';

type Variables = Readonly<Record<string, unknown>>;

/** The operations of the portal and the examples, unchanged, each with what it must at least find. */
const cases: readonly (readonly [string, (world: GraphWorld) => Variables, readonly RegExp[]])[] = [
  ['NetworkOverview', () => ({ network: 'network/harbour' }), [/Harbour Trade/, /Ordering4MSP/, /"CHAIN_NODE"/]],
  ['MemberProfile', () => ({ member: 'member/harvest' }), [/"Org1MSP"/, /EthereumTransaction/, /0x70997970/]],
  ['Timeline', () => ({}), [/EthereumTransaction/, /"streamCursor":"[\w-]+"/]],
  ['LedgerHeads', () => ({}), [/"height":"48"/, /"seconds":0/]],
  ['Events', () => ({}), [/"Moved"/, /TransferBatch/]],
  ['Search', () => ({ text: 'assets' }), [/Chaincode/]],
  ['Refetch', ({ channel }) => ({ id: channel }), [/"Channel"/]],
  ['RefetchMany', ({ channel, chain }) => ({ ids: [channel, chain] }), [/"Channel"/, /"Chain"/]],
  ['ChannelDetail', ({ channel }) => ({ channel }), [/"BFT"/, /"quorum":3/, /org1Only/, /removes Org3MSP/]],
  ['FabricBlockDetail', ({ channel }) => ({ channel, number: '20' }), [/AssetCreated/, /"transactionCount":40/]],
  ['ChainDetail', ({ chain }) => ({ chain }), [/"chainId":"31337"/, /priorityFee/]],
  ['EthereumTransactionDetail', ({ chain, busy }) => ({ chain, hash: busy.typed[1] }), [/"ERC1155"/, /"Specimen"/]],
  ['AccountDetail', ({ chain, busy }) => ({ chain, address: busy.token.address }), [/"SettlementToken"/]],
];

export function operationsRun(world: () => GraphWorld): void {
  describe('the operations of a portal', () => {
    test.each(cases)('%s', async (name, variables, expected) => {
      const document = operations().get(name);
      if (document === undefined) throw new Error(`schema/operations has no ${name}`);
      const data = JSON.stringify(await world().ask(document, variables(world())));
      for (const pattern of expected) expect(data).toMatch(pattern);
    });

    test('Activity', async () => {
      const document = operations().get('Activity') ?? '';
      const [first] = world().blocks;
      const from = new Date(first?.timestampMs ?? 0);
      const to = new Date(from.getTime() + 3_600_000);
      const { activity } = await world().ask<{ activity: { transactions: number; ledger: { name: string } }[] }>(
        document,
        {
          time: { from: from.toISOString(), to: to.toISOString() },
        },
      );
      const onChannel = activity.filter(({ ledger }) => ledger.name === 'trade');
      const all = world().blocks.reduce((sum, { transactions }) => sum + transactions.length, 0);
      expect(onChannel.reduce((sum, { transactions }) => sum + transactions, 0)).toBe(all);
    });
  });
}
