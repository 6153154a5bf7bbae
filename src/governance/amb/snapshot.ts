import {
  GetMemberCommand,
  GetNetworkCommand,
  GetProposalCommand,
  ListInvitationsCommand,
  ListMembersCommand,
  ListProposalsCommand,
  ListProposalVotesCommand,
  type Invitation,
  type ManagedBlockchainClient,
  type Member,
  type Network,
  type Proposal,
  type VoteSummary,
} from '@aws-sdk/client-managedblockchain';
import { ParleyError } from '../../errors/index.js';
import { asked } from './client.js';
import { everyPage } from './pages.js';

/** All that Amazon says of one network at a moment, as it says it. */
export interface AmbSnapshot {
  readonly network: Network;
  readonly members: readonly Member[];
  readonly proposals: readonly { readonly proposal: Proposal; readonly votes: readonly VoteSummary[] }[];
  /** Those that the account of the credentials has received for this network. */
  readonly invitations: readonly Invitation[];
}

/**
 * Reads a network, one request at a time. Errors: `LEDGER_UNAVAILABLE` where Amazon does not answer or lists without end; `INPUT_INVALID`
 * where it has no such network.
 */
export async function readSnapshot(client: ManagedBlockchainClient, network: string): Promise<AmbSnapshot> {
  const NetworkId = network;
  const { Network: found } = await asked(network, 'tell the network', () =>
    client.send(new GetNetworkCommand({ NetworkId })),
  );
  if (found === undefined)
    throw new ParleyError('LEDGER_UNAVAILABLE', 'Amazon Managed Blockchain told nothing of the network', {
      source: `amb:${network}`,
    });
  const members = await readMembers(client, network);
  const proposals = await readProposals(client, network);
  const invitations = await everyPage(network, 'list invitations', async (page) => {
    const { Invitations, NextToken } = await client.send(new ListInvitationsCommand(page));
    return { rows: Invitations, next: NextToken };
  });
  const own = invitations.filter(({ NetworkSummary }) => NetworkSummary?.Id === network);
  return { network: found, members, proposals, invitations: own };
}

async function readMembers(client: ManagedBlockchainClient, network: string): Promise<Member[]> {
  const NetworkId = network;
  const rows = await everyPage(network, 'list members', async (page) => {
    const { Members, NextToken } = await client.send(new ListMembersCommand({ NetworkId, ...page }));
    return { rows: Members, next: NextToken };
  });
  const members: Member[] = [];
  for (const { Id, ...summary } of rows) {
    // Amazon tells the whole of a member only to the account that owns it.
    const whole = summary.IsOwned === true && summary.Status !== 'DELETED';
    const answer = whole
      ? await asked(network, 'tell a member', () => client.send(new GetMemberCommand({ NetworkId, MemberId: Id })))
      : null;
    members.push({ NetworkId, Id, ...summary, ...answer?.Member });
  }
  return members;
}

async function readProposals(client: ManagedBlockchainClient, network: string): Promise<AmbSnapshot['proposals']> {
  const NetworkId = network;
  const rows = await everyPage(network, 'list proposals', async (page) => {
    const { Proposals, NextToken } = await client.send(new ListProposalsCommand({ NetworkId, ...page }));
    return { rows: Proposals, next: NextToken };
  });
  const proposals: AmbSnapshot['proposals'][number][] = [];
  for (const { ProposalId } of rows) {
    const { Proposal: proposal } = await asked(network, 'tell a proposal', () =>
      client.send(new GetProposalCommand({ NetworkId, ProposalId })),
    );
    const votes = await everyPage(network, 'list votes', async (page) => {
      const answer = await client.send(new ListProposalVotesCommand({ NetworkId, ProposalId, ...page }));
      return { rows: answer.ProposalVotes, next: answer.NextToken };
    });
    if (proposal !== undefined) proposals.push({ proposal, votes });
  }
  return proposals;
}
