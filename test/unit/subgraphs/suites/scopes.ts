import { describe, expect, test } from '@jest/globals';
import type { GraphWorld } from '../world.js';

export function scopes(world: () => GraphWorld): void {
  describe('a caller who may see only the chain', () => {
    const ask = <T>(document: string, variables: Record<string, unknown> = {}) =>
      world().ask<T>(document, variables, world().context({ ledgers: [world().chain] }));

    test('meets nothing of the channel, wherever it looks', async () => {
      const { channel } = world();
      const hash = world().blocks[6]?.transactions[0]?.hash ?? '';
      const data = await ask<Record<string, unknown>>(
        `query ($channel: ID!, $hash: Hash!, $text: String!, $block: ID!, $tx: ID!) {
          ledgers { id } channels { id } channel(by: { id: $channel }) { id } byName: channel(by: { name: "trade" }) { id } ledger(id: $channel) { id }
          transaction(ledger: $channel, hash: $hash) { id } block(by: { number: { ledger: $channel, number: 6 } }) { id }
          node(id: $channel) { id } byId: nodes(ids: [$block, $tx]) { id } search(text: $text) { edges { cursor } } name: search(text: "assets") { edges { cursor } }
          transactions(first: 100) { edges { node { ledger { id } } } } filtered: transactions(filter: { ledgers: [$channel] }) { edges { cursor } }
          events(first: 100) { edges { node { ledger { id } } } } blocks(first: 100) { edges { node { ledger { id } } } }
          activity(ledgers: [$channel], bucket: WEEK, time: {}) { blocks }
          members { edges { node { id memberships { edges { node { recordedOn { id } } } } transactions { edges { node { ledger { id } } } } } } }
          network(id: "network/harbour") { ledgers { id } memberships { edges { node { id } } } nodes { edges { node { role } } } }
        }`,
        { channel, hash, text: hash, block: `${channel}/block/6`, tx: `${channel}/tx/6.0` },
      );
      expect(JSON.stringify(data)).not.toContain('fabric:');
      expect(data['channels']).toEqual([]);
      for (const name of ['channel', 'byName', 'ledger', 'transaction', 'block', 'node']) expect(data[name]).toBeNull();
      expect(data['byId']).toEqual([null, null]);
      for (const name of ['search', 'name', 'filtered']) expect(data[name]).toEqual({ edges: [] });
      expect(data['activity']).toEqual([]);
      const { members } = data as { members: { edges: { node: { id: string } }[] } };
      expect(members.edges.map(({ node }) => node.id)).toEqual(['member/harvest']);
    });

    test('may not use a cursor of a caller who sees more', async () => {
      const { transactions } = await world().ask<{ transactions: { pageInfo: { endCursor: string } } }>(
        '{ transactions(first: 2) { pageInfo { endCursor } } }',
      );
      const { errors } = await world().run(
        'query ($after: String) { transactions(after: $after) { edges { cursor } } }',
        { after: transactions.pageInfo.endCursor },
        world().context({ ledgers: [world().chain] }),
      );
      expect(errors?.[0]?.originalError).toMatchObject({ code: 'CURSOR_INVALID' });
    });

    test('may not evaluate on the channel', async () => {
      const { errors } = await world().run(
        'query ($input: EvaluateInput!) { evaluate(input: $input) { result } }',
        { input: { channel: world().channel, chaincode: 'assets', function: 'read' } },
        world().context({ ledgers: [world().chain] }),
      );
      expect(errors?.[0]?.message).toMatch(/no such channel/);
    });
  });
}
