import {
  CreateMemberCommand,
  CreateNetworkCommand,
  CreateProposalCommand,
  VoteOnProposalCommand,
  type ManagedBlockchainClient,
  type ProposalActions,
} from '@aws-sdk/client-managedblockchain';

// What members do at Amazon outside of Parley, through the AWS SDK.

/** Optional at AWS; moto answers 500 without it. */
const logs = { Fabric: { CaLogs: { Cloudwatch: { Enabled: false } } } };
const member = (Name: string) => ({
  ...{ Name, LogPublishingConfiguration: logs },
  FrameworkConfiguration: { Fabric: { AdminUsername: 'admin', AdminPassword: 'Password1' } },
});

/** A network whose members decide by more than half, within a day. */
export async function createNetwork(
  client: ManagedBlockchainClient,
  names: { readonly network: string; readonly member: string } = { network: 'trade', member: 'harvest' },
): Promise<{ readonly network: string; readonly member: string }> {
  const policy = { ThresholdPercentage: 50, ProposalDurationInHours: 24, ThresholdComparator: 'GREATER_THAN' } as const;
  const { NetworkId, MemberId } = await client.send(
    new CreateNetworkCommand({
      ...{ ClientRequestToken: 'network', Name: names.network, Description: 'Coffee from farm to roaster' },
      ...{ Framework: 'HYPERLEDGER_FABRIC', FrameworkVersion: '1.2' },
      FrameworkConfiguration: { Fabric: { Edition: 'STARTER' } },
      VotingPolicy: { ApprovalThresholdPolicy: policy },
      MemberConfiguration: member(names.member),
    }),
  );
  return { network: given(NetworkId), member: given(MemberId) };
}

export interface AtNetwork {
  readonly network: string;
  readonly member: string;
}

export async function propose(
  client: ManagedBlockchainClient,
  { network, member: MemberId }: AtNetwork,
  Actions: ProposalActions,
  Description?: string,
): Promise<string> {
  const said = Description === undefined ? {} : { Description };
  const input = { NetworkId: network, MemberId, ClientRequestToken: `${Date.now()}`, Actions, ...said };
  const { ProposalId } = await client.send(new CreateProposalCommand(input));
  return given(ProposalId);
}

export async function vote(
  client: ManagedBlockchainClient,
  { network, member: VoterMemberId }: AtNetwork,
  ProposalId: string,
  Vote: 'YES' | 'NO',
): Promise<void> {
  await client.send(new VoteOnProposalCommand({ NetworkId: network, ProposalId, VoterMemberId, Vote }));
}

/** Who is invited becomes a member. */
export async function join(
  client: ManagedBlockchainClient,
  network: string,
  InvitationId: string,
  name: string,
): Promise<string> {
  const input = { ClientRequestToken: name, NetworkId: network, InvitationId, MemberConfiguration: member(name) };
  const { MemberId } = await client.send(new CreateMemberCommand(input));
  return given(MemberId);
}

function given(id: string | undefined): string {
  if (id === undefined) throw new Error('moto gave no id');
  return id;
}
