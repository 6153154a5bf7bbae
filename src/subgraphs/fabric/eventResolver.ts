import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ParleyError } from '../../errors/index.js';
import type { RequestContext } from '../context.js';
import { requireLedger } from '../ledgerFacts.js';
import { loadersOf } from '../loaders.js';
import { Channel } from './channel.js';
import { Ledger, Transaction } from './common.js';
import { ChaincodeEvent } from './event.js';
import { fabricTransaction, type FabricTransaction } from './transaction.js';
import { ChaincodeRef } from './transactionParts.js';

@Resolver(() => ChaincodeEvent)
export class ChaincodeEventResolver {
  @FieldResolver(() => Ledger)
  async ledger(@Root() { row }: ChaincodeEvent, @Ctx() context: RequestContext): Promise<Channel> {
    return new Channel(await requireLedger(context, row.ledger));
  }

  @FieldResolver(() => Transaction)
  async transaction(@Root() { row }: ChaincodeEvent, @Ctx() context: RequestContext): Promise<FabricTransaction> {
    const { ledger, block, transactionIndex: index } = row;
    const found = fabricTransaction(
      await loadersOf(context).transactionByKey.load({ ledger, hash: block.hash, index }),
    );
    if (found !== null) return found;
    throw new ParleyError('STORE_CORRUPT', 'An event has no transaction', { got: { ledger, block, index } });
  }

  @FieldResolver(() => ChaincodeRef)
  async chaincode(@Root() event: ChaincodeEvent, @Ctx() context: RequestContext): Promise<ChaincodeRef> {
    const { chaincode: called } = await this.transaction(event, context);
    const { chaincode: name } = event.detail;
    return { name, version: called?.name === name ? called.version : null };
  }
}
