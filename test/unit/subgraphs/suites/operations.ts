import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { createExecutor } from '../../../../src/gateway/execute/executor.js';
import { operations } from '../../../support/operations.js';
import type { GraphWorld } from '../world.js';

type Variables = Readonly<Record<string, unknown>>;

/** Cursors are sealed anew each time. */
const withoutCursors = (data: unknown): unknown =>
  JSON.parse(JSON.stringify(data).replace(/"(\w*[cC]ursor)":"[\w-]+"/g, '"$1":"sealed"'));

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
      const data = await world().ask(document, variables(world()));
      for (const pattern of expected) expect(JSON.stringify(data)).toMatch(pattern);
      const compiled = await createExecutor(world().schema, { compileFrom: 1 })({
        ...{ document: parse(document), variables: variables(world()), context: world().context() },
      });
      expect(compiled.errors).toBeUndefined();
      expect(withoutCursors(compiled.data)).toEqual(withoutCursors(data));
    });

    test('literals of every scalar compile', () => {
      const document = `{ chain(by: { chainId: 31337 }) { block(by: { number: 3 }) { id } account(address: "${'0x' + '00'.repeat(20)}") { balance(block: 3) } }
        transactions(filter: { range: { from: "0x1", to: 9 }, time: { from: "2026-01-01T00:00:00Z" } }) { edges { cursor } } }`;
      expect(isCompiledQuery(compileQuery(world().schema, parse(document)))).toBe(true);
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
