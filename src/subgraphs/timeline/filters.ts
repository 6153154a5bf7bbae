import { Directive, Field, ID, InputType } from 'type-graphql';
import type { Confirmation, Outcome } from '../../model/finality.js';
import { ConfirmationEnum, enumType, OrderDirectionEnum, OutcomeEnum } from '../enums.js';
import { AddressScalar, BigIntScalar, BytesScalar, DateTimeScalar, HashScalar } from '../scalars.js';

const LedgerOrderFieldEnum = enumType(
  'LedgerOrderField',
  ['TIMESTAMP', 'POSITION'],
  'TIMESTAMP across ledgers; POSITION inside one.',
);

@InputType()
export class BlockNumberBy {
  @Field(() => ID)
  ledger!: string;

  @Field(() => BigIntScalar)
  number!: string;
}

@InputType()
export class BlockHashBy {
  @Field(() => ID)
  ledger!: string;

  @Field(() => HashScalar)
  hash!: string;
}

@Directive('@oneOf')
@InputType()
export class BlockBy {
  @Field(() => BlockNumberBy, { nullable: true })
  number?: BlockNumberBy | null;

  @Field(() => BlockHashBy, { nullable: true })
  hash?: BlockHashBy | null;
}

@InputType({ description: 'One for each topic position; empty matches any.' })
export class TopicFilter {
  @Field(() => [BytesScalar], { nullable: true })
  anyOf?: string[] | null;
}

@InputType({ description: '`from` is inclusive, `to` exclusive.' })
export class TimeRange {
  @Field(() => DateTimeScalar, { nullable: true })
  from?: number | null;

  @Field(() => DateTimeScalar, { nullable: true })
  to?: number | null;
}

@InputType({ description: 'Block numbers, both inclusive.' })
export class BlockRange {
  @Field(() => BigIntScalar, { nullable: true })
  from?: string | null;

  @Field(() => BigIntScalar, { nullable: true })
  to?: string | null;
}

@InputType()
export class BlockFilter {
  @Field(() => [ID], { nullable: true })
  ledgers?: string[] | null;

  @Field(() => BlockRange, { nullable: true })
  range?: BlockRange | null;

  @Field(() => TimeRange, { nullable: true })
  time?: TimeRange | null;

  @Field(() => [ConfirmationEnum], { nullable: true })
  confirmation?: Confirmation[] | null;
}

@InputType()
export class TransactionFilter {
  @Field(() => [ID], { nullable: true })
  ledgers?: string[] | null;

  @Field(() => [ID], { nullable: true })
  members?: string[] | null;

  @Field(() => [AddressScalar], { nullable: true })
  addresses?: string[] | null;

  @Field(() => [String], { nullable: true })
  chaincodes?: string[] | null;

  @Field(() => [String], { nullable: true })
  functions?: string[] | null;

  @Field(() => OutcomeEnum, { nullable: true })
  outcome?: Outcome | null;

  @Field(() => [ConfirmationEnum], { nullable: true })
  confirmation?: Confirmation[] | null;

  @Field(() => BlockRange, { nullable: true })
  range?: BlockRange | null;

  @Field(() => TimeRange, { nullable: true })
  time?: TimeRange | null;
}

@InputType()
export class LedgerEventFilter {
  @Field(() => [ID], { nullable: true })
  ledgers?: string[] | null;

  @Field(() => [String], { nullable: true })
  names?: string[] | null;

  @Field(() => [String], { nullable: true })
  chaincodes?: string[] | null;

  @Field(() => [AddressScalar], { nullable: true })
  addresses?: string[] | null;

  @Field(() => [TopicFilter], { nullable: true })
  topics?: TopicFilter[] | null;

  @Field(() => BlockRange, { nullable: true })
  range?: BlockRange | null;

  @Field(() => TimeRange, { nullable: true })
  time?: TimeRange | null;
}

/** Blocks, transactions and events are ordered alike, each by an input of its own name. */
function orderInput(name: string) {
  @InputType(name)
  class Order {
    @Field(() => LedgerOrderFieldEnum)
    field!: 'TIMESTAMP' | 'POSITION';

    @Field(() => OrderDirectionEnum)
    direction!: 'ASC' | 'DESC';
  }
  return Order;
}
export const BlockOrder = orderInput('BlockOrder');
export const TransactionOrder = orderInput('TransactionOrder');
export const LedgerEventOrder = orderInput('LedgerEventOrder');
