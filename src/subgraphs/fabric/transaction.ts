import { Directive, Field, ObjectType } from 'type-graphql';
import type { FabricTransactionDetail } from '../../model/fabric.js';
import { formatId, ledgerKind } from '../../model/ids.js';
import type { TransactionRow } from '../../store/store.js';
import { enumType } from '../enums.js';
import { transactionId } from '../rowIds.js';
import { BytesScalar } from '../scalars.js';
import { hexOfBase64, utf8 } from '../text.js';
import { Node, Transaction } from './common.js';
import { FabricIdentity } from './identity.js';
import {
  ChaincodeRef,
  ChaincodeResponse,
  Endorsement,
  PrivateWrite,
  StateRead,
  StateWrite,
} from './transactionParts.js';
import type { KnownTransaction } from './waiting.js';

const FabricTransactionTypeEnum = enumType('FabricTransactionType', [
  'ENDORSER_TRANSACTION',
  'CONFIG',
  'CONFIG_UPDATE',
  'OTHER',
]);

/** Every transaction touches it, so it says something only where it is what was called. */
const LIFECYCLE = '_lifecycle';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Transaction, Node],
  description:
    'A transaction of a channel, valid or not: what was endorsed, what it read and wrote, and what the peers made of it.',
  simpleResolvers: true,
})
export class FabricTransaction {
  constructor(readonly row: KnownTransaction) {}

  private get detail(): FabricTransactionDetail {
    return this.row.detail as FabricTransactionDetail;
  }

  /** Of one that no block holds yet its place is not known: its own id stands in for it, and finds it also later. */
  get id(): string {
    const { row } = this;
    if (row.block !== null) return transactionId(row);
    return formatId({ type: 'Transaction', ledger: row.ledger, key: row.hash });
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

  @Field(() => String, {
    nullable: true,
    description:
      "Fabric's own id; null for a configuration transaction. A replayed envelope repeats it (DUPLICATE_TXID), so it does not identify: `id` does.",
  })
  get transactionId(): string | null {
    return this.detail.transactionId;
  }

  @Field(() => FabricTransactionTypeEnum)
  get envelopeType(): string {
    return this.detail.envelopeType;
  }

  @Field(() => String, {
    nullable: true,
    description: "Fabric's own name: VALID, MVCC_READ_CONFLICT, ENDORSEMENT_POLICY_FAILURE …",
  })
  get validationCode(): string | null {
    return this.detail.validationCode;
  }

  @Field(() => FabricIdentity, { nullable: true })
  get creator(): FabricIdentity | null {
    return this.detail.creator === null ? null : new FabricIdentity(this.row.ledger, this.detail.creator);
  }

  @Field(() => ChaincodeRef, { nullable: true })
  get chaincode(): ChaincodeRef | null {
    return this.detail.chaincode;
  }

  @Field(() => String, { nullable: true })
  get function(): string | null {
    return this.detail.function;
  }

  @Field(() => [BytesScalar], { description: "Without the function's name." })
  get arguments(): readonly string[] {
    return this.detail.arguments.map(hexOfBase64);
  }

  @Field(() => [String], { nullable: 'items' })
  get argumentsText(): readonly (string | null)[] {
    return this.detail.arguments.map((argument) => utf8(Buffer.from(argument, 'base64')));
  }

  @Field(() => [Endorsement])
  get endorsements(): readonly Endorsement[] {
    return this.detail.endorsements;
  }

  @Field(() => [StateRead])
  get reads(): readonly StateRead[] {
    return this.shown(this.detail.reads);
  }

  @Field(() => [StateWrite])
  get writes(): readonly StateWrite[] {
    return this.shown(this.detail.writes).map((write) => new StateWrite(write));
  }

  @Field(() => [PrivateWrite])
  get privateWrites(): readonly PrivateWrite[] {
    return this.shown(this.detail.privateWrites);
  }

  @Field(() => ChaincodeResponse, { nullable: true })
  get response(): ChaincodeResponse | null {
    return this.detail.response === null ? null : new ChaincodeResponse(this.detail.response);
  }

  private shown<T extends { readonly namespace: string }>(entries: readonly T[]): readonly T[] {
    if (this.detail.chaincode?.name === LIFECYCLE) return entries;
    return entries.filter(({ namespace }) => namespace !== LIFECYCLE);
  }
}

/** A row as a transaction of a channel; null where the row is none. */
export const fabricTransaction = (row: TransactionRow | null): FabricTransaction | null =>
  row !== null && ledgerKind(row.ledger) === 'fabric' ? new FabricTransaction(row) : null;
