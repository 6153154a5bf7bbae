import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { ChannelConfig } from '../../model/fabric.js';
import { enumType } from '../enums.js';
import { BigIntScalar } from '../scalars.js';
import { Certificate } from './certificate.js';

const ConsensusTypeEnum = enumType('ConsensusType', ['RAFT', 'BFT']);

@ObjectType({ simpleResolvers: true })
export class ChannelCapabilities {
  @Field(() => [String])
  channel!: readonly string[];

  @Field(() => [String])
  orderer!: readonly string[];

  @Field(() => [String])
  application!: readonly string[];
}

@ObjectType({ simpleResolvers: true })
export class HostPort {
  @Field(() => String)
  host!: string;

  @Field(() => Int)
  port!: number;
}

@ObjectType({ simpleResolvers: true })
export class Consenter {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  host!: string;

  @Field(() => Int)
  port!: number;

  @Field(() => String)
  mspId!: string;

  @Field(() => Certificate, { nullable: true })
  certificate!: Certificate | null;
}

@ObjectType({
  description: '`faults` consenters may fail (crash with RAFT, misbehave with BFT) while `quorum` of them agree.',
  simpleResolvers: true,
})
export class FaultTolerance {
  @Field(() => Int)
  faults!: number;

  @Field(() => Int)
  quorum!: number;
}

@ObjectType({ simpleResolvers: true })
export class BatchSettings {
  @Field(() => Int)
  timeoutMs!: number;

  @Field(() => Int)
  maxMessageCount!: number;

  @Field(() => BigIntScalar)
  absoluteMaxBytes!: number;

  @Field(() => BigIntScalar)
  preferredMaxBytes!: number;
}

@ObjectType({ simpleResolvers: true })
export class Consensus {
  @Field(() => ConsensusTypeEnum)
  type: string;

  @Field(() => [Consenter])
  consenters: readonly Consenter[];

  @Field(() => FaultTolerance)
  faultTolerance: FaultTolerance;

  @Field(() => ID, { nullable: true, description: 'No block says who leads: null unless a consenter was asked.' })
  leader: string | null = null;

  @Field(() => BatchSettings)
  batch: BatchSettings;

  constructor({ type, consenters, faults, quorum, batch }: ChannelConfig['consensus']) {
    this.type = type;
    this.consenters = consenters;
    this.faultTolerance = { faults, quorum };
    this.batch = batch;
  }
}
