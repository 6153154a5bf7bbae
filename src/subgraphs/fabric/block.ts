import { Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import type { FabricBlockDetail } from '../../model/fabric.js';
import { ledgerKind } from '../../model/ids.js';
import type { BlockRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { requireLedger } from '../ledgerFacts.js';
import { blockId } from '../rowIds.js';
import { HashScalar } from '../scalars.js';
import { Channel } from './channel.js';
import { Block, Ledger, Node } from './common.js';

@ObjectType({ simpleResolvers: true })
export class BlockSignature {
  @Field(() => ID, { nullable: true })
  consenterId!: string | null;

  @Field(() => String, { nullable: true })
  mspId!: string | null;

  @Field(() => String, { nullable: true })
  subject!: string | null;

  @Field(() => Boolean)
  verified!: boolean;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Block, Node],
  description: 'A block of a channel: final from the first moment.',
  simpleResolvers: true,
})
export class FabricBlock {
  constructor(readonly row: BlockRow) {}

  private get detail(): FabricBlockDetail {
    return this.row.detail as FabricBlockDetail;
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

  @Field(() => HashScalar)
  get dataHash(): string {
    return this.detail.dataHash;
  }

  /** A signature covers the header alone: where the data is not what the header says, nobody signed this block. */
  @Field(() => [BlockSignature])
  get signatures(): readonly BlockSignature[] {
    const { signatures, dataHashVerified } = this.detail;
    return dataHashVerified ? signatures : signatures.map((signature) => ({ ...signature, verified: false }));
  }
}

/** A row as a block of a channel; null where the row is none. */
export const fabricBlock = (row: BlockRow | null): FabricBlock | null =>
  row !== null && ledgerKind(row.ledger) === 'fabric' ? new FabricBlock(row) : null;

@Resolver(() => FabricBlock)
export class FabricBlockResolver {
  @FieldResolver(() => Ledger)
  async ledger(@Root() { row }: FabricBlock, @Ctx() context: RequestContext): Promise<Channel> {
    return new Channel(await requireLedger(context, row.ledger));
  }

  @FieldResolver(() => Channel)
  async channel(@Root() { row }: FabricBlock, @Ctx() context: RequestContext): Promise<Channel> {
    return new Channel(await requireLedger(context, row.ledger));
  }
}
