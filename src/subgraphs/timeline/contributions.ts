import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { PageOf } from '../page.js';
import type { EventRow, TransactionRow } from '../../store/store.js';
import { ForwardArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import { mapPage } from '../page.js';
import type { Stub, StubClass } from '../stubs.js';
import { TransactionFilter } from './filters.js';
import * as parts from './parts.js';
import { eventStub, listedTransaction } from './rows.js';
import * as types from './types.js';

// What the timeline adds to things of others: their transactions and events, of any ledger.

const transactions = (page: PageOf<TransactionRow>): object =>
  new types.TransactionConnection(mapPage(page, listedTransaction));
const events = (page: PageOf<EventRow>): object => new types.LedgerEventConnection(mapPage(page, eventStub));

function transactionsOf(Stub: StubClass, read: typeof parts.transactionsOfBlockId) {
  @Resolver(() => Stub)
  class TransactionsResolver {
    @FieldResolver(() => types.TransactionConnection)
    async transactions(
      @Root() thing: Stub,
      @Args(() => ForwardArgs) args: ForwardArgs,
      @Ctx() context: RequestContext,
    ): Promise<object> {
      return transactions(await read(context, thing, args));
    }
  }
  return TransactionsResolver;
}

function eventsOf(Stub: StubClass, read: typeof parts.eventsOfTransactionId) {
  @Resolver(() => Stub)
  class EventsResolver {
    @FieldResolver(() => types.LedgerEventConnection)
    async events(
      @Root() thing: Stub,
      @Args(() => ForwardArgs) args: ForwardArgs,
      @Ctx() context: RequestContext,
    ): Promise<object> {
      return events(await read(context, thing, args));
    }
  }
  return EventsResolver;
}

@Resolver(() => types.Member)
class MemberTransactions {
  @FieldResolver(() => types.TransactionConnection)
  async transactions(
    @Root() { id }: Stub,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => TransactionFilter, { nullable: true }) filter: TransactionFilter | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return transactions(await parts.transactionsOfMember(context, id, { filter, args }));
  }
}

export const contributions = [
  transactionsOf(types.FabricBlock, parts.transactionsOfBlockId),
  transactionsOf(types.EthereumBlock, parts.transactionsOfBlockId),
  transactionsOf(types.Account, parts.transactionsOfAccount),
  MemberTransactions,
  eventsOf(types.FabricTransaction, parts.eventsOfTransactionId),
  eventsOf(types.EthereumTransaction, parts.eventsOfTransactionId),
  eventsOf(types.Chaincode, parts.eventsOfChaincode),
] as const;
