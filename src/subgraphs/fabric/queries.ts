import { Arg, Ctx, Directive, Field, ID, InputType, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { ledgersOfKind } from '../ledgerFacts.js';
import { Channel } from './channel.js';
import { EvaluateInput, EvaluateResult } from './evaluate.js';
import { evaluate } from './evaluation.js';

@Directive('@oneOf')
@InputType()
export class ChannelBy {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => String, { nullable: true })
  name?: string | null;
}

@Resolver()
export class FabricQueries {
  @Query(() => Channel, { nullable: true })
  async channel(
    @Arg('by', () => ChannelBy) { id, name }: ChannelBy,
    @Ctx() context: RequestContext,
  ): Promise<Channel | null> {
    const row = (await ledgersOfKind(context, 'fabric')).find((ledger) => ledger.id === id || ledger.name === name);
    return row === undefined ? null : new Channel(row);
  }

  @Query(() => [Channel])
  async channels(@Ctx() context: RequestContext): Promise<Channel[]> {
    return (await ledgersOfKind(context, 'fabric')).map((row) => new Channel(row));
  }

  @Query(() => EvaluateResult, {
    description:
      'Runs a chaincode function without submitting. Not over GET; never cached; transient data is never logged.',
  })
  async evaluate(
    @Arg('input', () => EvaluateInput) input: EvaluateInput,
    @Ctx() context: RequestContext,
  ): Promise<EvaluateResult> {
    return new EvaluateResult(await evaluate(context, input));
  }
}
