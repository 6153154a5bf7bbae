import { Ctx, Directive, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { EthereumBlockDetail } from '../../model/ethereum.js';
import { ledgerKind } from '../../model/ids.js';
import type { BlockRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { requireLedger } from '../ledgerFacts.js';
import { blockId } from '../rowIds.js';
import { BigIntScalar, HashScalar } from '../scalars.js';
import { Account, accountOrNull } from './account.js';
import { Chain } from './chain.js';
import { Block, Ledger, Node } from './common.js';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Block, Node],
  description: 'A block of a chain; its hash tells branches apart.',
  simpleResolvers: true,
})
export class EthereumBlock {
  constructor(readonly row: BlockRow) {}

  private get detail(): EthereumBlockDetail {
    return this.row.detail as EthereumBlockDetail;
  }

  get id(): string {
    return blockId(this.row.ledger, this.row);
  }
  get number(): number {
    return this.row.number;
  }
  get hash(): string {
    return this.row.hash;
  }
  get parentHash(): string | null {
    return this.row.parentHash;
  }
  get timestamp(): number | null {
    return this.row.timestampMs;
  }
  get transactionCount(): number {
    return this.row.transactionCount;
  }
  get confirmation(): string {
    return this.row.confirmation;
  }

  @Field(() => BigIntScalar)
  get gasUsed(): string {
    return this.detail.gasUsed;
  }

  @Field(() => BigIntScalar)
  get gasLimit(): string {
    return this.detail.gasLimit;
  }

  @Field(() => BigIntScalar, { nullable: true })
  get baseFee(): string | null {
    return this.detail.baseFee;
  }

  @Field(() => Account, { nullable: true })
  get feeRecipient(): Account | null {
    return accountOrNull(this.row.ledger, this.detail.feeRecipient);
  }

  @Field(() => HashScalar)
  get stateRoot(): string {
    return this.detail.stateRoot;
  }

  @Field(() => HashScalar)
  get transactionsRoot(): string {
    return this.detail.transactionsRoot;
  }

  @Field(() => HashScalar)
  get receiptsRoot(): string {
    return this.detail.receiptsRoot;
  }
}

/** A row as a block of a chain; null where the row is none. */
export const ethereumBlock = (row: BlockRow | null): EthereumBlock | null =>
  row !== null && ledgerKind(row.ledger) === 'ethereum' ? new EthereumBlock(row) : null;

@Resolver(() => EthereumBlock)
export class EthereumBlockResolver {
  @FieldResolver(() => Ledger)
  async ledger(@Root() { row }: EthereumBlock, @Ctx() context: RequestContext): Promise<Chain> {
    return new Chain(await requireLedger(context, row.ledger));
  }

  @FieldResolver(() => Chain)
  async chain(@Root() { row }: EthereumBlock, @Ctx() context: RequestContext): Promise<Chain> {
    return new Chain(await requireLedger(context, row.ledger));
  }
}
