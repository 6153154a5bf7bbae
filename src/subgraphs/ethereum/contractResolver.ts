import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { chainReadsOf } from '../chainReads.js';
import { ForwardArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import { emittedBy } from '../emitted.js';
import { mapPage } from '../page.js';
import { BigIntScalar, JsonScalar } from '../scalars.js';
import { atBlock } from './atBlock.js';
import { Contract } from './contract.js';
import { DecodedValue } from './decoded.js';
import { log, LogConnection } from './log.js';

@Resolver(() => Contract)
export class ContractResolver {
  @FieldResolver(() => String, { nullable: true, description: 'As configured.' })
  async name(@Root() { ledgerId, address }: Contract, @Ctx() context: RequestContext): Promise<string | null> {
    return (await chainReadsOf(context, ledgerId)).known(address)?.name ?? null;
  }

  @FieldResolver(() => JsonScalar, { nullable: true, description: 'As configured.' })
  async abi(@Root() { ledgerId, address }: Contract, @Ctx() context: RequestContext): Promise<unknown> {
    return (await chainReadsOf(context, ledgerId)).known(address)?.abi ?? null;
  }

  @FieldResolver(() => [DecodedValue], {
    nullable: true,
    description: "`function`: a name or a signature of the contract's configured ABI or a standard token's.",
  })
  async read(
    @Root() { ledgerId, address }: Contract,
    @Arg('function', () => String) name: string,
    @Arg('arguments', () => [JsonScalar], { nullable: true }) given: unknown[] | null | undefined,
    @Arg('block', () => BigIntScalar, { nullable: true }) block: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<readonly object[]> {
    const call = { address, block: atBlock(block), function: name, arguments: given ?? [] };
    return (await chainReadsOf(context, ledgerId)).call.load(call);
  }

  @FieldResolver(() => LogConnection)
  async events(
    @Root() { ledgerId, address }: Contract,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const filter = { ledgers: [ledgerId], addresses: [address] };
    return new LogConnection(mapPage(await emittedBy(context, ledgerId, { address }, filter, args), log));
  }
}
