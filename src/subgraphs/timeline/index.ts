import 'reflect-metadata';
import { buildSubgraph } from '../buildSubgraph.js';
import { byId } from '../reference.js';
import type { Subgraph } from '../subgraph.js';
import { ActivityBucket, ActivityQueries } from './activity.js';
import { BlockChange, EventChange, LedgerPosition, TransactionChange } from './changes.js';
import { contributions } from './contributions.js';
import { NodeQueries } from './nodeQueries.js';
import { TimelineQueries } from './queries.js';
import { SearchQueries } from './searchQueries.js';
import { TimelineSubscriptions } from './subscriptions.js';
import { objects } from './types.js';

/** Whether there is such a thing its owner says: the timeline's own object of it is its id. */
const stub = (type: (typeof objects)['Member']) => byId((_, id) => new type(id));

/** What spans ledgers: lists in one order, `node`, `search`, `activity`, and the transactions and events of everything. */
export function createTimelineSubgraph(): Subgraph {
  const { Member, Chaincode, FabricBlock, FabricTransaction, EthereumBlock, EthereumTransaction, Account } = objects;
  const contributed = {
    Member,
    Chaincode,
    FabricBlock,
    FabricTransaction,
    EthereumBlock,
    EthereumTransaction,
    Account,
  };
  return buildSubgraph({
    name: 'timeline',
    resolvers: [TimelineQueries, NodeQueries, SearchQueries, ActivityQueries, TimelineSubscriptions, ...contributions],
    types: { ...objects, ActivityBucket, BlockChange, TransactionChange, EventChange, LedgerPosition },
    interfaces: [],
    references: Object.fromEntries(Object.entries(contributed).map(([name, type]) => [name, stub(type)])),
  });
}
