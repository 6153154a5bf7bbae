import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { formatId } from '../../model/ids.js';
import type { ApprovalRow, ChaincodeRow } from '../../store/store.js';
import { DateTimeScalar } from '../scalars.js';
import { Node } from './common.js';
import { EndorsementPolicy, PrivateCollection } from './policy.js';

@Directive('@key(fields: "id")')
@ObjectType({ implements: [Node], description: 'A chaincode definition in force on a channel.', simpleResolvers: true })
export class Chaincode {
  constructor(readonly row: ChaincodeRow) {}

  get id(): string {
    return formatId({ type: 'Chaincode', ledger: this.row.ledger, key: this.row.definition.name });
  }

  @Field(() => String)
  get name(): string {
    return this.row.definition.name;
  }

  @Field(() => String)
  get version(): string {
    return this.row.definition.version;
  }

  @Field(() => Int)
  get sequence(): number {
    return this.row.definition.sequence;
  }

  @Field(() => Boolean)
  get initRequired(): boolean {
    return this.row.definition.initRequired;
  }

  @Field(() => EndorsementPolicy)
  get endorsementPolicy(): object {
    return new EndorsementPolicy(this.row.definition.endorsementPolicy);
  }

  @Field(() => [PrivateCollection])
  get collections(): readonly object[] {
    return this.row.definition.collections;
  }
}

/** Whether one organisation approved the definition in force, and where it said so. */
@ObjectType({ simpleResolvers: true })
export class ChaincodeApproval {
  @Field(() => String)
  mspId: string;

  @Field(() => Boolean)
  approved: boolean;

  @Field(() => DateTimeScalar, { nullable: true })
  at: number | null;

  constructor(
    mspId: string,
    readonly row: ApprovalRow | null,
  ) {
    this.mspId = mspId;
    this.approved = row !== null;
    this.at = row?.timestampMs ?? null;
  }
}
