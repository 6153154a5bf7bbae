import type { ManagedBlockchainClient } from '@aws-sdk/client-managedblockchain';
import { ParleyError } from '../../errors/index.js';
import { asked } from './client.js';
import { everyPage } from './pages.js';
import { awsSdk } from './sdk.js';

// Where an answer of Amazon's is lost, the SDK asks once more, and is refused what was done the first time. So what was refused is read back.

/** True where that is how the member has voted. Errors: those of `asked`. */
export async function voteStands(
  client: ManagedBlockchainClient,
  ids: { readonly NetworkId: string; readonly ProposalId: string; readonly VoterMemberId: string },
  choice: 'YES' | 'NO',
): Promise<boolean> {
  const { NetworkId, ProposalId, VoterMemberId } = ids;
  const votes = await everyPage(NetworkId, 'list votes', async (page) => {
    const request = new (awsSdk().ListProposalVotesCommand)({ NetworkId, ProposalId, ...page });
    const { ProposalVotes, NextToken } = await client.send(request);
    return { rows: ProposalVotes, next: NextToken };
  });
  return votes.some(({ MemberId, Vote }) => MemberId === VoterMemberId && Vote === choice);
}

/** True where the invitation is rejected. Errors: those of `asked`. */
export async function isRejected(client: ManagedBlockchainClient, network: string, id: string): Promise<boolean> {
  const all = await everyPage(network, 'list invitations', async (page) => {
    const { Invitations, NextToken } = await client.send(new (awsSdk().ListInvitationsCommand)({ ...page }));
    return { rows: Invitations, next: NextToken };
  });
  return all.some(({ InvitationId, Status }) => InvitationId === id && Status === 'REJECTED');
}

const GONE = new Set<string | undefined>(['DELETING', 'DELETED']);

/** True where the member is none any more. Errors: those of `asked`. */
export async function hasLeft(
  client: ManagedBlockchainClient,
  ids: { readonly NetworkId: string; readonly MemberId: string },
): Promise<boolean> {
  try {
    const request = new (awsSdk().GetMemberCommand)(ids);
    const { Member } = await asked(ids.NetworkId, 'tell a member', () => client.send(request));
    return GONE.has(Member?.Status);
  } catch (error) {
    if (error instanceof ParleyError && error.got === 'ResourceNotFoundException') return true;
    throw error;
  }
}
