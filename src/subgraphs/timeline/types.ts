import { Args, createUnionType, Field, InterfaceType } from 'type-graphql';
import { connectionType, ForwardArgs, pageInfoType, streamedConnectionType } from '../connections.js';
import { entityStub, interfaceStub, nodeInterface } from '../stubs.js';

// The things of the graph as the timeline knows them: by their ids. What it adds to them is in contributions.ts.

export const Node = nodeInterface();
export const PageInfo = pageInfoType();
export const Ledger = interfaceStub('Ledger', Node);
export const LedgerEvent = interfaceStub('LedgerEvent', Node);

const declaredOnly = (args: ForwardArgs): never => {
  throw new TypeError(`An interface declares the field; each implementing type resolves it (${JSON.stringify(args)})`);
};

@InterfaceType('Transaction', { implements: Node })
export abstract class Transaction {
  @Field(() => LedgerEventConnection)
  events(@Args(() => ForwardArgs) args: ForwardArgs): object {
    return declaredOnly(args);
  }
}

@InterfaceType('Block', { implements: Node })
export abstract class Block {
  @Field(() => TransactionConnection)
  transactions(@Args(() => ForwardArgs) args: ForwardArgs): object {
    return declaredOnly(args);
  }
}

const contributes = { contributes: true };
export const Network = entityStub('Network', [Node]);
export const Member = entityStub('Member', [Node], contributes);
export const Membership = entityStub('Membership', [Node]);
export const NetworkNode = entityStub('NetworkNode', [Node]);
export const Channel = entityStub('Channel', [Ledger, Node]);
export const Chaincode = entityStub('Chaincode', [Node], contributes);
export const FabricBlock = entityStub('FabricBlock', [Block, Node], contributes);
export const FabricTransaction = entityStub('FabricTransaction', [Transaction, Node], contributes);
export const ChaincodeEvent = entityStub('ChaincodeEvent', [LedgerEvent, Node]);
export const Chain = entityStub('Chain', [Ledger, Node]);
export const EthereumBlock = entityStub('EthereumBlock', [Block, Node], contributes);
export const EthereumTransaction = entityStub('EthereumTransaction', [Transaction, Node], contributes);
export const Log = entityStub('Log', [LedgerEvent, Node]);
export const Account = entityStub('Account', [Node], contributes);
export const Contract = entityStub('Contract', [Node]);
export const Token = entityStub('Token', [Node]);

export const Proposal = interfaceStub('Proposal', Node);
export const ConsortiumProposal = entityStub('ConsortiumProposal', [Proposal, Node]);
export const LifecycleProposal = entityStub('LifecycleProposal', [Proposal, Node]);
export const ConfigUpdateProposal = entityStub('ConfigUpdateProposal', [Proposal, Node]);
export const GovernorProposal = entityStub('GovernorProposal', [Proposal, Node]);
export const AmbProposal = entityStub('AmbProposal', [Proposal, Node]);
export const Vote = entityStub('Vote', [Node]);
export const Invitation = entityStub('Invitation', [Node]);

/** A proposal by its mechanism. */
export const PROPOSALS = {
  CONSORTIUM: ConsortiumProposal,
  FABRIC_LIFECYCLE: LifecycleProposal,
  FABRIC_CONFIG: ConfigUpdateProposal,
  GOVERNOR: GovernorProposal,
  AMB: AmbProposal,
} as const;

export const SearchResult = createUnionType({
  name: 'SearchResult',
  types: () =>
    [
      Network,
      Member,
      Channel,
      Chain,
      FabricBlock,
      EthereumBlock,
      FabricTransaction,
      EthereumTransaction,
      Account,
      Chaincode,
      ConsortiumProposal,
      LifecycleProposal,
      ConfigUpdateProposal,
      GovernorProposal,
      AmbProposal,
    ] as const,
});

export const { Connection: BlockConnection, Edge: BlockEdge } = streamedConnectionType<object>(
  'Block',
  () => Block,
  PageInfo,
);
export const { Connection: TransactionConnection, Edge: TransactionEdge } = streamedConnectionType<object>(
  'Transaction',
  () => Transaction,
  PageInfo,
);
export const { Connection: LedgerEventConnection, Edge: LedgerEventEdge } = streamedConnectionType<object>(
  'LedgerEvent',
  () => LedgerEvent,
  PageInfo,
);
export const { Connection: SearchConnection, Edge: SearchEdge } = connectionType<object>(
  'Search',
  () => SearchResult,
  PageInfo,
);

/** Every object type of the timeline that is declared here, by its name. */
export const objects = {
  ...{ PageInfo, Network, Member, Membership, NetworkNode },
  ...{ Channel, Chaincode, FabricBlock, FabricTransaction, ChaincodeEvent },
  ...{ Chain, EthereumBlock, EthereumTransaction, Log, Account, Contract, Token },
  ...{ ConsortiumProposal, LifecycleProposal, ConfigUpdateProposal, GovernorProposal, AmbProposal, Vote, Invitation },
  ...{ BlockConnection, BlockEdge, TransactionConnection, TransactionEdge },
  ...{ LedgerEventConnection, LedgerEventEdge, SearchConnection, SearchEdge },
};
