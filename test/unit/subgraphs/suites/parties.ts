import { describe, expect, test } from '@jest/globals';
import type { GraphWorld } from '../world.js';

export function parties(world: () => GraphWorld): void {
  describe('parties', () => {
    test('members are those configured, then those that channels name; one that left everything is REMOVED', async () => {
      const { members } = await world().ask<{ members: { totalCount: number; edges: { node: unknown }[] } }>(
        '{ members { totalCount edges { node { id name status } } } }',
      );
      expect(members.totalCount).toBe(7);
      expect(members.edges.map(({ node }) => node)).toEqual([
        { id: 'member/harvest', name: 'Harvest Co-op', status: 'ACTIVE' },
        ...[1, 2, 3, 4].map((at) => ({ id: `member/Ordering${at}MSP`, name: `Ordering${at}MSP`, status: 'ACTIVE' })),
        { id: 'member/Org2MSP', name: 'Org2MSP', status: 'ACTIVE' },
        { id: 'member/Org3MSP', name: 'Org3MSP', status: 'REMOVED' },
      ]);
    });

    test('a removed membership says until when, and which block says so', async () => {
      const { member } = await world().ask<{ member: { memberships: { edges: { node: unknown }[] } } }>(
        `{ member(by: { id: "member/Org3MSP" }) { memberships { edges { node {
          id role status since until evidence { __typename ... on FabricBlock { number } } network { id } } } } } }`,
      );
      expect(member.memberships.edges.map(({ node }) => node)).toEqual([
        {
          id: `membership/${world().channel}/Org3MSP`,
          ...{ role: 'MEMBER', status: 'REMOVED', since: expect.any(String), until: expect.any(String) },
          evidence: { __typename: 'FabricBlock', number: '46' },
          network: { id: 'network/harbour' },
        },
      ]);
    });

    test("a configured address's evidence is the configuration", async () => {
      const { network } = await world().ask<{ network: { memberships: { edges: { node: unknown }[] } } }>(
        `query ($ledger: ID!) { network(id: "network/harbour") { memberships(filter: { ledger: $ledger }) { edges { node {
          nativeId member { id } evidence { ... on ApiRecord { source record } } } } } } }`,
        { ledger: world().chain },
      );
      const address = world().busy.accounts[1];
      expect(network.memberships.edges.map(({ node }) => node)).toEqual([
        {
          ...{ nativeId: address, member: { id: 'member/harvest' } },
          evidence: { source: 'configuration', record: { member: 'harvest', ledger: world().chain, address } },
        },
      ]);
    });

    test.each([
      ['{ id: "member/harvest" }', 'member/harvest'],
      ['{ name: "Harvest Co-op" }', 'member/harvest'],
      ['{ mspId: { mspId: "Org1MSP" } }', 'member/harvest'],
      ['{ mspId: { mspId: "Org2MSP" } }', 'member/Org2MSP'],
      ['{ mspId: { mspId: "NobodyMSP" } }', null],
      ['{ id: "member/NobodyMSP" }', null],
      ['{ name: "Nobody" }', null],
      [
        '{ address: { chain: "eip155:31337", address: "0x70997970c51812dc3a010c7d01b50e0d17dc79c8" } }',
        'member/harvest',
      ],
      ['{ address: { chain: "eip155:31337", address: "0x0000000000000000000000000000000000000001" } }', null],
    ])('a member is found by %s', async (by, id) => {
      const { member } = await world().ask<{ member: { id: string } | null }>(`{ member(by: ${by}) { id } }`);
      expect(member?.id ?? null).toBe(id);
    });

    test('filters choose by status and name', async () => {
      const ids = async (filter: string): Promise<string[]> => {
        const { members } = await world().ask<{ members: { edges: { node: { id: string } }[] } }>(
          `{ members(filter: ${filter}) { edges { node { id } } } }`,
        );
        return members.edges.map(({ node }) => node.id);
      };
      expect(await ids('{ status: [REMOVED] }')).toEqual(['member/Org3MSP']);
      expect(await ids('{ nameContains: "harvest" }')).toEqual(['member/harvest']);
      expect(await ids('{ network: "network/elsewhere" }')).toEqual([]);
    });

    test('nodes are what configs name and what connections reach, with where they stand', async () => {
      const { network } = await world().ask<{
        network: {
          nodes: { edges: { node: { role: string; health: string; endpoint: string; positions: unknown[] } }[] };
        };
      }>(
        `{ network(id: "network/harbour") { nodes { edges { node { role health endpoint version checkedAt member { id }
          positions { ledger { id } height lag { blocks seconds } } } } } } }`,
      );
      const nodes = network.nodes.edges.map(({ node }) => node);
      const count = (role: string, health: string): number =>
        nodes.filter((node) => node.role === role && node.health === health).length;
      // The recorded network's own nodes are asked too, and do not run.
      expect(count('ORDERER', 'UNREACHABLE')).toBe(4);
      expect(count('PEER', 'UNREACHABLE')).toBe(2);
      expect(count('PEER', 'HEALTHY')).toBe(2);
      expect(count('CHAIN_NODE', 'HEALTHY')).toBe(1);
      const [chainNode] = nodes.filter(({ role }) => role === 'CHAIN_NODE');
      expect(chainNode?.positions).toEqual([
        { ledger: { id: world().chain }, height: expect.stringMatching(/^\d+$/), lag: { blocks: '0', seconds: 0 } },
      ]);
    });

    test('a long list pages by cursors that fit that list alone', async () => {
      const page = (after?: string) =>
        world().ask<{
          members: { edges: { cursor: string; node: { id: string } }[]; pageInfo: { hasNextPage: boolean } };
        }>(
          'query ($after: String) { members(first: 3, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage } } }',
          { after },
        );
      const ids: string[] = [];
      let after: string | undefined;
      for (let more = true; more;) {
        const { members } = await page(after);
        ids.push(...members.edges.map(({ node }) => node.id));
        after = members.edges.at(-1)?.cursor;
        more = members.pageInfo.hasNextPage;
      }
      expect(ids).toHaveLength(7);
      expect(new Set(ids).size).toBe(7);
      const elsewhere = await world().run(
        'query ($after: String) { members(after: $after, filter: { status: [ACTIVE] }) { totalCount } }',
        { after },
      );
      expect(elsewhere.errors?.[0]?.originalError).toMatchObject({ code: 'CURSOR_INVALID' });
    });
  });
}
