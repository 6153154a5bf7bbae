import { Directive, Field, Int, ObjectType } from 'type-graphql';
import type { EthereumTransactionDetail } from '../../model/ethereum.js';
import { formatId, ledgerKind } from '../../model/ids.js';
import type { TransactionRow } from '../../store/store.js';
import { AddressScalar, BigIntScalar, BytesScalar, HashScalar } from '../scalars.js';
import { Account, accountOrNull } from './account.js';
import { Node, Transaction } from './common.js';
import { MethodCall } from './decoded.js';
import type { KnownTransaction } from './waiting.js';

@ObjectType({ simpleResolvers: true })
export class AccessListEntry {
  @Field(() => AddressScalar)
  address!: string;

  @Field(() => [HashScalar])
  storageKeys!: readonly string[];
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Transaction, Node],
  description: 'A transaction of a chain with its receipt.',
  simpleResolvers: true,
})
export class EthereumTransaction {
  constructor(readonly row: KnownTransaction) {}

  private get detail(): Omit<EthereumTransactionDetail, 'gasUsed'> & { readonly gasUsed?: string } {
    return this.row.detail as EthereumTransactionDetail;
  }

  get id(): string {
    return formatId({ type: 'Transaction', ledger: this.row.ledger, key: this.row.hash });
  }
  get hash(): string {
    return this.row.hash;
  }
  get index(): number | null {
    return this.row.index;
  }
  get timestamp(): number | null {
    return this.row.timestampMs;
  }
  get confirmation(): string {
    return this.row.confirmation;
  }
  get outcome(): string | null {
    return this.row.outcome;
  }

  @Field(() => Int, { description: '0 legacy, 1 access list, 2 dynamic fee, 3 blob, 4 set code.' })
  get type(): number {
    return this.detail.type;
  }

  @Field(() => Account)
  get from(): Account {
    return new Account(this.row.ledger, this.detail.from);
  }

  @Field(() => Account, { nullable: true })
  get to(): Account | null {
    return accountOrNull(this.row.ledger, this.detail.to);
  }

  @Field(() => Account, { nullable: true })
  get createdContract(): Account | null {
    return accountOrNull(this.row.ledger, this.detail.createdContract);
  }

  @Field(() => BigIntScalar)
  get nonce(): string {
    return this.detail.nonce;
  }

  @Field(() => BigIntScalar)
  get value(): string {
    return this.detail.value;
  }

  @Field(() => BigIntScalar)
  get gas(): string {
    return this.detail.gas;
  }

  @Field(() => BigIntScalar, { nullable: true })
  get gasPrice(): string | null {
    return this.detail.gasPrice;
  }

  @Field(() => BigIntScalar, { nullable: true })
  get maxFeePerGas(): string | null {
    return this.detail.maxFeePerGas;
  }

  @Field(() => BigIntScalar, { nullable: true })
  get maxPriorityFeePerGas(): string | null {
    return this.detail.maxPriorityFeePerGas;
  }

  @Field(() => [AccessListEntry], { nullable: true })
  get accessList(): readonly AccessListEntry[] | null {
    return this.detail.accessList;
  }

  @Field(() => BytesScalar)
  get input(): string {
    return this.detail.input;
  }

  @Field(() => MethodCall, { nullable: true })
  get method(): object | null {
    return this.detail.method;
  }

  @Field(() => BigIntScalar, { nullable: true })
  get gasUsed(): string | null {
    return this.detail.gasUsed ?? null;
  }

  @Field(() => BigIntScalar, { nullable: true })
  get effectiveGasPrice(): string | null {
    return this.detail.effectiveGasPrice;
  }
}

/** A row as a transaction of a chain; null where the row is none. */
export const ethereumTransaction = (row: TransactionRow | null): EthereumTransaction | null =>
  row !== null && ledgerKind(row.ledger) === 'ethereum' ? new EthereumTransaction(row) : null;
