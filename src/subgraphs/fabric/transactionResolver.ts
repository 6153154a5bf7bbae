import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { memberId, membersBehind, withBlock, withLedger } from '../ledgerFacts.js';
import { loadersOf } from '../loaders.js';
import { fabricBlock, type FabricBlock } from './block.js';
import { Channel } from './channel.js';
import { Block, Ledger, Member } from './common.js';
import { chaincodeEvent, ChaincodeEvent } from './event.js';
import { FabricTransaction } from './transaction.js';

@Resolver(() => FabricTransaction)
export class FabricTransactionResolver {
  @FieldResolver(() => Ledger)
  ledger(@Root() { row }: FabricTransaction, @Ctx() context: RequestContext): Channel | Promise<Channel> {
    return withLedger(context, row.ledger, (ledger) => new Channel(ledger));
  }

  @FieldResolver(() => Channel)
  channel(@Root() { row }: FabricTransaction, @Ctx() context: RequestContext): Channel | Promise<Channel> {
    return withLedger(context, row.ledger, (ledger) => new Channel(ledger));
  }

  @FieldResolver(() => Block, { nullable: true })
  block(
    @Root() { row }: FabricTransaction,
    @Ctx() context: RequestContext,
  ): FabricBlock | null | Promise<FabricBlock | null> {
    return row.block === null ? null : withBlock(context, row.ledger, row.block.hash, fabricBlock);
  }

  @FieldResolver(() => [Member])
  members(@Root() { row }: FabricTransaction, @Ctx() context: RequestContext): object[] | Promise<object[]> {
    return membersBehind(context, row, (member) => new Member(memberId(member)));
  }

  @FieldResolver(() => ChaincodeEvent, { nullable: true })
  async event(@Root() { row }: FabricTransaction, @Ctx() context: RequestContext): Promise<ChaincodeEvent | null> {
    if (row.block === null) return null;
    // By its key, not from the list: what an invalid transaction would have told is in no list.
    const key = { ledger: row.ledger, hash: row.block.hash, transactionIndex: row.index, index: 0 };
    return chaincodeEvent(await loadersOf(context).eventByKey.load(key));
  }
}
