import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { requireLedger } from '../ledgerFacts.js';
import { loadersOf } from '../loaders.js';
import { approvalsOf } from './approvals.js';
import { Chaincode, ChaincodeApproval } from './chaincode.js';
import { Channel } from './channel.js';
import { fabricTransaction, FabricTransaction } from './transaction.js';

@Resolver(() => Chaincode)
export class ChaincodeResolver {
  @FieldResolver(() => Channel)
  async channel(@Root() { row }: Chaincode, @Ctx() context: RequestContext): Promise<Channel> {
    return new Channel(await requireLedger(context, row.ledger));
  }

  @FieldResolver(() => [ChaincodeApproval])
  async approvals(@Root() { row }: Chaincode, @Ctx() context: RequestContext): Promise<ChaincodeApproval[]> {
    return (await approvalsOf(context, row)).map(({ mspId, row: said }) => new ChaincodeApproval(mspId, said));
  }
}

@Resolver(() => ChaincodeApproval)
export class ChaincodeApprovalResolver {
  @FieldResolver(() => FabricTransaction, { nullable: true })
  async transaction(
    @Root() { row }: ChaincodeApproval,
    @Ctx() context: RequestContext,
  ): Promise<FabricTransaction | null> {
    if (row === null) return null;
    const { ledger, block, transactionIndex: index } = row;
    return fabricTransaction(await loadersOf(context).transactionByKey.load({ ledger, hash: block.hash, index }));
  }
}
