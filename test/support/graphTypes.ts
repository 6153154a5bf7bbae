/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** `organization`: who the invited party is on the ledgers; signed by it, carried by any member’s transaction, checked against the invitation’s principal. */
export type AcceptInvitationInput = {
  accounts?: Array<AccountInput> | null | undefined;
  invitation: string | number;
  name?: string | null | undefined;
  organization?: OrganizationInput | null | undefined;
  signer?: string | number | null | undefined;
};

export type AccountInput = {
  address: string;
  chain: string | number;
};

export type AmbProposalInput = {
  as: string | number;
  description?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  invitations?: Array<string> | null | undefined;
  network: string | number;
  removals?: Array<string | number> | null | undefined;
};

export type AnchorPeersInput = {
  anchorPeers: Array<HostPortInput>;
  mspId: string;
};

export type BatchSettingsInput = {
  absoluteMaxBytes?: string | null | undefined;
  maxMessageCount?: number | null | undefined;
  preferredMaxBytes?: string | null | undefined;
  timeoutMs?: number | null | undefined;
};

/** Block numbers, both inclusive. */
export type BlockRange = {
  from?: string | null | undefined;
  to?: string | null | undefined;
};

export type CastVoteInput = {
  as?: string | number | null | undefined;
  choice: VoteChoice;
  idempotencyKey?: string | null | undefined;
  proposal: string | number;
  reason?: string | null | undefined;
  signer?: string | number | null | undefined;
};

/** APPENDED: seen for the first time. RETRACTED: a reorg took it back. FINALIZED: it can no longer be taken back. */
export type ChangeKind =
  | 'APPENDED'
  | 'FINALIZED'
  | 'RETRACTED';

export type ConfigChangeKind =
  | 'ADDED'
  | 'CHANGED'
  | 'REMOVED';

/** How sure it is that this stays: PENDING is not in a block yet; RETRACTED was, until a reorg took it back. */
export type Confirmation =
  | 'CONFIRMED'
  | 'FINAL'
  | 'PENDING'
  | 'RETRACTED';

export type ConsensusType =
  | 'BFT'
  | 'RAFT';

export type ConsortiumActionInput =
  {   changeVotingPolicy: VotingPolicyInput; inviteMember?: never; removeMember?: never; text?: never; }
  |  { changeVotingPolicy?: never;   inviteMember: InviteMemberInput; removeMember?: never; text?: never; }
  |  { changeVotingPolicy?: never; inviteMember?: never;   removeMember: string | number; text?: never; }
  |  { changeVotingPolicy?: never; inviteMember?: never; removeMember?: never;   text: string; };

export type ConsortiumProposalInput = {
  action: ConsortiumActionInput;
  as?: string | number | null | undefined;
  body?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  network: string | number;
  signer?: string | number | null | undefined;
  title: string;
};

export type EvaluateInput = {
  arguments?: Array<string> | null | undefined;
  argumentsBytes?: Array<string> | null | undefined;
  chaincode: string;
  channel: string | number;
  contract?: string | null | undefined;
  endorsingOrganizations?: Array<string> | null | undefined;
  function: string;
  signer?: string | number | null | undefined;
  transient?: Array<TransientEntry> | null | undefined;
};

/** `data`, or a `function` of a known ABI with its `arguments`. */
export type EvmCallInput = {
  arguments?: Array<unknown> | null | undefined;
  data?: string | null | undefined;
  function?: string | null | undefined;
  target: string;
  value?: string | null | undefined;
};

export type ExecuteProposalInput = {
  as?: string | number | null | undefined;
  proposal: string | number;
  signer?: string | number | null | undefined;
};

export type FabricConfigActionInput =
  {   addOrganization: OrganizationInput; configUpdate?: never; removeOrganization?: never; setAnchorPeers?: never; setBatch?: never; setCapabilities?: never; setPolicy?: never; updateOrganization?: never; }
  |  { addOrganization?: never;   /** A serialised common.ConfigUpdate made elsewhere. */
  configUpdate: string; removeOrganization?: never; setAnchorPeers?: never; setBatch?: never; setCapabilities?: never; setPolicy?: never; updateOrganization?: never; }
  |  { addOrganization?: never; configUpdate?: never;   removeOrganization: string; setAnchorPeers?: never; setBatch?: never; setCapabilities?: never; setPolicy?: never; updateOrganization?: never; }
  |  { addOrganization?: never; configUpdate?: never; removeOrganization?: never;   setAnchorPeers: AnchorPeersInput; setBatch?: never; setCapabilities?: never; setPolicy?: never; updateOrganization?: never; }
  |  { addOrganization?: never; configUpdate?: never; removeOrganization?: never; setAnchorPeers?: never;   setBatch: BatchSettingsInput; setCapabilities?: never; setPolicy?: never; updateOrganization?: never; }
  |  { addOrganization?: never; configUpdate?: never; removeOrganization?: never; setAnchorPeers?: never; setBatch?: never;   setCapabilities: SetCapabilitiesInput; setPolicy?: never; updateOrganization?: never; }
  |  { addOrganization?: never; configUpdate?: never; removeOrganization?: never; setAnchorPeers?: never; setBatch?: never; setCapabilities?: never;   setPolicy: SetPolicyInput; updateOrganization?: never; }
  |  { addOrganization?: never; configUpdate?: never; removeOrganization?: never; setAnchorPeers?: never; setBatch?: never; setCapabilities?: never; setPolicy?: never;   /** New certificates for one’s own organisation. */
  updateOrganization: OrganizationInput; };

export type FabricConfigProposalInput = {
  as?: string | number | null | undefined;
  body?: string | null | undefined;
  change: FabricConfigActionInput;
  channel: string | number;
  closesAt?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  signer?: string | number | null | undefined;
  title: string;
};

export type FabricIdentityInput = {
  /** PEM. */
  certificate: string;
  mspId: string;
};

export type FabricLifecycleProposalInput = {
  as?: string | number | null | undefined;
  channel: string | number;
  collections?: unknown;
  endorsementPolicy?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  initRequired?: boolean | null | undefined;
  name: string;
  packageId?: string | null | undefined;
  sequence?: number | null | undefined;
  signer?: string | number | null | undefined;
  version?: string | null | undefined;
};

export type FabricTransactionType =
  | 'CONFIG'
  | 'CONFIG_UPDATE'
  | 'ENDORSER_TRANSACTION'
  | 'OTHER';

export type GovernorProposalInput = {
  as?: string | number | null | undefined;
  body?: string | null | undefined;
  calls: Array<EvmCallInput>;
  chain: string | number;
  governor: string;
  idempotencyKey?: string | null | undefined;
  signer?: string | number | null | undefined;
  title: string;
};

export type HostPortInput = {
  host: string;
  port: number;
};

export type InvitationStatus =
  | 'ACCEPTED'
  | 'ACCEPTING'
  | 'EXPIRED'
  | 'PENDING'
  | 'REJECTED';

export type InviteMemberInput = {
  name: string;
  principal: string;
};

export type LeaveNetworkInput = {
  as: string | number;
  network: string | number;
  signer?: string | number | null | undefined;
};

export type LedgerEventFilter = {
  addresses?: Array<string> | null | undefined;
  chaincodes?: Array<string> | null | undefined;
  ledgers?: Array<string | number> | null | undefined;
  names?: Array<string> | null | undefined;
  range?: BlockRange | null | undefined;
  time?: TimeRange | null | undefined;
  topics?: Array<TopicFilter> | null | undefined;
};

export type Mechanism =
  | 'AMB'
  | 'CONSORTIUM'
  | 'FABRIC_CONFIG'
  | 'FABRIC_LIFECYCLE'
  | 'GOVERNOR';

export type MemberStatus =
  | 'ACTIVE'
  | 'INVITED'
  | 'REMOVED'
  | 'SUSPENDED';

export type MembershipChangeKind =
  | 'IDENTITY_CHANGED'
  | 'INVITED'
  | 'JOINED'
  | 'REMOVED'
  | 'ROLE_CHANGED'
  | 'SUSPENDED';

