import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { memberId, membersBehind, requireLedger } from '../ledgerFacts.js';
import { loadersOf } from '../loaders.js';
import { fabricBlock, type FabricBlock } from './block.js';
import { Channel } from './channel.js';
import { Block, Ledger, Member } from './common.js';
import { chaincodeEvent, ChaincodeEvent } from './event.js';
import { FabricTransaction } from './transaction.js';

@Resolver(() => FabricTransaction)
export class FabricTransactionResolver {
  @FieldResolver(() => Ledger)
  async ledger(@Root() { row }: FabricTransaction, @Ctx() context: RequestContext): Promise<Channel> {
    return new Channel(await requireLedger(context, row.ledger));
  }

  @FieldResolver(() => Channel)
  async channel(@Root() { row }: FabricTransaction, @Ctx() context: RequestContext): Promise<Channel> {
    return new Channel(await requireLedger(context, row.ledger));
  }

  @FieldResolver(() => Block, { nullable: true })
  async block(@Root() { row }: FabricTransaction, @Ctx() context: RequestContext): Promise<FabricBlock | null> {
    if (row.block === null) return null;
    return fabricBlock(await loadersOf(context).blockByHash.load({ ledger: row.ledger, hash: row.block.hash }));
  }

  @FieldResolver(() => [Member])
  async members(@Root() { row }: FabricTransaction, @Ctx() context: RequestContext): Promise<object[]> {
    return (await membersBehind(context, row)).map((member) => new Member(memberId(member)));
  }

  @FieldResolver(() => ChaincodeEvent, { nullable: true })
  async event(@Root() { row }: FabricTransaction, @Ctx() context: RequestContext): Promise<ChaincodeEvent | null> {
    if (row.block === null) return null;
    // By its key, not from the list: what an invalid transaction would have told is in no list.
    const key = { ledger: row.ledger, hash: row.block.hash, transactionIndex: row.index, index: 0 };
    return chaincodeEvent(await loadersOf(context).eventByKey.load(key));
  }
}
