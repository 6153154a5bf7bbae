import 'reflect-metadata';
import { buildSubgraph } from '../buildSubgraph.js';
import type { Subgraph } from '../subgraph.js';
import { Account } from './account.js';
import { AccountResolver } from './accountResolver.js';
import { EthereumBlock, EthereumBlockResolver } from './block.js';
import { Chain, GasPrice } from './chain.js';
import { ChainResolver, EthereumBlockConnection, EthereumBlockEdge } from './chainResolver.js';
import { EventPosition, Lag, LedgerEvent, Member, Network, PageInfo } from './common.js';
import { Contract } from './contract.js';
import { ContractResolver } from './contractResolver.js';
import { DecodedEvent, DecodedValue, MethodCall } from './decoded.js';
import { SendTransactionPayload } from './inputs.js';
import { Log, LogConnection, LogEdge } from './log.js';
import { LogResolver } from './logResolver.js';
import { EthereumMutations } from './mutations.js';
import { EthereumQueries } from './queries.js';
import { references } from './references.js';
import { Token, TokenBalance, TokenResolver } from './token.js';
import { TokenTransfer } from './tokenTransfer.js';
import { AccessListEntry, EthereumTransaction } from './transaction.js';
import { EthereumTransactionResolver } from './transactionResolver.js';

const TYPES = {
  Network,
  Member,
  Lag,
  EventPosition,
  PageInfo,
  Chain,
  GasPrice,
  EthereumBlock,
  EthereumBlockConnection,
  EthereumBlockEdge,
  EthereumTransaction,
  AccessListEntry,
  MethodCall,
  DecodedValue,
  DecodedEvent,
  Log,
  LogConnection,
  LogEdge,
  Account,
  Contract,
  Token,
  TokenBalance,
  TokenTransfer,
  SendTransactionPayload,
};

/** Ethereum chains: blocks, transactions and logs as indexed; balances, code, contracts and tokens as the chain answers. */
export function createEthereumSubgraph(): Subgraph {
  return buildSubgraph({
    name: 'ethereum',
    resolvers: [
      EthereumQueries,
      EthereumMutations,
      ChainResolver,
      EthereumBlockResolver,
      EthereumTransactionResolver,
      LogResolver,
      AccountResolver,
      ContractResolver,
      TokenResolver,
    ],
    types: TYPES,
    interfaces: [LedgerEvent],
    references,
  });
}
