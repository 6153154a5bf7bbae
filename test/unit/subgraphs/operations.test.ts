import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operations } from '../../support/operations.js';
import { graphWorld, type GraphWorld } from './world.js';

let world: GraphWorld;
beforeAll(async () => {
  world = await graphWorld();
});
afterAll(() => world.close());

const named = (name: string): string => operations().get(name) ?? '';

describe('the operations of a portal', () => {
  test.each([
    ['NetworkOverview', () => ({ network: 'network/harbour' })],
    ['MemberProfile', () => ({ member: 'member/harvest' })],
    ['Timeline', () => ({})],
    ['LedgerHeads', () => ({})],
    ['Events', () => ({})],
    ['Search', () => ({ text: 'assets' })],
    ['Activity', () => ({ time: { from: '2026-01-01T00:00:00Z', to: '2026-01-01T12:00:00Z' } })],
    ['Refetch', () => ({ id: world.channel })],
    ['RefetchMany', () => ({ ids: [world.channel, world.chain] })],
    ['ChannelDetail', () => ({ channel: world.channel })],
    ['FabricBlockDetail', () => ({ channel: world.channel, number: '20' })],
    ['ChainDetail', () => ({ chain: world.chain })],
    ['EthereumTransactionDetail', () => ({ chain: world.chain, hash: world.busy.typed[1] })],
    ['AccountDetail', () => ({ chain: world.chain, address: world.busy.token.address })],
  ] as const)('%s', async (name, variables) => {
    const answer = await world.run(named(name), variables());
    console.log(name, JSON.stringify(answer, null, 1).slice(0, 6000));
  });
});
