import { Directive, Field, ObjectType } from 'type-graphql';
import type { LedgerRow } from '../../store/store.js';
import { BigIntScalar } from '../scalars.js';
import { Ledger, Node } from './common.js';

@ObjectType({ description: 'In wei.', simpleResolvers: true })
export class GasPrice {
  @Field(() => BigIntScalar, { nullable: true })
  baseFee!: string | null;

  @Field(() => BigIntScalar)
  priorityFee!: string;
}

@Directive('@key(fields: "id")')
@ObjectType({ implements: [Ledger, Node], description: 'An Ethereum chain.', simpleResolvers: true })
export class Chain {
  constructor(readonly row: LedgerRow) {}

  get id(): string {
    return this.row.id;
  }
  get name(): string {
    return this.row.name;
  }
  get height(): number {
    return this.row.tip?.number ?? -1;
  }
  get finalizedHeight(): number {
    return this.row.finalized;
  }

  @Field(() => BigIntScalar, { description: "EIP-155's chain id." })
  get chainId(): string {
    return this.row.id.slice('eip155:'.length);
  }

  @Field(() => BigIntScalar)
  get safeHeight(): number {
    return this.row.safe;
  }
}
