import { Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import type * as model from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { VoteChoiceEnum } from '../enums.js';
import { BigIntScalar } from '../scalars.js';
import { Member } from './member.js';
import { membersBehindAll } from './members.js';

@ObjectType({ simpleResolvers: true })
export class ChoiceTally {
  @Field(() => VoteChoiceEnum)
  choice!: string;

  @Field(() => Int)
  count!: number;

  @Field(() => BigIntScalar)
  weight!: string;
}

@ObjectType({ simpleResolvers: true })
export class Tally {
  constructor(
    readonly ledger: LedgerId,
    readonly facts: model.Tally,
  ) {}

  @Field(() => BigIntScalar)
  get eligible(): string {
    return this.facts.eligible;
  }

  @Field(() => [ChoiceTally])
  get choices(): readonly ChoiceTally[] {
    return this.facts.choices;
  }

  @Field(() => BigIntScalar)
  get outstanding(): string {
    return this.facts.outstanding;
  }

  @Field(() => Boolean)
  get satisfied(): boolean {
    return this.facts.satisfied;
  }

  @Field(() => Boolean, { description: 'False as soon as the votes still out cannot carry it.' })
  get stillReachable(): boolean {
    return this.facts.stillReachable;
  }
}

@Resolver(() => Tally)
export class TallyResolver {
  @FieldResolver(() => [Member])
  missing(@Root() { ledger, facts }: Tally, @Ctx() context: RequestContext): Promise<readonly Member[]> {
    return membersBehindAll(context, ledger, facts.missing);
  }
}
