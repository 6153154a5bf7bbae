import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { ConfigRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { ParleyError } from '../../errors/index.js';
import { configChangeType } from '../configChangeType.js';
import { connectionType } from '../connections.js';
import { loadersOf } from '../loaders.js';
import { BigIntScalar } from '../scalars.js';
import { fabricBlock, FabricBlock } from './block.js';
import { PageInfo } from './common.js';

export const ConfigChange = configChangeType();

@ObjectType({ simpleResolvers: true })
export class ConfigSigner {
  @Field(() => String)
  mspId!: string;

  @Field(() => String)
  subject!: string;

  @Field(() => Boolean)
  verified!: boolean;
}

@ObjectType({ simpleResolvers: true })
export class ChannelConfigChangeRecord {
  constructor(readonly row: ConfigRow) {}

  @Field(() => BigIntScalar)
  get sequence(): number {
    return this.row.config.sequence;
  }

  @Field(() => String)
  get summary(): string {
    return this.row.summary;
  }

  @Field(() => [ConfigChange])
  get changes(): readonly object[] {
    return this.row.changes;
  }

  @Field(() => [ConfigSigner])
  get signers(): readonly ConfigSigner[] {
    return this.row.signers;
  }
}

@Resolver(() => ChannelConfigChangeRecord)
export class ChannelConfigChangeRecordResolver {
  @FieldResolver(() => FabricBlock)
  async block(@Root() { row }: ChannelConfigChangeRecord, @Ctx() context: RequestContext): Promise<FabricBlock> {
    const { ledger, block } = row;
    const found = fabricBlock(await loadersOf(context).blockByHash.load({ ledger, hash: block.hash }));
    if (found !== null) return found;
    throw new ParleyError('STORE_CORRUPT', 'A configuration has no block', { got: { ledger, block } });
  }
}

export const { Connection: ChannelConfigChangeRecordConnection, Edge: ChannelConfigChangeRecordEdge } =
  connectionType<ChannelConfigChangeRecord>('ChannelConfigChangeRecord', () => ChannelConfigChangeRecord, PageInfo);