export type MembershipRole =
  | 'GOVERNOR'
  | 'MEMBER'
  | 'ORDERER'
  | 'VALIDATOR';

export type MembershipStatus =
  | 'ACTIVE'
  | 'INVITED'
  | 'JOINING'
  | 'REMOVED'
  | 'SUSPENDED';

export type NodeHealth =
  | 'HEALTHY'
  | 'LAGGING'
  | 'UNKNOWN'
  | 'UNREACHABLE';

export type NodeRole =
  | 'CERTIFICATE_AUTHORITY'
  | 'CHAIN_NODE'
  | 'ORDERER'
  | 'PEER';

export type OrganizationInput = {
  admins?: Array<string> | null | undefined;
  anchorPeers?: Array<HostPortInput> | null | undefined;
  intermediateCertificates?: Array<string> | null | undefined;
  mspId: string;
  nodeOUs?: boolean | null | undefined;
  rootCertificates: Array<string>;
  tlsRootCertificates: Array<string>;
};

export type Outcome =
  | 'FAILED'
  | 'SUCCEEDED';

export type PolicyNodeRule =
  | 'ALL'
  | 'ANY'
  | 'MAJORITY'
  | 'OUT_OF'
  | 'SIGNED_BY';

export type PrepareInput = {
  identity: SigningIdentityInput;
  write: WriteInput;
};

export type PrincipalKind =
  | 'ANONYMOUS'
  | 'API_KEY'
  | 'ETHEREUM'
  | 'OIDC'
  | 'X509';

export type ProposalChangeKind =
  | 'EXECUTED'
  | 'OPENED'
  | 'STATUS_CHANGED'
  | 'VOTE_CAST';

export type ProposalFilter = {
  /** Open ones on which this member has not voted yet. */
  awaiting?: string | number | null | undefined;
  ledger?: string | number | null | undefined;
  mechanism?: Array<Mechanism> | null | undefined;
  network?: string | number | null | undefined;
  proposer?: string | number | null | undefined;
  status?: Array<ProposalStatus> | null | undefined;
};

export type ProposalStatus =
  | 'ACTIVE'
  | 'APPROVED'
  | 'CANCELED'
  | 'EXECUTED'
  | 'EXECUTING'
  | 'EXECUTION_FAILED'
  | 'EXPIRED'
  | 'PENDING'
  | 'QUEUED'
  | 'REJECTED'
  | 'SUPERSEDED'
  | 'WITHDRAWN';

export type ProposeInput =
  {   amb: AmbProposalInput; consortium?: never; fabricConfig?: never; fabricLifecycle?: never; governor?: never; }
  |  { amb?: never;   consortium: ConsortiumProposalInput; fabricConfig?: never; fabricLifecycle?: never; governor?: never; }
  |  { amb?: never; consortium?: never;   fabricConfig: FabricConfigProposalInput; fabricLifecycle?: never; governor?: never; }
  |  { amb?: never; consortium?: never; fabricConfig?: never;   fabricLifecycle: FabricLifecycleProposalInput; governor?: never; }
  |  { amb?: never; consortium?: never; fabricConfig?: never; fabricLifecycle?: never;   governor: GovernorProposalInput; };

export type RejectInvitationInput = {
  invitation: string | number;
  signer?: string | number | null | undefined;
};

export type SendRawTransactionInput = {
  awaitConfirmation?: boolean | null | undefined;
  chain: string | number;
  rawTransaction: string;
};

/** With `gas` given nothing is estimated: a revert then happens on chain and is data. */
export type SendTransactionInput = {
  arguments?: Array<unknown> | null | undefined;
  as?: string | number | null | undefined;
  awaitConfirmation?: boolean | null | undefined;
  chain: string | number;
  data?: string | null | undefined;
  function?: string | null | undefined;
  gas?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  signer?: string | number | null | undefined;
  to?: string | null | undefined;
  value?: string | null | undefined;
};

export type SetCapabilitiesInput = {
  capabilities: Array<string>;
  group: string;
};

export type SetPolicyInput = {
  path: string;
  rule: string;
};

/** How bytes are signed. Fabric hashes with SHA-256 whatever the curve. */
export type SignatureScheme =
  | 'ECDSA_P256_SHA256'
  | 'ECDSA_P384_SHA256'
  | 'ED25519'
  | 'EIP191'
  | 'EIP712'
  | 'EVM_TRANSACTION';

/** Who signs. */
export type SigningIdentityInput =
  {   address: string; fabric?: never; }
  |  { address?: never;   fabric: FabricIdentityInput; };

export type SigningStage =
  | 'ACCEPTANCE'
  | 'BALLOT'
  | 'EVM_TRANSACTION'
  | 'FABRIC_CONFIG_UPDATE'
  | 'FABRIC_ENVELOPE'
  | 'FABRIC_PROPOSAL'
  | 'FABRIC_TRANSACTION';

export type StatusSource =
  | 'DERIVED'
  | 'OBSERVED';

/** `awaitCommit: false` answers as soon as the orderer has it. `idempotencyKey`: the same key answers with the same transaction. */
export type SubmitInput = {
  arguments?: Array<string> | null | undefined;
  argumentsBytes?: Array<string> | null | undefined;
  as?: string | number | null | undefined;
  awaitCommit?: boolean | null | undefined;
  chaincode: string;
  channel: string | number;
  contract?: string | null | undefined;
  endorsingOrganizations?: Array<string> | null | undefined;
  function: string;
  idempotencyKey?: string | null | undefined;
  signer?: string | number | null | undefined;
  transient?: Array<TransientEntry> | null | undefined;
};

/** ECDSA: DER or IEEE P1363, high or low S (it is normalised before it is used). Ethereum transactions: the signed raw transaction. */
export type SubmitSignatureInput = {
  request: string | number;
  signature: string;
};

export type ThresholdComparator =
  | 'GREATER_THAN'
  | 'GREATER_THAN_OR_EQUAL_TO';

/** `from` is inclusive, `to` exclusive. */
export type TimeRange = {
  from?: string | null | undefined;
  to?: string | null | undefined;
};

export type TokenStandard =
  | 'ERC20'
  | 'ERC721'
  | 'ERC1155';

/** One for each topic position; empty matches any. */
export type TopicFilter = {
  anyOf?: Array<string> | null | undefined;
};

export type TransactionFilter = {
  addresses?: Array<string> | null | undefined;
  chaincodes?: Array<string> | null | undefined;
  confirmation?: Array<Confirmation> | null | undefined;
  functions?: Array<string> | null | undefined;
  ledgers?: Array<string | number> | null | undefined;
  members?: Array<string | number> | null | undefined;
  outcome?: Outcome | null | undefined;
  range?: BlockRange | null | undefined;
  time?: TimeRange | null | undefined;
};

export type TransientEntry = {
  name: string;
  value: string;
};

export type VoteChoice =
  | 'ABSTAIN'
  | 'NO'
  | 'YES';

export type VotingPolicyInput = {
  comparator: ThresholdComparator;
  durationHours: number;
  threshold: number;
};

export type WithdrawProposalInput = {
  as?: string | number | null | undefined;
  proposal: string | number;
  signer?: string | number | null | undefined;
};

