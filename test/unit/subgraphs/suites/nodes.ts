import { describe, expect, test } from '@jest/globals';
import { isInterfaceType } from 'graphql';
import type { GraphWorld } from '../world.js';

const IDS = `{
  networks { edges { node { id members { edges { node { id } } } memberships { edges { node { id } } } nodes { edges { node { id } } } } } }
  proposals { edges { node { id } } }
  network: networks { edges { node { invitations { edges { node { id proposal { id votes { edges { node { id } } } } } } } } } }
  channels { id chaincodes { id } blocks(first: 2) { edges { node { id } } } }
  chains { id blocks(first: 2) { edges { node { id } } } }
  transactions(first: 100) { edges { node { id } } }
  events(first: 100) { edges { node { id ... on Log { address } } } }
}`;

export function nodes(world: () => GraphWorld): void {
  describe('node', () => {
    const refetch = (ids: readonly string[]) =>
      world().ask<{ nodes: ({ __typename: string; id: string } | null)[] }>(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
        { ids },
      );

    test('every id that the graph gives finds the same thing again, of every type that has ids', async () => {
      const found = JSON.stringify(await world().ask(IDS));
      const ids = [...found.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? '');
      const { specimen, token, accounts } = world().busy;
      ids.push(`${world().chain}/account/${accounts[9]}`, `${world().chain}/contract/${specimen.address}`);
      ids.push(`${world().chain}/token/${token.address}`);
      const types = new Set<string>();
      for (let at = 0; at < ids.length; at += 100) {
        const part = ids.slice(at, at + 100);
        const { nodes: again } = await refetch(part);
        expect(again.map((node) => node?.id)).toEqual(part);
        again.forEach((node) => types.add(node?.__typename ?? ''));
      }
      const node = world().schema.getType('Node');
      const all = isInterfaceType(node)
        ? world()
            .schema.getPossibleTypes(node)
            .map(({ name }) => name)
        : [];
      expect([...types].sort()).toEqual(all.toSorted());
    });

    test('what is not there, and what is no id, is null', async () => {
      const { chain, channel } = world();
      const nothing = [
        ...['nonsense', '', 'member/', 'member/NobodyMSP', 'network/elsewhere', 'node/peer/nobody:1'],
        ...[
          `${channel}/block/999`,
          `${channel}/block/0x01`,
          `${channel}/tx/6.9`,
          `${channel}/tx/6`,
          `${channel}/event/0.0`,
        ],
        ...[`${chain}/block/7`, `${chain}/tx/0x${'0'.repeat(64)}`, `${chain}/event/0x${'0'.repeat(64)}.0`],
        ...[
          `${chain}/account/nobody`,
          `${channel}/account/${world().busy.accounts[0]}`,
          `${channel}/chaincode/nothing`,
        ],
        ...[`${chain}/contract/${world().busy.accounts[9]}`, `${chain}/token/${world().busy.accounts[9]}`],
        ...['eip155:1', `eip155:1/block/0x${'1'.repeat(64)}`, `membership/${channel}/NobodyMSP`],
      ];
      expect((await refetch(nothing)).nodes).toEqual(nothing.map(() => null));
    });

    test('more ids than a page has are refused', async () => {
      const { errors } = await world().run('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: Array.from({ length: 101 }, () => world().chain),
      });
      expect(errors?.[0]?.originalError).toMatchObject({ code: 'LIMIT_EXCEEDED', got: 101 });
    });
  });
}
