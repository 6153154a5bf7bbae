import 'reflect-metadata';
import type { RequestContext } from '../context.js';
import { buildSubgraph } from '../buildSubgraph.js';
import { loadersOf } from '../loaders.js';
import type { TransactionRow } from '../../store/store.js';
import { blockOfId, eventOfId, refOf } from '../rowIds.js';
import { seenRow } from '../seen.js';
import type { ReferenceResolver, Subgraph } from '../subgraph.js';
import { BlockSignature, FabricBlock, fabricBlock, FabricBlockResolver } from './block.js';
import { Certificate } from './certificate.js';
import { Chaincode, ChaincodeApproval } from './chaincode.js';
import { ChaincodeApprovalResolver, ChaincodeResolver } from './chaincodeResolver.js';
import { Channel } from './channel.js';
import * as channelConfig from './channelConfig.js';
import { ChannelResolver, FabricBlockConnection, FabricBlockEdge } from './channelResolver.js';
import { EventPosition, Lag, Member, Network, PageInfo, LedgerEvent } from './common.js';
import * as configHistory from './configHistory.js';
import { EvaluateResult } from './evaluate.js';
import { ChaincodeEvent, chaincodeEvent } from './event.js';
import { ChaincodeEventResolver } from './eventResolver.js';
import { FabricIdentity, FabricIdentityResolver } from './identity.js';
import { ChannelOrganization, ChannelOrganizationResolver } from './organization.js';
import { ChannelPolicy, EndorsementPolicy, PolicyNode, PolicyTree, PrivateCollection } from './policy.js';
import { FabricMutations } from './mutations.js';
import { FabricQueries } from './queries.js';
import { transactionById } from './submission.js';
import { SubmitPayload } from './submit.js';
import { FabricTransaction, fabricTransaction } from './transaction.js';
import * as parts from './transactionParts.js';
import { FabricTransactionResolver } from './transactionResolver.js';
import { byId, byRow } from '../reference.js';

async function channelOf(context: RequestContext, id: string): Promise<Channel | null> {
  const ref = refOf(context, 'Ledger', id);
  const row = ref === null ? null : await loadersOf(context).ledger(ref.ledger);
  return row?.kind === 'fabric' ? new Channel(row) : null;
}

async function chaincodeOf(context: RequestContext, id: string): Promise<Chaincode | null> {
  const ref = refOf(context, 'Chaincode', id);
  if (ref === null) return null;
  const rows = await loadersOf(context).chaincodes.load(ref.ledger);
  const row = rows.find(({ definition }) => definition.name === ref.key);
  return row === undefined ? null : new Chaincode(row);
}

const transactionReference: ReferenceResolver = (representation, context) => {
  const row = seenRow<TransactionRow>(representation);
  return row === undefined ? transactionById(context as RequestContext, representation.id) : fabricTransaction(row);
};

const references: Record<string, ReferenceResolver> = {
  Channel: byId(channelOf),
  Chaincode: byId(chaincodeOf),
  FabricBlock: byRow(blockOfId, fabricBlock),
  FabricTransaction: transactionReference,
  ChaincodeEvent: byRow(eventOfId, chaincodeEvent),
};

const TYPES = {
  Network,
  Member,
  Lag,
  EventPosition,
  PageInfo,
  Channel,
  ChannelCapabilities: channelConfig.ChannelCapabilities,
  Consensus: channelConfig.Consensus,
  Consenter: channelConfig.Consenter,
  FaultTolerance: channelConfig.FaultTolerance,
  BatchSettings: channelConfig.BatchSettings,
  HostPort: channelConfig.HostPort,
  ChannelOrganization,
  Certificate,
  ChannelPolicy,
  PolicyTree,
  PolicyNode,
  EndorsementPolicy,
  PrivateCollection,
  Chaincode,
  ChaincodeApproval,
  ChannelConfigChangeRecord: configHistory.ChannelConfigChangeRecord,
  ChannelConfigChangeRecordConnection: configHistory.ChannelConfigChangeRecordConnection,
  ChannelConfigChangeRecordEdge: configHistory.ChannelConfigChangeRecordEdge,
  ConfigChange: configHistory.ConfigChange,
  ConfigSigner: configHistory.ConfigSigner,
  FabricBlock,
  FabricBlockConnection,
  FabricBlockEdge,
  BlockSignature,
  FabricTransaction,
  FabricIdentity,
  ChaincodeRef: parts.ChaincodeRef,
  Endorsement: parts.Endorsement,
  StateRead: parts.StateRead,
  StateVersion: parts.StateVersion,
  StateWrite: parts.StateWrite,
  PrivateWrite: parts.PrivateWrite,
  ChaincodeResponse: parts.ChaincodeResponse,
  ChaincodeEvent,
  EvaluateResult,
  SubmitPayload,
};

/** Fabric channels: blocks, transactions, events, chaincodes and configurations, as blocks tell them; `evaluate` and `submit`. */
export function createFabricSubgraph(): Subgraph {
  return buildSubgraph({
    name: 'fabric',
    resolvers: [
      FabricQueries,
      FabricMutations,
      ChannelResolver,
      ChannelOrganizationResolver,
      FabricBlockResolver,
      FabricTransactionResolver,
      FabricIdentityResolver,
      ChaincodeEventResolver,
      ChaincodeResolver,
      ChaincodeApprovalResolver,
      configHistory.ChannelConfigChangeRecordResolver,
    ],
    types: TYPES,
    interfaces: [LedgerEvent],
    references,
    postOnly: ['evaluate'],
  });
}
