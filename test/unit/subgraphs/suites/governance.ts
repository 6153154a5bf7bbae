import { describe, expect, test } from '@jest/globals';
import { operations } from '../../../support/operations.js';
import type { GraphWorld } from '../world.js';

interface Detail {
  readonly proposal: {
    readonly __typename: string;
    readonly mechanism: string;
    readonly actions: readonly { readonly __typename: string; readonly member?: object | null }[];
    readonly requirement: { readonly __typename: string };
    readonly tally: { readonly missing: readonly { readonly id: string }[] };
    readonly votes: {
      readonly edges: readonly { readonly node: { readonly voter: object; readonly choice: string } }[];
    };
    readonly history: readonly object[];
  } | null;
}

/** Proposals, votes and invitations as the portal asks for them. */
export function governance(world: () => GraphWorld): void {
  describe('governance', () => {
    const operation = (name: string): string => operations().get(name) ?? '';
    const ids = async (): Promise<string[]> => {
      const { proposals } = await world().ask<{ proposals: { edges: { node: { id: string } }[] } }>(
        '{ proposals { edges { node { id } } } }',
      );
      return proposals.edges.map(({ node }) => node.id);
    };

    test('a proposal of each mechanism, with everything that the portal shows of it', async () => {
      const found: Record<string, string[]> = {};
      for (const id of await ids()) {
        const { proposal } = await world().ask<Detail>(operation('ProposalDetail'), { id });
        const actions = proposal?.actions.map(({ __typename }) => __typename) ?? [];
        found[proposal?.__typename ?? ''] = [...actions, proposal?.requirement.__typename ?? ''];
      }
      expect(found).toEqual({
        ConsortiumProposal: ['InviteMember', 'RemoveMember', 'ChangeVotingPolicy', 'Text', 'ThresholdRule'],
        LifecycleProposal: ['ChaincodeDefinition', 'FabricPolicyRule'],
        ConfigUpdateProposal: ['ChannelConfigChange', 'ByzantineQuorumRule'],
        GovernorProposal: ['EvmCall', 'TokenQuorumRule'],
        AmbProposal: ['Text', 'ThresholdRule'],
      });
    });

    test('who voted, and who is removed: members behind the native ids of the ledger', async () => {
      const id = (await ids()).find((one) => one.startsWith('proposal/consortium/')) ?? '';
      const { proposal } = await world().ask<Detail>(operation('ProposalDetail'), { id });
      expect(proposal?.votes.edges.map(({ node }) => node)).toMatchObject([
        { voter: { id: 'member/harvest', name: 'Harvest Co-op' }, choice: 'YES', confirmation: 'FINAL' },
      ]);
      expect(proposal?.actions[1]?.member).toMatchObject({ id: 'member/Org2MSP' });
    });

    test('a network with its open proposals and invitations', async () => {
      const asked = await world().ask<{ network: unknown }>(operation('NetworkGovernance'), {
        network: 'network/harbour',
      });
      expect(asked.network).toMatchObject({
        proposals: { edges: [{}, {}, {}, {}, {}] },
        invitations: { edges: [{ node: { name: 'Atlas Roasters', status: 'PENDING' } }] },
      });
    });

    test('the inbox of a caller that has no signers is empty', async () => {
      const { viewer } = await world().ask<{ viewer: { inbox: object } }>(operation('Inbox'));
      expect(viewer.inbox).toEqual({ edges: [], totalCount: 0 });
    });
  });
}
