import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { ExecutionState, ProposalStatus } from '../../model/governance.js';
import { ledgerKind, type LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { ProposalStatusEnum } from '../enums.js';
import { DateTimeScalar } from '../scalars.js';
import { PrincipalKindEnum } from './enums.js';
import { transactionOf } from './evidence.js';
import { Member } from './member.js';
import { memberBehind } from './members.js';
import { Transaction } from './types.js';

@ObjectType({ simpleResolvers: true })
export class ErrorReport {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;
}

@ObjectType({ description: 'Who did something, as a ledger knows them.', simpleResolvers: true })
export class Actor {
  constructor(
    readonly ledger: LedgerId,
    private readonly nativeId: string | null,
  ) {}

  @Field(() => PrincipalKindEnum)
  get kind(): string {
    if (this.nativeId === null) return 'ANONYMOUS';
    return ledgerKind(this.ledger) === 'fabric' ? 'X509' : 'ETHEREUM';
  }

  @Field(() => String)
  get name(): string {
    return this.nativeId ?? 'unknown';
  }
}

@ObjectType({ simpleResolvers: true })
export class ExecutionAttempt {
  @Field(() => DateTimeScalar)
  at!: number;

  @Field(() => Actor)
  by!: Actor;

  @Field(() => ErrorReport, { nullable: true })
  error!: ErrorReport | null;
}

@ObjectType({ simpleResolvers: true })
export class Execution {
  constructor(
    private readonly ledger: LedgerId,
    private readonly reached: ProposalStatus,
    private readonly facts: ExecutionState,
  ) {}

  @Field(() => ProposalStatusEnum)
  get status(): string {
    return this.reached;
  }

  @Field(() => [ExecutionAttempt])
  get attempts(): readonly ExecutionAttempt[] {
    return this.facts.attempts.map(({ atMs, by, error }) =>
      Object.assign(new ExecutionAttempt(), { at: atMs, by: new Actor(this.ledger, by), error }),
    );
  }

  @Field(() => Transaction, { nullable: true })
  get transaction(): object | null {
    return transactionOf(this.ledger, this.facts.evidence);
  }
}

@Resolver(() => Actor)
export class ActorResolver {
  @FieldResolver(() => Member, { nullable: true })
  member(@Root() { ledger, name }: Actor, @Ctx() context: RequestContext): Promise<Member | null> {
    return memberBehind(context, ledger, name);
  }
}
