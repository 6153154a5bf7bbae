import { Arg, Args, Ctx, Directive, Field, FieldResolver, InputType, Resolver, Root } from 'type-graphql';
import { chainReadsOf } from '../chainReads.js';
import { PageArgs, streamedConnectionType } from '../connections.js';
import type { RequestContext } from '../context.js';
import { blockAt, blockPage } from '../ledgerBlocks.js';
import { lagOf, networkId } from '../ledgerFacts.js';
import { loadersOf } from '../loaders.js';
import { mapPage } from '../page.js';
import { AddressScalar, BigIntScalar, HashScalar } from '../scalars.js';
import { Account } from './account.js';
import { ethereumBlock, EthereumBlock } from './block.js';
import { Chain, GasPrice } from './chain.js';
import { Block, Lag, Network, PageInfo } from './common.js';
import { Contract } from './contract.js';
import { pendingTransaction } from './sending.js';
import { Token } from './token.js';
import { ethereumTransaction, EthereumTransaction } from './transaction.js';

@Directive('@oneOf')
@InputType()
export class ChainBlockBy {
  @Field(() => BigIntScalar, { nullable: true })
  number?: string | null;

  @Field(() => HashScalar, { nullable: true })
  hash?: string | null;
}

export const { Connection: EthereumBlockConnection, Edge: EthereumBlockEdge } =
  streamedConnectionType<EthereumBlock | null>('EthereumBlock', () => EthereumBlock, PageInfo);

@Resolver(() => Chain)
export class ChainResolver {
  @FieldResolver(() => Network, { nullable: true })
  network(@Ctx() context: RequestContext): object {
    return new Network(networkId(context));
  }

  @FieldResolver(() => Lag, { nullable: true })
  async lag(@Root() { row }: Chain, @Ctx() context: RequestContext): Promise<object> {
    return new Lag(await lagOf(context, row.id));
  }

  @FieldResolver(() => Block, { nullable: true })
  async latestBlock(@Root() { row }: Chain, @Ctx() context: RequestContext): Promise<EthereumBlock | null> {
    if (row.tip === null) return null;
    return ethereumBlock(await loadersOf(context).blockByHash.load({ ledger: row.id, hash: row.tip.hash }));
  }

  @FieldResolver(() => GasPrice, { nullable: true })
  async gas(@Root() { row }: Chain, @Ctx() context: RequestContext): Promise<GasPrice> {
    return (await chainReadsOf(context, row.id)).gas();
  }

  @FieldResolver(() => EthereumBlock, { nullable: true })
  async block(
    @Root() { row }: Chain,
    @Arg('by', () => ChainBlockBy) { number, hash }: ChainBlockBy,
    @Ctx() context: RequestContext,
  ): Promise<EthereumBlock | null> {
    if (number != null) return ethereumBlock(await blockAt(context, row.id, number));
    return ethereumBlock(await loadersOf(context).blockByHash.load({ ledger: row.id, hash: `0x${hash ?? ''}` }));
  }

  @FieldResolver(() => EthereumBlockConnection)
  async blocks(
    @Root() { row }: Chain,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return new EthereumBlockConnection(mapPage(await blockPage(context, row.id, args), ethereumBlock));
  }

  @FieldResolver(() => EthereumTransaction, { nullable: true })
  async transaction(
    @Root() { row }: Chain,
    @Arg('hash', () => HashScalar) hash: string,
    @Ctx() context: RequestContext,
  ): Promise<EthereumTransaction | null> {
    const key = { ledger: row.id, hash: `0x${hash}` };
    const indexed = ethereumTransaction(await loadersOf(context).transactionByHash.load(key));
    return indexed ?? pendingTransaction(context, row.id, key.hash);
  }

  @FieldResolver(() => Account, { nullable: true })
  account(@Root() { row }: Chain, @Arg('address', () => AddressScalar) address: string): Account {
    return new Account(row.id, address);
  }

  @FieldResolver(() => Contract, { nullable: true })
  async contract(
    @Root() { row }: Chain,
    @Arg('address', () => AddressScalar) address: string,
    @Ctx() context: RequestContext,
  ): Promise<Contract | null> {
    const reads = await chainReadsOf(context, row.id);
    return (await reads.isContract(address)) ? new Contract(row.id, address) : null;
  }

  @FieldResolver(() => Token, { nullable: true })
  async token(
    @Root() { row }: Chain,
    @Arg('address', () => AddressScalar) address: string,
    @Ctx() context: RequestContext,
  ): Promise<Token | null> {
    const reads = await chainReadsOf(context, row.id);
    const facts = await reads.token.load(address);
    return facts === null ? null : new Token(row.id, address, facts.standard);
  }
}
