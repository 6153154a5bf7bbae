import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ParleyError } from '../../errors/index.js';
import type { ChannelConfig } from '../../model/fabric.js';
import { ForwardArgs, PageArgs, streamedConnectionType } from '../connections.js';
import type { RequestContext } from '../context.js';
import { blockPage, blockAt } from '../ledgerBlocks.js';
import { lagOf, networkId } from '../ledgerFacts.js';
import { loadersOf } from '../loaders.js';
import { mapPage } from '../page.js';
import { BigIntScalar, HashScalar } from '../scalars.js';
import { fabricBlock, FabricBlock } from './block.js';
import { Chaincode } from './chaincode.js';
import { Channel } from './channel.js';
import { ChannelCapabilities, Consensus } from './channelConfig.js';
import { Block, Lag, Network, PageInfo } from './common.js';
import { ChannelConfigChangeRecord, ChannelConfigChangeRecordConnection } from './configHistory.js';
import { configPage } from './configPage.js';
import { ChannelOrganization } from './organization.js';
import { ChannelPolicy } from './policy.js';
import { fabricTransaction, FabricTransaction } from './transaction.js';

export const { Connection: FabricBlockConnection, Edge: FabricBlockEdge } = streamedConnectionType<FabricBlock | null>(
  'FabricBlock',
  () => FabricBlock,
  PageInfo,
);

async function configOf(context: RequestContext, { row }: Channel): Promise<ChannelConfig> {
  const found = await loadersOf(context).config.load(row.id);
  if (found !== null) return found.config;
  throw new ParleyError('LEDGER_UNAVAILABLE', `No configuration of ${row.name} has been read yet`, {
    source: row.name,
  });
}

@Resolver(() => Channel)
export class ChannelResolver {
  @FieldResolver(() => Network, { nullable: true })
  network(@Ctx() context: RequestContext): object {
    return new Network(networkId(context));
  }

  @FieldResolver(() => Lag, { nullable: true })
  async lag(@Root() { row }: Channel, @Ctx() context: RequestContext): Promise<object> {
    return new Lag(await lagOf(context, row.id));
  }

  @FieldResolver(() => Block, { nullable: true })
  async latestBlock(@Root() { row }: Channel, @Ctx() context: RequestContext): Promise<FabricBlock | null> {
    if (row.tip === null) return null;
    return fabricBlock(await loadersOf(context).blockByHash.load({ ledger: row.id, hash: row.tip.hash }));
  }

  @FieldResolver(() => ChannelCapabilities)
  async capabilities(@Root() channel: Channel, @Ctx() context: RequestContext): Promise<ChannelCapabilities> {
    return (await configOf(context, channel)).capabilities;
  }

  @FieldResolver(() => Consensus)
  async consensus(@Root() channel: Channel, @Ctx() context: RequestContext): Promise<Consensus> {
    return new Consensus((await configOf(context, channel)).consensus);
  }

  @FieldResolver(() => [ChannelOrganization])
  async organizations(@Root() channel: Channel, @Ctx() context: RequestContext): Promise<ChannelOrganization[]> {
    const { organizations } = await configOf(context, channel);
    return organizations.map((organization) => new ChannelOrganization(channel.row.id, organization));
  }

  @FieldResolver(() => [ChannelPolicy])
  async policies(@Root() channel: Channel, @Ctx() context: RequestContext): Promise<ChannelPolicy[]> {
    return (await configOf(context, channel)).policies.map((policy) => new ChannelPolicy(policy));
  }

  @FieldResolver(() => [Chaincode])
  async chaincodes(@Root() { row }: Channel, @Ctx() context: RequestContext): Promise<Chaincode[]> {
    return (await loadersOf(context).chaincodes.load(row.id)).map((chaincode) => new Chaincode(chaincode));
  }

  @FieldResolver(() => ChannelConfigChangeRecordConnection)
  async configHistory(
    @Root() { row }: Channel,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const page = await configPage(context, row.id, args);
    return new ChannelConfigChangeRecordConnection(mapPage(page, (config) => new ChannelConfigChangeRecord(config)));
  }

  @FieldResolver(() => FabricBlock, { nullable: true })
  async block(
    @Root() { row }: Channel,
    @Arg('number', () => BigIntScalar) number: string,
    @Ctx() context: RequestContext,
  ): Promise<FabricBlock | null> {
    return fabricBlock(await blockAt(context, row.id, number));
  }

  @FieldResolver(() => FabricBlockConnection)
  async blocks(
    @Root() { row }: Channel,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return new FabricBlockConnection(mapPage(await blockPage(context, row.id, args), fabricBlock));
  }

  @FieldResolver(() => FabricTransaction, { nullable: true })
  async transaction(
    @Root() { row }: Channel,
    @Arg('hash', () => HashScalar) hash: string,
    @Ctx() context: RequestContext,
  ): Promise<FabricTransaction | null> {
    return fabricTransaction(await loadersOf(context).transactionByHash.load({ ledger: row.id, hash }));
  }
}