export type WriteInput =
  {   acceptInvitation: AcceptInvitationInput; castVote?: never; executeProposal?: never; leaveNetwork?: never; propose?: never; rejectInvitation?: never; sendTransaction?: never; submit?: never; withdrawProposal?: never; }
  |  { acceptInvitation?: never;   castVote: CastVoteInput; executeProposal?: never; leaveNetwork?: never; propose?: never; rejectInvitation?: never; sendTransaction?: never; submit?: never; withdrawProposal?: never; }
  |  { acceptInvitation?: never; castVote?: never;   executeProposal: ExecuteProposalInput; leaveNetwork?: never; propose?: never; rejectInvitation?: never; sendTransaction?: never; submit?: never; withdrawProposal?: never; }
  |  { acceptInvitation?: never; castVote?: never; executeProposal?: never;   leaveNetwork: LeaveNetworkInput; propose?: never; rejectInvitation?: never; sendTransaction?: never; submit?: never; withdrawProposal?: never; }
  |  { acceptInvitation?: never; castVote?: never; executeProposal?: never; leaveNetwork?: never;   propose: ProposeInput; rejectInvitation?: never; sendTransaction?: never; submit?: never; withdrawProposal?: never; }
  |  { acceptInvitation?: never; castVote?: never; executeProposal?: never; leaveNetwork?: never; propose?: never;   rejectInvitation: RejectInvitationInput; sendTransaction?: never; submit?: never; withdrawProposal?: never; }
  |  { acceptInvitation?: never; castVote?: never; executeProposal?: never; leaveNetwork?: never; propose?: never; rejectInvitation?: never;   sendTransaction: SendTransactionInput; submit?: never; withdrawProposal?: never; }
  |  { acceptInvitation?: never; castVote?: never; executeProposal?: never; leaveNetwork?: never; propose?: never; rejectInvitation?: never; sendTransaction?: never;   submit: SubmitInput; withdrawProposal?: never; }
  |  { acceptInvitation?: never; castVote?: never; executeProposal?: never; leaveNetwork?: never; propose?: never; rejectInvitation?: never; sendTransaction?: never; submit?: never;   withdrawProposal: WithdrawProposalInput; };

export type ChainDetailQueryVariables = Exact<{
  chain: string | number;
}>;


export type ChainDetailQuery = { chain: { id: string, name: string, chainId: string, height: string, safeHeight: string, finalizedHeight: string, gas: { baseFee: string | null, priorityFee: string } | null, blocks: { edges: Array<{ node: { number: string, hash: string, parentHash: string | null, timestamp: string | null, gasUsed: string, gasLimit: string, baseFee: string | null, transactionCount: number } }> } } | null };

export type EthereumTransactionDetailQueryVariables = Exact<{
  chain: string | number;
  hash: string;
}>;


export type EthereumTransactionDetailQuery = { chain: { transaction: { id: string, hash: string, type: number, value: string, gas: string, gasPrice: string | null, maxFeePerGas: string | null, maxPriorityFeePerGas: string | null, input: string, gasUsed: string | null, effectiveGasPrice: string | null, outcome: Outcome | null, confirmation: Confirmation, revertReason: string | null, from: { address: string, balance: string | null, nonce: string | null, isContract: boolean | null }, to: { address: string, contract: { name: string | null } | null } | null, createdContract: { address: string } | null, accessList: Array<{ address: string, storageKeys: Array<string> }> | null, method: { selector: string, signature: string | null, name: string | null, arguments: Array<{ name: string | null, type: string, value: unknown }> } | null, logs: { edges: Array<{ node: { index: number, address: string, topics: Array<string>, data: string, decoded: { signature: string, name: string, arguments: Array<{ name: string | null, type: string, value: unknown }> } | null } }> }, tokenTransfers: Array<{ amount: string, tokenId: string | null, token: { symbol: string | null, decimals: number | null, standard: TokenStandard }, from: { address: string }, to: { address: string } }> } | null } | null };

export type AccountDetailQueryVariables = Exact<{
  chain: string | number;
  address: string;
  block?: string | null | undefined;
}>;


export type AccountDetailQuery = { chain: { account: { address: string, balance: string | null, nonce: string | null, isContract: boolean | null, member: { id: string, name: string } | null, tokenBalances: Array<{ amount: string, tokenIds: Array<string> | null, token: { address: string, symbol: string | null, decimals: number | null } }> | null, transactions: { edges: Array<{ node:
            | { hash: string, timestamp: string | null, outcome: Outcome | null }
            | { hash: string, timestamp: string | null, outcome: Outcome | null }
           }> } } | null, contract: { name: string | null, abi: unknown, read: Array<{ name: string | null, type: string, value: unknown }> | null } | null } | null };

export type SendRawMutationVariables = Exact<{
  input: SendRawTransactionInput;
}>;


export type SendRawMutation = { sendRawTransaction: { transaction: { id: string, hash: string, confirmation: Confirmation, outcome: Outcome | null } } };

export type SendMutationVariables = Exact<{
  input: SendTransactionInput;
}>;


export type SendMutation = { sendTransaction: { transaction: { id: string, hash: string, confirmation: Confirmation, outcome: Outcome | null, revertReason: string | null } } };

export type NetworkOverviewQueryVariables = Exact<{
  network: string | number;
}>;


