import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TransactionKey, TransactionRow } from '../../store/store.js';
import { chainReadsOf } from '../chainReads.js';
import { ForwardArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import { memberId, membersBehind, withBlock, withLedger } from '../ledgerFacts.js';
import { loadersOf } from '../loaders.js';
import { emptyPage, mapPage } from '../page.js';
import { eventsOfTransaction } from '../partPage.js';
import { ethereumBlock, type EthereumBlock } from './block.js';
import { Chain } from './chain.js';
import { Block, Ledger, Member } from './common.js';
import { log, LogConnection } from './log.js';
import { TokenTransfer } from './tokenTransfer.js';
import { EthereumTransaction } from './transaction.js';

const keyOf = ({ ledger, block, index }: TransactionRow): TransactionKey => ({ ledger, hash: block.hash, index });

@Resolver(() => EthereumTransaction)
export class EthereumTransactionResolver {
  @FieldResolver(() => Ledger)
  ledger(@Root() { row }: EthereumTransaction, @Ctx() context: RequestContext): Chain | Promise<Chain> {
    return withLedger(context, row.ledger, (ledger) => new Chain(ledger));
  }

  @FieldResolver(() => Chain)
  chain(@Root() { row }: EthereumTransaction, @Ctx() context: RequestContext): Chain | Promise<Chain> {
    return withLedger(context, row.ledger, (ledger) => new Chain(ledger));
  }

  @FieldResolver(() => Block, { nullable: true })
  block(
    @Root() { row }: EthereumTransaction,
    @Ctx() context: RequestContext,
  ): EthereumBlock | null | Promise<EthereumBlock | null> {
    return row.block === null ? null : withBlock(context, row.ledger, row.block.hash, ethereumBlock);
  }

  @FieldResolver(() => [Member])
  members(@Root() { row }: EthereumTransaction, @Ctx() context: RequestContext): object[] | Promise<object[]> {
    return membersBehind(context, row, (member) => new Member(memberId(member)));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Why it failed, found by running it again before its block; null where the node cannot say.',
  })
  async revertReason(@Root() { row }: EthereumTransaction, @Ctx() context: RequestContext): Promise<string | null> {
    if (row.block === null || row.outcome !== 'FAILED') return null;
    return (await chainReadsOf(context, row.ledger)).revertReason.load({ hash: row.hash, block: row.block.number });
  }

  @FieldResolver(() => LogConnection)
  async logs(
    @Root() { row }: EthereumTransaction,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    if (row.block === null) return new LogConnection(emptyPage());
    return new LogConnection(mapPage(await eventsOfTransaction(context, row, args), log));
  }

  @FieldResolver(() => [TokenTransfer])
  async tokenTransfers(@Root() { row }: EthereumTransaction, @Ctx() context: RequestContext): Promise<TokenTransfer[]> {
    if (row.block === null) return [];
    const transfers = await loadersOf(context).tokenTransfersOf.load(keyOf(row));
    return transfers.map((transfer) => new TokenTransfer(transfer));
  }
}
