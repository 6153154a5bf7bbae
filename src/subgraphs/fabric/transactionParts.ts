import { Field, Int, ObjectType } from 'type-graphql';
import type { FabricTransactionDetail, StateWrite as WriteFacts } from '../../model/fabric.js';
import { BigIntScalar, BytesScalar, HashScalar } from '../scalars.js';
import { hexOfBase64, utf8 } from '../text.js';

@ObjectType({ simpleResolvers: true })
export class ChaincodeRef {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  version!: string | null;
}

@ObjectType({ simpleResolvers: true })
export class Endorsement {
  @Field(() => String)
  mspId!: string;

  @Field(() => String, { nullable: true })
  subject!: string | null;

  @Field(() => Boolean)
  verified!: boolean;
}

@ObjectType({ simpleResolvers: true })
export class StateVersion {
  @Field(() => BigIntScalar)
  block!: number;

  @Field(() => Int)
  transaction!: number;
}

@ObjectType({ simpleResolvers: true })
export class StateRead {
  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  key!: string;

  @Field(() => StateVersion, { nullable: true })
  version!: StateVersion | null;
}

@ObjectType({ simpleResolvers: true })
export class StateWrite {
  constructor(private readonly facts: WriteFacts) {}

  @Field(() => String)
  get namespace(): string {
    return this.facts.namespace;
  }

  @Field(() => String)
  get key(): string {
    return this.facts.key;
  }

  @Field(() => BytesScalar, { nullable: true })
  get value(): string | null {
    return this.facts.value === null ? null : hexOfBase64(this.facts.value);
  }

  @Field(() => String, { nullable: true })
  get valueText(): string | null {
    return this.facts.value === null ? null : utf8(Buffer.from(this.facts.value, 'base64'));
  }

  @Field(() => Boolean)
  get isDelete(): boolean {
    return this.facts.isDelete;
  }
}

@ObjectType({ simpleResolvers: true })
export class PrivateWrite {
  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  collection!: string;

  @Field(() => HashScalar)
  keyHash!: string;

  @Field(() => HashScalar, { nullable: true })
  valueHash!: string | null;

  @Field(() => Boolean)
  isDelete!: boolean;

  @Field(() => Boolean)
  isPurge!: boolean;
}

@ObjectType({ simpleResolvers: true })
export class ChaincodeResponse {
  @Field(() => Int)
  status: number;

  @Field(() => String, { nullable: true })
  message: string | null;

  @Field(() => BytesScalar, { nullable: true })
  payload: string | null;

  constructor({ status, message, payload }: NonNullable<FabricTransactionDetail['response']>) {
    this.status = status;
    this.message = message === '' ? null : message;
    this.payload = payload === null ? null : hexOfBase64(payload);
  }
}