export type NetworkOverviewQuery = { network: { id: string, name: string, description: string | null, memberships: { totalCount: number | null, edges: Array<{ node: { id: string, nativeId: string, role: MembershipRole, status: MembershipStatus, since: string | null, member: { id: string, name: string }, recordedOn:
            | { id: string, name: string }
            | { id: string, name: string }
           | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, ledgers: Array<
      | { __typename: 'Chain', id: string, name: string, height: string, lag: { blocks: string, seconds: number } | null }
      | { __typename: 'Channel', id: string, name: string, height: string, lag: { blocks: string, seconds: number } | null }
    >, nodes: { edges: Array<{ node: { id: string, name: string, role: NodeRole, endpoint: string | null, member: { name: string } | null } }> } } | null };

export type MemberProfileQueryVariables = Exact<{
  member: string | number;
}>;


export type MemberProfileQuery = { member: { id: string, name: string, status: MemberStatus, memberships: { edges: Array<{ node: { nativeId: string, role: MembershipRole, status: MembershipStatus, recordedOn:
            | { __typename: 'Chain', id: string, name: string }
            | { __typename: 'Channel', id: string, name: string }
           | null } }> }, accounts: Array<{ address: string, ledger:
        | { id: string }
        | { id: string }
       }>, nodes: { edges: Array<{ node: { name: string, role: NodeRole, endpoint: string | null } }> }, transactions: { edges: Array<{ cursor: string, node:
          | { __typename: 'EthereumTransaction', value: string, id: string, hash: string, timestamp: string | null, confirmation: Confirmation, outcome: Outcome | null, from: { address: string, member: { name: string } | null }, to: { address: string } | null, method: { signature: string | null, name: string | null } | null, ledger:
              | { id: string, name: string }
              | { id: string, name: string }
            , block:
              | { id: string, number: string }
              | { id: string, number: string }
             | null }
          | { __typename: 'FabricTransaction', function: string | null, validationCode: string | null, id: string, hash: string, timestamp: string | null, confirmation: Confirmation, outcome: Outcome | null, channel: { name: string }, chaincode: { name: string } | null, creator: { mspId: string, member: { name: string } | null } | null, ledger:
              | { id: string, name: string }
              | { id: string, name: string }
            , block:
              | { id: string, number: string }
              | { id: string, number: string }
             | null }
         }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type TimelineQueryVariables = Exact<{
  after?: string | null | undefined;
  filter?: TransactionFilter | null | undefined;
}>;


export type TimelineQuery = { transactions: { streamCursor: string, edges: Array<{ cursor: string, node:
        | { __typename: 'EthereumTransaction', id: string, hash: string, timestamp: string | null, outcome: Outcome | null, ledger:
            | { id: string, name: string }
            | { id: string, name: string }
          , block:
            | { number: string }
            | { number: string }
           | null, members: Array<{ id: string, name: string }> }
        | { __typename: 'FabricTransaction', id: string, hash: string, timestamp: string | null, outcome: Outcome | null, ledger:
            | { id: string, name: string }
            | { id: string, name: string }
          , block:
            | { number: string }
            | { number: string }
           | null, members: Array<{ id: string, name: string }> }
       }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type LedgerHeadsQueryVariables = Exact<{ [key: string]: never; }>;


export type LedgerHeadsQuery = { ledgers: Array<
    | { id: string, name: string, height: string, finalizedHeight: string, lag: { blocks: string, seconds: number } | null, latestBlock:
        | { id: string, number: string, hash: string, timestamp: string | null, transactionCount: number }
        | { id: string, number: string, hash: string, timestamp: string | null, transactionCount: number }
       | null }
    | { id: string, name: string, height: string, finalizedHeight: string, lag: { blocks: string, seconds: number } | null, latestBlock:
        | { id: string, number: string, hash: string, timestamp: string | null, transactionCount: number }
        | { id: string, number: string, hash: string, timestamp: string | null, transactionCount: number }
       | null }
  > };

export type EventsQueryVariables = Exact<{
  filter?: LedgerEventFilter | null | undefined;
}>;


export type EventsQuery = { events: { edges: Array<{ node:
        | { __typename: 'ChaincodeEvent', payload: string, payloadText: string | null, payloadJson: unknown, id: string, name: string | null, chaincode: { name: string }, position: { block: string, transaction: number, index: number }, transaction:
            | { hash: string, outcome: Outcome | null }
            | { hash: string, outcome: Outcome | null }
           }
        | { __typename: 'Log', address: string, topics: Array<string>, data: string, id: string, name: string | null, decoded: { signature: string, arguments: Array<{ name: string | null, type: string, value: unknown }> } | null, position: { block: string, transaction: number, index: number }, transaction:
            | { hash: string, outcome: Outcome | null }
            | { hash: string, outcome: Outcome | null }
           }
       }> } };

export type SearchQueryVariables = Exact<{
  text: string;
}>;


export type SearchQuery = { search: { edges: Array<{ node:
        | { __typename: 'Account', id: string, address: string }
        | { __typename: 'AmbProposal', id: string }
        | { __typename: 'Chain', id: string }
        | { __typename: 'Chaincode', id: string }
        | { __typename: 'Channel', id: string }
        | { __typename: 'ConfigUpdateProposal', id: string }
        | { __typename: 'ConsortiumProposal', id: string }
        | { __typename: 'EthereumBlock', id: string, number: string, hash: string }
        | { __typename: 'EthereumTransaction', id: string, hash: string }
        | { __typename: 'FabricBlock', id: string, number: string, hash: string }
        | { __typename: 'FabricTransaction', id: string, hash: string }
        | { __typename: 'GovernorProposal', id: string }
        | { __typename: 'LifecycleProposal', id: string }
        | { __typename: 'Member', id: string, name: string }
        | { __typename: 'Network', id: string }
       }> } };

export type ActivityQueryVariables = Exact<{
  time: TimeRange;
}>;


export type ActivityQuery = { activity: Array<{ from: string, blocks: number, transactions: number, failed: number, events: number, ledger:
      | { id: string, name: string }
      | { id: string, name: string }
     }> };

export type RefetchQueryVariables = Exact<{
  id: string | number;
}>;


export type RefetchQuery = { node:
    | { __typename: 'Account', id: string }
    | { __typename: 'AmbProposal', id: string }
    | { __typename: 'Chain', id: string }
    | { __typename: 'Chaincode', id: string }
    | { __typename: 'ChaincodeEvent', id: string }
    | { __typename: 'Channel', id: string }
    | { __typename: 'ConfigUpdateProposal', id: string }
    | { __typename: 'ConsortiumProposal', id: string }
    | { __typename: 'Contract', id: string }
    | { __typename: 'EthereumBlock', id: string }
    | { __typename: 'EthereumTransaction', id: string }
    | { __typename: 'FabricBlock', id: string }
    | { __typename: 'FabricTransaction', id: string }
    | { __typename: 'GovernorProposal', id: string }
    | { __typename: 'Invitation', id: string }
    | { __typename: 'LifecycleProposal', id: string }
    | { __typename: 'Log', id: string }
    | { __typename: 'Member', id: string }
    | { __typename: 'Membership', id: string }
    | { __typename: 'Network', id: string }
    | { __typename: 'NetworkNode', id: string }
    | { __typename: 'Token', id: string }
    | { __typename: 'Vote', id: string }
   | null };

export type RefetchManyQueryVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type RefetchManyQuery = { nodes: Array<
    | { __typename: 'Account', id: string }
    | { __typename: 'AmbProposal', id: string }
    | { __typename: 'Chain', id: string }
    | { __typename: 'Chaincode', id: string }
    | { __typename: 'ChaincodeEvent', id: string }
    | { __typename: 'Channel', id: string }
    | { __typename: 'ConfigUpdateProposal', id: string }
    | { __typename: 'ConsortiumProposal', id: string }
    | { __typename: 'Contract', id: string }
    | { __typename: 'EthereumBlock', id: string }
    | { __typename: 'EthereumTransaction', id: string }
    | { __typename: 'FabricBlock', id: string }
    | { __typename: 'FabricTransaction', id: string }
    | { __typename: 'GovernorProposal', id: string }
    | { __typename: 'Invitation', id: string }
    | { __typename: 'LifecycleProposal', id: string }
    | { __typename: 'Log', id: string }
    | { __typename: 'Member', id: string }
    | { __typename: 'Membership', id: string }
    | { __typename: 'Network', id: string }
    | { __typename: 'NetworkNode', id: string }
    | { __typename: 'Token', id: string }
    | { __typename: 'Vote', id: string }
   | null> };

export type ChannelDetailQueryVariables = Exact<{
  channel: string | number;
}>;


export type ChannelDetailQuery = { channel: { id: string, name: string, height: string, capabilities: { channel: Array<string>, orderer: Array<string>, application: Array<string> }, consensus: { type: ConsensusType, leader: string | null, consenters: Array<{ id: string, host: string, port: number, mspId: string }>, faultTolerance: { faults: number, quorum: number } }, organizations: Array<{ mspId: string, nodeOUs: boolean, member: { id: string, name: string } | null, anchorPeers: Array<{ host: string, port: number }>, rootCertificates: Array<{ subject: string, notAfter: string, fingerprint: string }> }>, policies: Array<{ path: string, rule: string }>, chaincodes: Array<{ name: string, version: string, sequence: number, initRequired: boolean, endorsementPolicy: { expression: string | null, reference: string | null, tree: { nodes: Array<{ index: number, parent: number | null, rule: PolicyNodeRule, required: number | null, mspId: string | null, role: string | null }> } | null }, collections: Array<{ name: string, requiredPeerCount: number, maxPeerCount: number, blockToLive: string, policy: string }>, approvals: Array<{ mspId: string, approved: boolean, transaction: { hash: string } | null }> }>, configHistory: { edges: Array<{ node: { sequence: string, summary: string, block: { number: string }, changes: Array<{ path: string, kind: ConfigChangeKind }>, signers: Array<{ mspId: string, subject: string, verified: boolean }> } }> } } | null };

export type FabricBlockDetailQueryVariables = Exact<{
  channel: string | number;
  number: string;
}>;


export type FabricBlockDetailQuery = { channel: { block: { id: string, number: string, hash: string, parentHash: string | null, dataHash: string, timestamp: string | null, transactionCount: number, signatures: Array<{ consenterId: string | null, mspId: string | null, verified: boolean }>, transactions: { edges: Array<{ node:
            | { hash: string, index: number | null, outcome: Outcome | null }
            | { envelopeType: FabricTransactionType, validationCode: string | null, function: string | null, arguments: Array<string>, hash: string, index: number | null, outcome: Outcome | null, creator: { mspId: string, subject: string | null } | null, chaincode: { name: string } | null, endorsements: Array<{ mspId: string, subject: string | null, verified: boolean }>, reads: Array<{ namespace: string, key: string, version: { block: string, transaction: number } | null }>, writes: Array<{ namespace: string, key: string, value: string | null, isDelete: boolean }>, privateWrites: Array<{ namespace: string, collection: string, keyHash: string, valueHash: string | null, isDelete: boolean, isPurge: boolean }>, event: { name: string | null, payload: string } | null, response: { status: number, message: string | null, payload: string | null } | null }
           }> } } | null } | null };

export type EvaluateQueryVariables = Exact<{
  input: EvaluateInput;
}>;


export type EvaluateQuery = { evaluate: { result: string, resultText: string | null, resultJson: unknown } };

export type SubmitMutationVariables = Exact<{
  input: SubmitInput;
}>;


export type SubmitMutation = { submit: { result: string | null, transaction: { id: string, hash: string, confirmation: Confirmation, outcome: Outcome | null, validationCode: string | null, block:
        | { number: string }
        | { number: string }
       | null, event: { name: string | null } | null } } };

export type PrepareMutationVariables = Exact<{
  input: PrepareInput;
}>;


export type PrepareMutation = { prepare: { id: string, stage: SigningStage, bytes: string, digest: string, scheme: SignatureScheme, summary: string, expiresAt: string, file: { name: string, content: string } } };

export type SubmitSignatureMutationVariables = Exact<{
  input: SubmitSignatureInput;
}>;


export type SubmitSignatureMutation = { submitSignature: { next: { id: string, stage: SigningStage, bytes: string, digest: string, scheme: SignatureScheme, summary: string } | null, transaction:
      | { id: string, hash: string, confirmation: Confirmation, outcome: Outcome | null }
      | { id: string, hash: string, confirmation: Confirmation, outcome: Outcome | null }
     | null, proposal:
      | { id: string, status: ProposalStatus }
      | { id: string, status: ProposalStatus }
      | { id: string, status: ProposalStatus }
      | { id: string, status: ProposalStatus }
      | { id: string, status: ProposalStatus }
     | null, vote: { choice: VoteChoice, verified: boolean } | null } };

export type InboxQueryVariables = Exact<{ [key: string]: never; }>;


export type InboxQuery = { viewer: { principal: { kind: PrincipalKind, name: string }, members: Array<{ id: string, name: string }>, can: Array<{ action: string, resource: string }>, inbox: { totalCount: number | null, edges: Array<{ node:
          | { __typename: 'AmbProposal', id: string, nativeId: string, mechanism: Mechanism, title: string, status: ProposalStatus, closesAt: string | null, recordedOn:
              | { id: string, name: string }
              | { id: string, name: string }
             | null, proposer: { name: string } | null, tally: { eligible: string, outstanding: string, satisfied: boolean, stillReachable: boolean, choices: Array<{ choice: VoteChoice, count: number, weight: string }> }, viewerVote: { choice: VoteChoice } | null }
          | { __typename: 'ConfigUpdateProposal', id: string, nativeId: string, mechanism: Mechanism, title: string, status: ProposalStatus, closesAt: string | null, recordedOn:
              | { id: string, name: string }
              | { id: string, name: string }
             | null, proposer: { name: string } | null, tally: { eligible: string, outstanding: string, satisfied: boolean, stillReachable: boolean, choices: Array<{ choice: VoteChoice, count: number, weight: string }> }, viewerVote: { choice: VoteChoice } | null }
          | { __typename: 'ConsortiumProposal', id: string, nativeId: string, mechanism: Mechanism, title: string, status: ProposalStatus, closesAt: string | null, recordedOn:
              | { id: string, name: string }
              | { id: string, name: string }
             | null, proposer: { name: string } | null, tally: { eligible: string, outstanding: string, satisfied: boolean, stillReachable: boolean, choices: Array<{ choice: VoteChoice, count: number, weight: string }> }, viewerVote: { choice: VoteChoice } | null }
          | { __typename: 'GovernorProposal', id: string, nativeId: string, mechanism: Mechanism, title: string, status: ProposalStatus, closesAt: string | null, recordedOn:
              | { id: string, name: string }
              | { id: string, name: string }
             | null, proposer: { name: string } | null, tally: { eligible: string, outstanding: string, satisfied: boolean, stillReachable: boolean, choices: Array<{ choice: VoteChoice, count: number, weight: string }> }, viewerVote: { choice: VoteChoice } | null }
          | { __typename: 'LifecycleProposal', id: string, nativeId: string, mechanism: Mechanism, title: string, status: ProposalStatus, closesAt: string | null, recordedOn:
              | { id: string, name: string }
              | { id: string, name: string }
             | null, proposer: { name: string } | null, tally: { eligible: string, outstanding: string, satisfied: boolean, stillReachable: boolean, choices: Array<{ choice: VoteChoice, count: number, weight: string }> }, viewerVote: { choice: VoteChoice } | null }
         }> } } };

export type ProposalDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type ProposalDetailQuery = { proposal:
    | { __typename: 'AmbProposal', id: string, nativeId: string, mechanism: Mechanism, title: string, body: string | null, proposerInferred: boolean, status: ProposalStatus, nativeStatus: string | null, statusSource: StatusSource, opensAt: string | null, closesAt: string | null, payloadDigest: string, proposer: { id: string, name: string } | null, actions: Array<
        | { __typename: 'ChaincodeDefinition', name: string, version: string, sequence: number, channel: { name: string }, endorsementPolicy: { expression: string | null } }
        | { __typename: 'ChangeVotingPolicy', threshold: number, comparator: ThresholdComparator, durationHours: number }
        | { __typename: 'ChannelConfigChange', channel: { name: string }, changes: Array<{ path: string, kind: ConfigChangeKind, before: unknown, after: unknown }> }
        | { __typename: 'EvmCall', value: string, target: { address: string }, method: { signature: string | null, arguments: Array<{ name: string | null, type: string, value: unknown }> } | null }
        | { __typename: 'InviteMember', memberName: string | null, principal: string }
        | { __typename: 'RemoveMember', member: { id: string, name: string } | null }
        | { __typename: 'Text', text: string }
      >, requirement:
        | { __typename: 'ByzantineQuorumRule', nodes: number, quorum: number }
        | { __typename: 'FabricPolicyRule', path: string | null, expression: string }
        | { __typename: 'ThresholdRule', threshold: number, comparator: ThresholdComparator }
        | { __typename: 'TokenQuorumRule', quorumWeight: string, token: { symbol: string | null } | null }
      , tally: { eligible: string, outstanding: string, satisfied: boolean, stillReachable: boolean, choices: Array<{ choice: VoteChoice, count: number, weight: string }>, missing: Array<{ id: string, name: string }> }, votes: { edges: Array<{ node: { choice: VoteChoice, nativeChoice: string | null, weight: string, reason: string | null, castAt: string | null, confirmation: Confirmation, verified: boolean, voter: { id: string, name: string } | null, voterAccount: { address: string } | null, supersededBy: { id: string } | null, evidence:
              | { __typename: 'ApiRecord' }
              | { __typename: 'EthereumTransaction' }
              | { __typename: 'FabricBlock' }
              | { __typename: 'FabricConfigSignature', mspId: string, subject: string, signature: string, digest: string }
              | { __typename: 'FabricTransaction', hash: string, block:
                  | { number: string }
                  | { number: string }
                 | null }
              | { __typename: 'Log', transaction:
                  | { hash: string }
                  | { hash: string }
                 }
              | { __typename: 'SignedBallot', scheme: SignatureScheme, signature: string, payload: string }
             | null } }> }, history: Array<{ status: ProposalStatus, at: string, cause:
          | { __typename: 'ApiRecord' }
          | { __typename: 'EthereumTransaction', id: string }
          | { __typename: 'FabricBlock', id: string }
          | { __typename: 'FabricConfigSignature' }
          | { __typename: 'FabricTransaction', id: string }
          | { __typename: 'Log', id: string }
          | { __typename: 'SignedBallot' }
         | null }>, execution: { status: ProposalStatus, attempts: Array<{ at: string, by: { name: string }, error: { code: string, message: string } | null }>, transaction:
          | { __typename: 'EthereumTransaction', hash: string }
          | { __typename: 'FabricTransaction', hash: string }
         | null } | null, viewerVote: { choice: VoteChoice } | null }
    | { __typename: 'ConfigUpdateProposal', id: string, nativeId: string, mechanism: Mechanism, title: string, body: string | null, proposerInferred: boolean, status: ProposalStatus, nativeStatus: string | null, statusSource: StatusSource, opensAt: string | null, closesAt: string | null, payloadDigest: string, proposer: { id: string, name: string } | null, actions: Array<
        | { __typename: 'ChaincodeDefinition', name: string, version: string, sequence: number, channel: { name: string }, endorsementPolicy: { expression: string | null } }
        | { __typename: 'ChangeVotingPolicy', threshold: number, comparator: ThresholdComparator, durationHours: number }
        | { __typename: 'ChannelConfigChange', channel: { name: string }, changes: Array<{ path: string, kind: ConfigChangeKind, before: unknown, after: unknown }> }
        | { __typename: 'EvmCall', value: string, target: { address: string }, method: { signature: string | null, arguments: Array<{ name: string | null, type: string, value: unknown }> } | null }
        | { __typename: 'InviteMember', memberName: string | null, principal: string }
        | { __typename: 'RemoveMember', member: { id: string, name: string } | null }
        | { __typename: 'Text', text: string }
      >, requirement:
        | { __typename: 'ByzantineQuorumRule', nodes: number, quorum: number }
        | { __typename: 'FabricPolicyRule', path: string | null, expression: string }
        | { __typename: 'ThresholdRule', threshold: number, comparator: ThresholdComparator }
        | { __typename: 'TokenQuorumRule', quorumWeight: string, token: { symbol: string | null } | null }
      , tally: { eligible: string, outstanding: string, satisfied: boolean, stillReachable: boolean, choices: Array<{ choice: VoteChoice, count: number, weight: string }>, missing: Array<{ id: string, name: string }> }, votes: { edges: Array<{ node: { choice: VoteChoice, nativeChoice: string | null, weight: string, reason: string | null, castAt: string | null, confirmation: Confirmation, verified: boolean, voter: { id: string, name: string } | null, voterAccount: { address: string } | null, supersededBy: { id: string } | null, evidence:
              | { __typename: 'ApiRecord' }
              | { __typename: 'EthereumTransaction' }
              | { __typename: 'FabricBlock' }
              | { __typename: 'FabricConfigSignature', mspId: string, subject: string, signature: string, digest: string }
              | { __typename: 'FabricTransaction', hash: string, block:
                  | { number: string }
                  | { number: string }
                 | null }
              | { __typename: 'Log', transaction:
                  | { hash: string }
                  | { hash: string }
                 }
              | { __typename: 'SignedBallot', scheme: SignatureScheme, signature: string, payload: string }
             | null } }> }, history: Array<{ status: ProposalStatus, at: string, cause:
          | { __typename: 'ApiRecord' }
          | { __typename: 'EthereumTransaction', id: string }
          | { __typename: 'FabricBlock', id: string }
          | { __typename: 'FabricConfigSignature' }
          | { __typename: 'FabricTransaction', id: string }
          | { __typename: 'Log', id: string }
          | { __typename: 'SignedBallot' }
         | null }>, execution: { status: ProposalStatus, attempts: Array<{ at: string, by: { name: string }, error: { code: string, message: string } | null }>, transaction:
          | { __typename: 'EthereumTransaction', hash: string }
          | { __typename: 'FabricTransaction', hash: string }
         | null } | null, viewerVote: { choice: VoteChoice } | null }
    | { __typename: 'ConsortiumProposal', id: string, nativeId: string, mechanism: Mechanism, title: string, body: string | null, proposerInferred: boolean, status: ProposalStatus, nativeStatus: string | null, statusSource: StatusSource, opensAt: string | null, closesAt: string | null, payloadDigest: string, proposer: { id: string, name: string } | null, actions: Array<
        | { __typename: 'ChaincodeDefinition', name: string, version: string, sequence: number, channel: { name: string }, endorsementPolicy: { expression: string | null } }
        | { __typename: 'ChangeVotingPolicy', threshold: number, comparator: ThresholdComparator, durationHours: number }
        | { __typename: 'ChannelConfigChange', channel: { name: string }, changes: Array<{ path: string, kind: ConfigChangeKind, before: unknown, after: unknown }> }
        | { __typename: 'EvmCall', value: string, target: { address: string }, method: { signature: string | null, arguments: Array<{ name: string | null, type: string, value: unknown }> } | null }
        | { __typename: 'InviteMember', memberName: string | null, principal: string }
        | { __typename: 'RemoveMember', member: { id: string, name: string } | null }
        | { __typename: 'Text', text: string }
      >, requirement:
        | { __typename: 'ByzantineQuorumRule', nodes: number, quorum: number }
        | { __typename: 'FabricPolicyRule', path: string | null, expression: string }
        | { __typename: 'ThresholdRule', threshold: number, comparator: ThresholdComparator }
        | { __typename: 'TokenQuorumRule', quorumWeight: string, token: { symbol: string | null } | null }
      , tally: { eligible: string, outstanding: string, satisfied: boolean, stillReachable: boolean, choices: Array<{ choice: VoteChoice, count: number, weight: string }>, missing: Array<{ id: string, name: string }> }, votes: { edges: Array<{ node: { choice: VoteChoice, nativeChoice: string | null, weight: string, reason: string | null, castAt: string | null, confirmation: Confirmation, verified: boolean, voter: { id: string, name: string } | null, voterAccount: { address: string } | null, supersededBy: { id: string } | null, evidence:
              | { __typename: 'ApiRecord' }
              | { __typename: 'EthereumTransaction' }
              | { __typename: 'FabricBlock' }
              | { __typename: 'FabricConfigSignature', mspId: string, subject: string, signature: string, digest: string }
              | { __typename: 'FabricTransaction', hash: string, block:
                  | { number: string }
                  | { number: string }
                 | null }
              | { __typename: 'Log', transaction:
                  | { hash: string }
                  | { hash: string }
                 }
              | { __typename: 'SignedBallot', scheme: SignatureScheme, signature: string, payload: string }
             | null } }> }, history: Array<{ status: ProposalStatus, at: string, cause:
          | { __typename: 'ApiRecord' }
          | { __typename: 'EthereumTransaction', id: string }
          | { __typename: 'FabricBlock', id: string }
          | { __typename: 'FabricConfigSignature' }
          | { __typename: 'FabricTransaction', id: string }
          | { __typename: 'Log', id: string }
          | { __typename: 'SignedBallot' }
         | null }>, execution: { status: ProposalStatus, attempts: Array<{ at: string, by: { name: string }, error: { code: string, message: string } | null }>, transaction:
          | { __typename: 'EthereumTransaction', hash: string }
          | { __typename: 'FabricTransaction', hash: string }
         | null } | null, viewerVote: { choice: VoteChoice } | null }
    | { __typename: 'GovernorProposal', id: string, nativeId: string, mechanism: Mechanism, title: string, body: string | null, proposerInferred: boolean, status: ProposalStatus, nativeStatus: string | null, statusSource: StatusSource, opensAt: string | null, closesAt: string | null, payloadDigest: string, proposer: { id: string, name: string } | null, actions: Array<
        | { __typename: 'ChaincodeDefinition', name: string, version: string, sequence: number, channel: { name: string }, endorsementPolicy: { expression: string | null } }
        | { __typename: 'ChangeVotingPolicy', threshold: number, comparator: ThresholdComparator, durationHours: number }
        | { __typename: 'ChannelConfigChange', channel: { name: string }, changes: Array<{ path: string, kind: ConfigChangeKind, before: unknown, after: unknown }> }
        | { __typename: 'EvmCall', value: string, target: { address: string }, method: { signature: string | null, arguments: Array<{ name: string | null, type: string, value: unknown }> } | null }
        | { __typename: 'InviteMember', memberName: string | null, principal: string }
        | { __typename: 'RemoveMember', member: { id: string, name: string } | null }
        | { __typename: 'Text', text: string }
      >, requirement:
        | { __typename: 'ByzantineQuorumRule', nodes: number, quorum: number }
        | { __typename: 'FabricPolicyRule', path: string | null, expression: string }
        | { __typename: 'ThresholdRule', threshold: number, comparator: ThresholdComparator }
        | { __typename: 'TokenQuorumRule', quorumWeight: string, token: { symbol: string | null } | null }
      , tally: { eligible: string, outstanding: string, satisfied: boolean, stillReachable: boolean, choices: Array<{ choice: VoteChoice, count: number, weight: string }>, missing: Array<{ id: string, name: string }> }, votes: { edges: Array<{ node: { choice: VoteChoice, nativeChoice: string | null, weight: string, reason: string | null, castAt: string | null, confirmation: Confirmation, verified: boolean, voter: { id: string, name: string } | null, voterAccount: { address: string } | null, supersededBy: { id: string } | null, evidence:
              | { __typename: 'ApiRecord' }
              | { __typename: 'EthereumTransaction' }
              | { __typename: 'FabricBlock' }
              | { __typename: 'FabricConfigSignature', mspId: string, subject: string, signature: string, digest: string }
              | { __typename: 'FabricTransaction', hash: string, block:
                  | { number: string }
                  | { number: string }
                 | null }
              | { __typename: 'Log', transaction:
                  | { hash: string }
                  | { hash: string }
                 }
              | { __typename: 'SignedBallot', scheme: SignatureScheme, signature: string, payload: string }
             | null } }> }, history: Array<{ status: ProposalStatus, at: string, cause:
          | { __typename: 'ApiRecord' }
          | { __typename: 'EthereumTransaction', id: string }
          | { __typename: 'FabricBlock', id: string }
          | { __typename: 'FabricConfigSignature' }
          | { __typename: 'FabricTransaction', id: string }
          | { __typename: 'Log', id: string }
          | { __typename: 'SignedBallot' }
         | null }>, execution: { status: ProposalStatus, attempts: Array<{ at: string, by: { name: string }, error: { code: string, message: string } | null }>, transaction:
          | { __typename: 'EthereumTransaction', hash: string }
          | { __typename: 'FabricTransaction', hash: string }
         | null } | null, viewerVote: { choice: VoteChoice } | null }
    | { __typename: 'LifecycleProposal', id: string, nativeId: string, mechanism: Mechanism, title: string, body: string | null, proposerInferred: boolean, status: ProposalStatus, nativeStatus: string | null, statusSource: StatusSource, opensAt: string | null, closesAt: string | null, payloadDigest: string, proposer: { id: string, name: string } | null, actions: Array<
        | { __typename: 'ChaincodeDefinition', name: string, version: string, sequence: number, channel: { name: string }, endorsementPolicy: { expression: string | null } }
        | { __typename: 'ChangeVotingPolicy', threshold: number, comparator: ThresholdComparator, durationHours: number }
        | { __typename: 'ChannelConfigChange', channel: { name: string }, changes: Array<{ path: string, kind: ConfigChangeKind, before: unknown, after: unknown }> }
        | { __typename: 'EvmCall', value: string, target: { address: string }, method: { signature: string | null, arguments: Array<{ name: string | null, type: string, value: unknown }> } | null }
        | { __typename: 'InviteMember', memberName: string | null, principal: string }
        | { __typename: 'RemoveMember', member: { id: string, name: string } | null }
        | { __typename: 'Text', text: string }
      >, requirement:
        | { __typename: 'ByzantineQuorumRule', nodes: number, quorum: number }
        | { __typename: 'FabricPolicyRule', path: string | null, expression: string }
        | { __typename: 'ThresholdRule', threshold: number, comparator: ThresholdComparator }
        | { __typename: 'TokenQuorumRule', quorumWeight: string, token: { symbol: string | null } | null }
      , tally: { eligible: string, outstanding: string, satisfied: boolean, stillReachable: boolean, choices: Array<{ choice: VoteChoice, count: number, weight: string }>, missing: Array<{ id: string, name: string }> }, votes: { edges: Array<{ node: { choice: VoteChoice, nativeChoice: string | null, weight: string, reason: string | null, castAt: string | null, confirmation: Confirmation, verified: boolean, voter: { id: string, name: string } | null, voterAccount: { address: string } | null, supersededBy: { id: string } | null, evidence:
              | { __typename: 'ApiRecord' }
              | { __typename: 'EthereumTransaction' }
              | { __typename: 'FabricBlock' }
              | { __typename: 'FabricConfigSignature', mspId: string, subject: string, signature: string, digest: string }
              | { __typename: 'FabricTransaction', hash: string, block:
                  | { number: string }
                  | { number: string }
                 | null }
              | { __typename: 'Log', transaction:
                  | { hash: string }
                  | { hash: string }
                 }
              | { __typename: 'SignedBallot', scheme: SignatureScheme, signature: string, payload: string }
             | null } }> }, history: Array<{ status: ProposalStatus, at: string, cause:
          | { __typename: 'ApiRecord' }
          | { __typename: 'EthereumTransaction', id: string }
          | { __typename: 'FabricBlock', id: string }
          | { __typename: 'FabricConfigSignature' }
          | { __typename: 'FabricTransaction', id: string }
          | { __typename: 'Log', id: string }
          | { __typename: 'SignedBallot' }
         | null }>, execution: { status: ProposalStatus, attempts: Array<{ at: string, by: { name: string }, error: { code: string, message: string } | null }>, transaction:
          | { __typename: 'EthereumTransaction', hash: string }
          | { __typename: 'FabricTransaction', hash: string }
         | null } | null, viewerVote: { choice: VoteChoice } | null }
   | null };

export type PreviewQueryVariables = Exact<{
  input: ProposeInput;
}>;


export type PreviewQuery = { previewProposal: { title: string, actions: Array<
      | { __typename: 'ChaincodeDefinition' }
      | { __typename: 'ChangeVotingPolicy' }
      | { __typename: 'ChannelConfigChange' }
      | { __typename: 'EvmCall' }
      | { __typename: 'InviteMember' }
      | { __typename: 'RemoveMember' }
      | { __typename: 'Text' }
    >, requirement:
      | { __typename: 'ByzantineQuorumRule' }
      | { __typename: 'FabricPolicyRule' }
      | { __typename: 'ThresholdRule' }
      | { __typename: 'TokenQuorumRule' }
    , problems: Array<{ code: string, message: string }> } };

export type NetworkGovernanceQueryVariables = Exact<{
  network: string | number;
}>;


export type NetworkGovernanceQuery = { network: { votingPolicy: { threshold: number, comparator: ThresholdComparator, durationHours: number } | null, proposals: { edges: Array<{ node:
          | { id: string, mechanism: Mechanism, title: string, status: ProposalStatus, closesAt: string | null, related: Array<
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
            > }
          | { id: string, mechanism: Mechanism, title: string, status: ProposalStatus, closesAt: string | null, related: Array<
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
            > }
          | { id: string, mechanism: Mechanism, title: string, status: ProposalStatus, closesAt: string | null, related: Array<
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
            > }
          | { id: string, mechanism: Mechanism, title: string, status: ProposalStatus, closesAt: string | null, related: Array<
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
            > }
          | { id: string, mechanism: Mechanism, title: string, status: ProposalStatus, closesAt: string | null, related: Array<
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
              | { id: string, mechanism: Mechanism, status: ProposalStatus }
            > }
         }> }, invitations: { edges: Array<{ node: { id: string, name: string | null, principal: string, status: InvitationStatus, expiresAt: string | null, proposal:
            | { id: string }
            | { id: string }
            | { id: string }
            | { id: string }
            | { id: string }
           | null } }> } } | null };

export type ProposeMutationVariables = Exact<{
  input: ProposeInput;
}>;


export type ProposeMutation = { propose: { proposal:
      | { id: string, status: ProposalStatus, mechanism: Mechanism, title: string }
      | { id: string, status: ProposalStatus, mechanism: Mechanism, title: string }
      | { id: string, status: ProposalStatus, mechanism: Mechanism, title: string }
      | { id: string, status: ProposalStatus, mechanism: Mechanism, title: string }
      | { id: string, status: ProposalStatus, mechanism: Mechanism, title: string }
     } };

export type CastVoteMutationVariables = Exact<{
  input: CastVoteInput;
}>;


export type CastVoteMutation = { castVote: { transaction:
      | { hash: string, confirmation: Confirmation }
      | { hash: string, confirmation: Confirmation }
     | null, vote: { choice: VoteChoice, castAt: string | null, verified: boolean, confirmation: Confirmation } | null, proposal:
      | { id: string, status: ProposalStatus, tally: { satisfied: boolean } }
      | { id: string, status: ProposalStatus, tally: { satisfied: boolean } }
      | { id: string, status: ProposalStatus, tally: { satisfied: boolean } }
      | { id: string, status: ProposalStatus, tally: { satisfied: boolean } }
      | { id: string, status: ProposalStatus, tally: { satisfied: boolean } }
     } };

export type WithdrawMutationVariables = Exact<{
  input: WithdrawProposalInput;
}>;


export type WithdrawMutation = { withdrawProposal: { proposal:
      | { id: string, status: ProposalStatus }
      | { id: string, status: ProposalStatus }
      | { id: string, status: ProposalStatus }
      | { id: string, status: ProposalStatus }
      | { id: string, status: ProposalStatus }
     } };

export type ExecuteMutationVariables = Exact<{
  input: ExecuteProposalInput;
}>;


export type ExecuteMutation = { executeProposal: { proposal:
      | { id: string, status: ProposalStatus, execution: { status: ProposalStatus, attempts: Array<{ at: string, error: { code: string, message: string } | null }> } | null }
      | { id: string, status: ProposalStatus, execution: { status: ProposalStatus, attempts: Array<{ at: string, error: { code: string, message: string } | null }> } | null }
      | { id: string, status: ProposalStatus, execution: { status: ProposalStatus, attempts: Array<{ at: string, error: { code: string, message: string } | null }> } | null }
      | { id: string, status: ProposalStatus, execution: { status: ProposalStatus, attempts: Array<{ at: string, error: { code: string, message: string } | null }> } | null }
      | { id: string, status: ProposalStatus, execution: { status: ProposalStatus, attempts: Array<{ at: string, error: { code: string, message: string } | null }> } | null }
     } };

export type AcceptInvitationMutationVariables = Exact<{
  input: AcceptInvitationInput;
}>;


export type AcceptInvitationMutation = { acceptInvitation: { invitation: { id: string, status: InvitationStatus, member: { id: string, name: string } | null } } };

export type RejectInvitationMutationVariables = Exact<{
  input: RejectInvitationInput;
}>;


export type RejectInvitationMutation = { rejectInvitation: { invitation: { id: string, status: InvitationStatus } } };

export type LeaveMutationVariables = Exact<{
  input: LeaveNetworkInput;
}>;


export type LeaveMutation = { leaveNetwork: { membership: { id: string, status: MembershipStatus } } };

export type BlocksSubscriptionVariables = Exact<{
  ledgers?: Array<string | number> | string | number | null | undefined;
  after?: string | null | undefined;
  minConfirmation?: Confirmation | null | undefined;
}>;


export type BlocksSubscription = { blockAdded: { cursor: string, kind: ChangeKind, confirmation: Confirmation, ledger:
      | { id: string, name: string }
      | { id: string, name: string }
    , position: { block: string, blockHash: string }, block:
      | { __typename: 'EthereumBlock', gasUsed: string, baseFee: string | null, id: string, number: string, hash: string, timestamp: string | null, transactionCount: number }
      | { __typename: 'FabricBlock', id: string, number: string, hash: string, timestamp: string | null, transactionCount: number, channel: { name: string, organizations: Array<{ mspId: string, member: { name: string } | null }> } }
     } };

export type TransactionsSubscriptionVariables = Exact<{
  filter?: TransactionFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type TransactionsSubscription = { transactionAdded: { cursor: string, kind: ChangeKind, confirmation: Confirmation, transaction:
      | { __typename: 'EthereumTransaction', id: string, hash: string, outcome: Outcome | null, method: { name: string | null } | null, ledger:
          | { name: string }
          | { name: string }
        , members: Array<{ name: string }> }
      | { __typename: 'FabricTransaction', function: string | null, validationCode: string | null, id: string, hash: string, outcome: Outcome | null, ledger:
          | { name: string }
          | { name: string }
        , members: Array<{ name: string }> }
     } };

export type LedgerEventsSubscriptionVariables = Exact<{
  filter?: LedgerEventFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type LedgerEventsSubscription = { eventEmitted: { cursor: string, kind: ChangeKind, event:
      | { __typename: 'ChaincodeEvent', payloadJson: unknown, id: string, name: string | null, transaction:
          | { hash: string }
          | { hash: string }
         }
      | { __typename: 'Log', id: string, name: string | null, decoded: { name: string, arguments: Array<{ name: string | null, value: unknown }> } | null, transaction:
          | { hash: string }
          | { hash: string }
         }
     } };

export type MembershipChangesSubscriptionVariables = Exact<{
  network?: string | number | null | undefined;
  after?: string | null | undefined;
}>;


export type MembershipChangesSubscription = { membershipChanged: { cursor: string, change: MembershipChangeKind, kind: ChangeKind, membership: { id: string, nativeId: string, status: MembershipStatus, role: MembershipRole, member: { id: string, name: string }, recordedOn:
        | { id: string, name: string }
        | { id: string, name: string }
       | null, network: { id: string, name: string } }, cause:
      | { __typename: 'ApiRecord' }
      | { __typename: 'EthereumTransaction', id: string }
      | { __typename: 'FabricBlock', id: string }
      | { __typename: 'FabricConfigSignature' }
      | { __typename: 'FabricTransaction', id: string }
      | { __typename: 'Log', id: string }
      | { __typename: 'SignedBallot' }
     | null } };

export type ProposalChangesSubscriptionVariables = Exact<{
  filter?: ProposalFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type ProposalChangesSubscription = { proposalChanged: { cursor: string, change: ProposalChangeKind, proposal:
      | { __typename: 'AmbProposal', id: string, title: string, status: ProposalStatus, tally: { satisfied: boolean }, viewerVote: { choice: VoteChoice } | null }
      | { __typename: 'ConfigUpdateProposal', id: string, title: string, status: ProposalStatus, tally: { satisfied: boolean }, viewerVote: { choice: VoteChoice } | null }
      | { __typename: 'ConsortiumProposal', id: string, title: string, status: ProposalStatus, tally: { satisfied: boolean }, viewerVote: { choice: VoteChoice } | null }
      | { __typename: 'GovernorProposal', id: string, title: string, status: ProposalStatus, tally: { satisfied: boolean }, viewerVote: { choice: VoteChoice } | null }
      | { __typename: 'LifecycleProposal', id: string, title: string, status: ProposalStatus, tally: { satisfied: boolean }, viewerVote: { choice: VoteChoice } | null }
     } };

export type VotesSubscriptionVariables = Exact<{
  proposal?: string | number | null | undefined;
  after?: string | null | undefined;
}>;


export type VotesSubscription = { voteCast: { cursor: string, kind: ChangeKind, vote: { choice: VoteChoice, verified: boolean, voter: { name: string } | null }, proposal:
      | { id: string, status: ProposalStatus, tally: { satisfied: boolean, choices: Array<{ choice: VoteChoice, count: number }> } }
      | { id: string, status: ProposalStatus, tally: { satisfied: boolean, choices: Array<{ choice: VoteChoice, count: number }> } }
      | { id: string, status: ProposalStatus, tally: { satisfied: boolean, choices: Array<{ choice: VoteChoice, count: number }> } }
      | { id: string, status: ProposalStatus, tally: { satisfied: boolean, choices: Array<{ choice: VoteChoice, count: number }> } }
      | { id: string, status: ProposalStatus, tally: { satisfied: boolean, choices: Array<{ choice: VoteChoice, count: number }> } }
     } };

export type NodeHealthSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type NodeHealthSubscription = { nodeHealthChanged: { cursor: string, before: NodeHealth, at: string, node: { id: string, name: string, role: NodeRole, health: NodeHealth, positions: Array<{ height: string | null, ledger:
          | { name: string }
          | { name: string }
        , lag: { blocks: string } | null }>, member: { name: string } | null } } };

export type NodesQueryVariables = Exact<{
  network: string | number;
}>;


export type NodesQuery = { network: { nodes: { edges: Array<{ node: { id: string, name: string, role: NodeRole, endpoint: string | null, version: string | null, health: NodeHealth, checkedAt: string | null, positions: Array<{ height: string | null, ledger:
              | { id: string, name: string }
              | { id: string, name: string }
            , lag: { blocks: string, seconds: number } | null }>, member: { name: string } | null } }> } } | null };
