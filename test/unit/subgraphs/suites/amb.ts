import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RequestContext } from '../../../../src/subgraphs/context.js';
import {
  HOUR_MS,
  invitation,
  LEDGER,
  member,
  NETWORK,
  node,
  proposal,
  recordsOf,
  snapshot,
  stored,
  T0,
  vote,
} from '../../../support/ambShapes.js';
import type { GraphWorld } from '../world.js';

/** A network at Amazon beside the others, in the shapes that AWS documents. */
export function amb(world: () => GraphWorld): void {
  const id = `network/${NETWORK}`;
  const date = (ms: number): string => new Date(ms).toISOString();
  const acting = (as: string | null, ...actingByApi: string[]): RequestContext => {
    const context = world().context({ ledgers: [world().channel, world().chain, LEDGER] });
    return { ...context, member: as, actingByApi };
  };
  const ask = async <T>(document: string, context = acting(null)): Promise<T> => world().ask<T>(document, {}, context);

  describe('a network at Amazon', () => {
    beforeAll(async () => {
      const Actions = { Invitations: [{ Principal: '444455556666' }], Removals: [{ MemberId: 'm-NORTHWIND' }] };
      const open = {
        Actions,
        YesVoteCount: 1,
        OutstandingVoteCount: 2,
        ExpirationDate: new Date(Date.now() + HOUR_MS),
      };
      const joining = member('roaster', { Status: 'CREATING' });
      const now = snapshot({
        members: [...snapshot().members, joining],
        nodes: [node('one', 'harvest')],
        proposals: [{ proposal: proposal('first', open), votes: [vote('harvest', 'YES')] }],
        invitations: [invitation('one')],
      });
      await stored(world().store, recordsOf([now]));
    });

    test('has its members; who is coming is INVITED, and its membership JOINING', async () => {
      const { network } = await ask<{
        network: Record<string, { edges: { node: unknown }[] }>;
      }>(`{ network(id: "${id}") {
        members { edges { node { id name status nativeStatus description } } }
        memberships { edges { node { nativeId status since recordedOn { id } } } } } }`);
      const one = (name: string, status = 'ACTIVE', nativeStatus = 'AVAILABLE') => ({
        ...{ id: `member/m-${name.toUpperCase()}`, name, status, nativeStatus, description: `${name} of the harbour` },
      });
      expect(network.members?.edges.map((edge) => edge.node)).toEqual([
        ...[one('harvest'), one('meridian'), one('northwind'), one('roaster', 'INVITED', 'CREATING')],
      ]);
      const since = date(T0 + HOUR_MS);
      expect(network.memberships?.edges.map((edge) => edge.node)).toEqual([
        ...['m-HARVEST', 'm-MERIDIAN', 'm-NORTHWIND'].map((nativeId) => ({
          ...{ nativeId, status: 'ACTIVE', since, recordedOn: null },
        })),
        { nativeId: 'm-ROASTER', status: 'JOINING', since, recordedOn: null },
      ]);
    });

    test('has members, memberships and nodes of its own, and none of the configured one', async () => {
      const { networks, own } = await ask<Record<string, unknown>>(`{
        networks { edges { node { id } } }
        own: network(id: "network/harbour") { votingPolicy { threshold } members { edges { node { id } } }
          memberships { edges { node { network { id } } } } nodes { edges { node { id } } } } }`);
      expect(networks).toEqual({ edges: [{ node: { id: 'network/harbour' } }, { node: { id } }] });
      expect(JSON.stringify(own)).not.toMatch(/m-|amb:/);
    });

    test('has a proposal with what Amazon says of it', async () => {
      const { proposal: found } = await ask<{ proposal: unknown }>(`{ proposal(id: "proposal/amb/${LEDGER}/p-FIRST") {
        __typename network { id } recordedOn { id } proposer { name } opensAt
        actions { __typename ... on InviteMember { principal memberName } ... on RemoveMember { member { id name } } }
        tally { eligible outstanding missing { name } } votes { edges { node { voter { name } castAt verified } } } } }`);
      expect(found).toEqual({
        ...{ __typename: 'AmbProposal', network: { id }, recordedOn: null, proposer: { name: 'harvest' } },
        opensAt: date(T0 + 10 * HOUR_MS),
        actions: [
          { __typename: 'InviteMember', principal: '444455556666', memberName: null },
          { __typename: 'RemoveMember', member: { id: 'member/m-NORTHWIND', name: 'northwind' } },
        ],
        tally: { eligible: '3', outstanding: '2', missing: [{ name: 'meridian' }, { name: 'northwind' }] },
        votes: { edges: [{ node: { voter: { name: 'harvest' }, castAt: null, verified: false } }] },
      });
    });

    test.each([
      ['the member that is named', () => acting('m-MERIDIAN'), 1],
      ['a member that is acted for', () => acting(null, 'm-NORTHWIND'), 1],
      ['a member that has voted', () => acting('m-HARVEST'), 0],
      ['a member of another network', () => acting('harvest', 'm-MERIDIAN'), 0],
    ])('waits in the inbox of %s', async (_, context, count) => {
      const inbox = '{ viewer { inbox(first: 50) { edges { node { nativeId mechanism } } } } }';
      const { viewer } = await ask<{ viewer: { inbox: { edges: { node: { mechanism: string } }[] } } }>(
        inbox,
        context(),
      );
      const found = viewer.inbox.edges.filter((edge) => edge.node.mechanism === 'AMB');
      expect(found).toEqual(Array.from({ length: count }, () => ({ node: { nativeId: 'p-FIRST', mechanism: 'AMB' } })));
    });

    test('is seen by nobody who may not see it', async () => {
      const blind = world().context();
      const { network, proposal: hidden } = await ask<Record<string, unknown>>(
        `{ network(id: "${id}") { id } proposal(id: "proposal/amb/${LEDGER}/p-FIRST") { id } }`,
        blind,
      );
      expect([network, hidden]).toEqual([null, null]);
    });
  });
}
