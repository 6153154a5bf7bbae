import { Arg, Ctx, Directive, Field, ID, InputType, Query, Resolver } from 'type-graphql';
import { ethereumLedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { ledgersOfKind } from '../ledgerFacts.js';
import { BigIntScalar } from '../scalars.js';
import { Chain } from './chain.js';

@Directive('@oneOf')
@InputType()
export class ChainBy {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => BigIntScalar, { nullable: true })
  chainId?: string | null;

  @Field(() => String, { nullable: true })
  name?: string | null;
}

@Resolver()
export class EthereumQueries {
  @Query(() => Chain, { nullable: true })
  async chain(@Arg('by', () => ChainBy) by: ChainBy, @Ctx() context: RequestContext): Promise<Chain | null> {
    const id = by.chainId == null ? by.id : ethereumLedgerId(BigInt(by.chainId));
    const row = (await ledgersOfKind(context, 'ethereum')).find((chain) => chain.id === id || chain.name === by.name);
    return row === undefined ? null : new Chain(row);
  }

  @Query(() => [Chain])
  async chains(@Ctx() context: RequestContext): Promise<Chain[]> {
    return (await ledgersOfKind(context, 'ethereum')).map((row) => new Chain(row));
  }
}
