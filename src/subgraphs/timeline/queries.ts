import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { PageArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import type { Order } from '../ledgerPage.js';
import { readAhead } from '../readAhead.js';
import { mapPage } from '../page.js';
import { HashScalar } from '../scalars.js';
import { Selected } from '../selected.js';
import * as filters from './filters.js';
import { blockList, eventList, transactionList } from './lists.js';
import { blockBy, ledgerById, transactionBy, visibleLedgers } from './lookups.js';
import { blockStub, eventStub, listedTransaction, needsDetail } from './rows.js';
import { Block, BlockConnection, Ledger, LedgerEventConnection, Transaction, TransactionConnection } from './types.js';

@Resolver()
export class TimelineQueries {
  readonly #shown = new Selected(['edges', 'node']);

  @Query(() => Ledger, { nullable: true })
  ledger(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<object | null> {
    return ledgerById(context, id);
  }

  @Query(() => [Ledger])
  ledgers(@Ctx() context: RequestContext): Promise<object[]> {
    return visibleLedgers(context);
  }

  @Query(() => Block, { nullable: true })
  block(@Arg('by', () => filters.BlockBy) by: filters.BlockBy, @Ctx() context: RequestContext): Promise<object | null> {
    return blockBy(context, by);
  }

  @Query(() => Transaction, { nullable: true })
  transaction(
    @Arg('ledger', () => ID) ledger: string,
    @Arg('hash', () => HashScalar) hash: string,
    @Ctx() context: RequestContext,
  ): Promise<object | null> {
    return transactionBy(context, ledger, hash);
  }

  @Query(() => BlockConnection)
  async blocks(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => filters.BlockFilter, { nullable: true }) filter: filters.BlockFilter | null | undefined,
    @Arg('orderBy', () => filters.BlockOrder, { nullable: true }) order: Order | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return new BlockConnection(mapPage(await blockList(context, { filter, order, args }), blockStub));
  }

  @Query(() => TransactionConnection)
  async transactions(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => filters.TransactionFilter, { nullable: true })
    filter: filters.TransactionFilter | null | undefined,
    @Arg('orderBy', () => filters.TransactionOrder, { nullable: true }) order: Order | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object> {
    const shown = this.#shown.names(info);
    const page = await transactionList(context, { filter, order, args, detail: needsDetail(shown) });
    await readAhead(context, page.nodes, shown);
    return new TransactionConnection(mapPage(page, listedTransaction));
  }

  @Query(() => LedgerEventConnection)
  async events(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => filters.LedgerEventFilter, { nullable: true })
    filter: filters.LedgerEventFilter | null | undefined,
    @Arg('orderBy', () => filters.LedgerEventOrder, { nullable: true }) order: Order | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return new LedgerEventConnection(mapPage(await eventList(context, { filter, order, args }), eventStub));
  }
}
