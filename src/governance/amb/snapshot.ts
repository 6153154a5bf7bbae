import type {
  Invitation,
  ManagedBlockchainClient,
  Member,
  Network,
  Node,
  Proposal,
  ProposalSummary,
  VoteSummary,
} from '@aws-sdk/client-managedblockchain';
import { ParleyError } from '../../errors/index.js';
import { asked } from './client.js';
import { everyPage } from './pages.js';
import { awsSdk } from './sdk.js';

/** All that Amazon says of one network at a moment, as it says it. */
export interface AmbSnapshot {
  readonly network: Network;
  /** `IsOwned`: by the account of the credentials. */
  readonly members: readonly (Member & { readonly IsOwned?: boolean })[];
  /** Of the members that the account of the credentials owns: Amazon tells nobody of others'. */
  readonly nodes: readonly Node[];
  readonly proposals: readonly { readonly proposal: Proposal; readonly votes: readonly VoteSummary[] }[];
  /** Ids of all proposals that are listed, those that were not read anew among them. */
  readonly listed: readonly string[];
  /** Those that the account of the credentials has received for this network. */
  readonly invitations: readonly Invitation[];
}

/** True of a proposal that need not be read anew, by what the list says of it. */
export type IsSettled = (summary: ProposalSummary) => boolean;

/** Hears of each step, in words. */
export type OnRead = (what: string) => void;

/**
 * Reads a network, one request at a time. What is deleted while it is read is left out. Errors: `LEDGER_UNAVAILABLE` where Amazon does not
 * answer or lists without end; `INPUT_INVALID` where it has no such network, or one whose members do not vote.
 */
export async function readSnapshot(
  client: ManagedBlockchainClient,
  network: string,
  isSettled: IsSettled = () => false,
  onRead: OnRead = () => undefined,
): Promise<AmbSnapshot> {
  const found = await readNetwork(client, network);
  const members = await readMembers(client, network);
  onRead(`${members.length} members`);
  const nodes = await readNodes(client, network, members);
  const { proposals, listed } = await readProposals(client, network, { isSettled, onRead });
  const invitations = await everyPage(network, 'list invitations', async (page) => {
    const { Invitations, NextToken } = await client.send(new (awsSdk().ListInvitationsCommand)(page));
    return { rows: Invitations, next: NextToken };
  });
  const own = invitations.filter(({ NetworkSummary }) => NetworkSummary?.Id === network);
  return { network: found, members, nodes, proposals, listed, invitations: own };
}

async function readNetwork(client: ManagedBlockchainClient, network: string): Promise<Network> {
  const { Network: found } = await asked(network, 'tell the network', () =>
    client.send(new (awsSdk().GetNetworkCommand)({ NetworkId: network })),
  );
  if (found === undefined)
    throw new ParleyError('LEDGER_UNAVAILABLE', 'Amazon Managed Blockchain told nothing of the network', {
      source: `amb:${network}`,
    });
  if (found.VotingPolicy?.ApprovalThresholdPolicy === undefined)
    throw new ParleyError('INPUT_INVALID', 'The members of that network do not decide by voting', {
      source: `amb:${network}`,
      got: found.Framework,
      expected: 'a network of HYPERLEDGER_FABRIC',
    });
  return found;
}

async function readMembers(client: ManagedBlockchainClient, network: string): Promise<Member[]> {
  const NetworkId = network;
  const rows = await everyPage(network, 'list members', async (page) => {
    const { Members, NextToken } = await client.send(new (awsSdk().ListMembersCommand)({ NetworkId, ...page }));
    return { rows: Members, next: NextToken };
  });
  const members: Member[] = [];
  for (const { Id, ...summary } of rows) {
    const whole = isOwnAndThere(summary)
      ? await unlessGone(network, 'tell a member', () =>
          client.send(new (awsSdk().GetMemberCommand)({ NetworkId, MemberId: Id })),
        )
      : null;
    members.push({ NetworkId, Id, ...summary, ...whole?.Member });
  }
  return members;
}

/** Amazon tells the whole of a member only to the account that owns it, and says which those are. */
const isOwnAndThere = ({ IsOwned, Status }: { readonly IsOwned?: boolean; readonly Status?: string }): boolean =>
  IsOwned !== false && Status !== 'DELETED';

async function readNodes(
  client: ManagedBlockchainClient,
  network: string,
  members: readonly Member[],
): Promise<Node[]> {
  const nodes: Node[] = [];
  for (const { Id: MemberId } of members.filter(isOwnAndThere)) {
    const rows = await everyPage(network, 'list nodes', async (page) => {
      const request = new (awsSdk().ListNodesCommand)({ NetworkId: network, MemberId, ...page });
      const answer = await unlessGone(network, 'list nodes', () => client.send(request));
      return { rows: answer?.Nodes, next: answer?.NextToken };
    });
    for (const { Id: NodeId, ...summary } of rows) {
      const request = new (awsSdk().GetNodeCommand)({ NetworkId: network, MemberId, NodeId });
      const whole =
        summary.Status === 'DELETED' ? null : await unlessGone(network, 'tell a node', () => client.send(request));
      nodes.push({ NetworkId: network, MemberId, Id: NodeId, ...summary, ...whole?.Node });
    }
  }
  return nodes;
}

async function readProposals(
  client: ManagedBlockchainClient,
  network: string,
  { isSettled, onRead }: { readonly isSettled: IsSettled; readonly onRead: OnRead },
): Promise<Pick<AmbSnapshot, 'proposals' | 'listed'>> {
  const NetworkId = network;
  const rows = await everyPage(network, 'list proposals', async (page) => {
    const { Proposals, NextToken } = await client.send(new (awsSdk().ListProposalsCommand)({ NetworkId, ...page }));
    return { rows: Proposals, next: NextToken };
  });
  const proposals: AmbSnapshot['proposals'][number][] = [];
  for (const { ProposalId } of rows.filter((summary) => !isSettled(summary))) {
    const answer = await unlessGone(network, 'tell a proposal', () =>
      client.send(new (awsSdk().GetProposalCommand)({ NetworkId, ProposalId })),
    );
    if (answer?.Proposal === undefined) continue;
    const votes = await everyPage(network, 'list votes', async (page) => {
      const request = new (awsSdk().ListProposalVotesCommand)({ NetworkId, ProposalId, ...page });
      const listed = await unlessGone(network, 'list votes', () => client.send(request));
      return { rows: listed?.ProposalVotes, next: listed?.NextToken };
    });
    proposals.push({ proposal: answer.Proposal, votes });
    onRead(`${proposals.length} of ${rows.length} proposals`);
  }
  const listed = rows.flatMap(({ ProposalId }) => (ProposalId === undefined ? [] : [ProposalId]));
  return { proposals, listed };
}

/** Null where it was deleted since it was listed. */
async function unlessGone<T>(network: string, what: string, request: () => Promise<T>): Promise<T | null> {
  try {
    return await asked(network, what, request);
  } catch (error) {
    if (error instanceof ParleyError && error.got === 'ResourceNotFoundException') return null;
    throw error;
  }
}
