import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ParleyError } from '../../errors/index.js';
import type { RequestContext } from '../context.js';
import { requireLedger } from '../ledgerFacts.js';
import { loadersOf } from '../loaders.js';
import { Chain } from './chain.js';
import { Ledger, Transaction } from './common.js';
import { Log } from './log.js';
import { ethereumTransaction, type EthereumTransaction } from './transaction.js';

@Resolver(() => Log)
export class LogResolver {
  @FieldResolver(() => Ledger)
  async ledger(@Root() { row }: Log, @Ctx() context: RequestContext): Promise<Chain> {
    return new Chain(await requireLedger(context, row.ledger));
  }

  @FieldResolver(() => Transaction)
  async transaction(@Root() { row }: Log, @Ctx() context: RequestContext): Promise<EthereumTransaction> {
    const { ledger, block, transactionIndex: index } = row;
    const found = ethereumTransaction(
      await loadersOf(context).transactionByKey.load({ ledger, hash: block.hash, index }),
    );
    if (found !== null) return found;
    throw new ParleyError('STORE_CORRUPT', 'A log has no transaction', { got: { ledger, block, index } });
  }
}
