import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateProposalCommand,
  VoteOnProposalCommand,
  type ManagedBlockchainClient,
} from '@aws-sdk/client-managedblockchain';
import { createAmbClient, readSnapshot } from '../../../../src/governance/amb/index.js';
import { createNetwork } from '../../../support/ambNetwork.js';
import { motoIsHere, startMoto, type Moto } from '../../../support/moto.js';

const here = await motoIsHere();

(here ? describe : describe.skip)('a network of Amazon Managed Blockchain', () => {
  let moto: Moto;
  let client: ManagedBlockchainClient;
  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
    moto = await startMoto();
    client = createAmbClient({ region: 'us-east-1', endpoint: moto.endpoint });
  }, 30_000);
  afterAll(async () => {
    client.destroy();
    await moto.close();
  });

  test('is read with its members, proposals, votes and invitations', async () => {
    const { network, member } = await createNetwork(client);
    const { ProposalId } = await client.send(
      new CreateProposalCommand({
        ...{ NetworkId: network, MemberId: member, ClientRequestToken: 'one', Description: 'Invite the fourth' },
        Actions: { Invitations: [{ Principal: '123456789012' }] },
      }),
    );
    const before = await readSnapshot(client, network);
    expect(before.network).toMatchObject({ Id: network, Name: 'trade', Framework: 'HYPERLEDGER_FABRIC' });
    expect(before.members).toMatchObject([{ Id: member, Name: 'harvest', Status: 'AVAILABLE' }]);
    expect(before.proposals).toMatchObject([{ proposal: { ProposalId, Status: 'IN_PROGRESS' }, votes: [] }]);
    expect(before.invitations).toEqual([]);

    await client.send(
      new VoteOnProposalCommand({ NetworkId: network, ProposalId, VoterMemberId: member, Vote: 'YES' }),
    );
    const after = await readSnapshot(client, network);
    expect(after.proposals).toMatchObject([
      { proposal: { ProposalId, Status: 'APPROVED' }, votes: [{ MemberId: member, Vote: 'YES' }] },
    ]);
    expect(after.invitations).toMatchObject([{ Status: 'PENDING', NetworkSummary: { Id: network } }]);
  });

  test('has the votes of other proposals listed with each by moto, which AWS does not', async () => {
    const { network, member } = await createNetwork(client);
    const proposals = ['first', 'second'].map((Description) => ({
      ...{ NetworkId: network, MemberId: member, ClientRequestToken: Description, Description },
      Actions: { Invitations: [{ Principal: '123456789012' }] },
    }));
    const [first] = await Promise.all(proposals.map((input) => client.send(new CreateProposalCommand(input))));
    const vote = { NetworkId: network, ProposalId: first?.ProposalId, VoterMemberId: member, Vote: 'NO' } as const;
    await client.send(new VoteOnProposalCommand(vote));
    const { proposals: read } = await readSnapshot(client, network);
    expect(read.map(({ votes }) => votes.length)).toEqual([1, 1]);
  });

  test('that is not there is told as such', async () => {
    await expect(readSnapshot(client, 'n-ABCDEFGHIJKLMNOPQRSTUVWXY0')).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      got: 'ResourceNotFoundException',
    });
  });

  test('is not told to who has no credentials, and says what to look at', async () => {
    const { AWS_ACCESS_KEY_ID: before, ...rest } = process.env;
    delete process.env['AWS_ACCESS_KEY_ID'];
    const nowhere = { AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    Object.assign(process.env, nowhere, { AWS_CONFIG_FILE: '/dev/null' });
    const nobody = createAmbClient({ region: 'us-east-1', endpoint: moto.endpoint });
    try {
      await expect(readSnapshot(nobody, 'n-ANY')).rejects.toMatchObject({
        ...{ code: 'LEDGER_UNAVAILABLE', got: 'CredentialsProviderError' },
        fix: expect.stringContaining('credentials'),
      });
    } finally {
      nobody.destroy();
      process.env = { ...rest, AWS_ACCESS_KEY_ID: before };
    }
  });
});
