import { Directive, Field, ObjectType } from 'type-graphql';
import type { DirectoryMember } from '../../model/directory.js';
import { memberId } from '../ledgerFacts.js';
import { MemberStatusEnum } from './enums.js';
import { Node } from './types.js';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Node],
  description: "A party: configured, or named by a channel's config alone.",
  simpleResolvers: true,
})
export class Member {
  constructor(
    readonly facts: DirectoryMember,
    private readonly standing: 'INVITED' | 'ACTIVE' | 'REMOVED',
  ) {}

  get id(): string {
    return memberId(this.facts);
  }

  @Field(() => String)
  get name(): string {
    return this.facts.name;
  }

  @Field(() => String, { nullable: true })
  get description(): string | null {
    return this.facts.amb?.description ?? null;
  }

  @Field(() => MemberStatusEnum)
  get status(): string {
    return this.standing;
  }

  @Field(() => String, { nullable: true })
  get nativeStatus(): string | null {
    return this.facts.amb?.nativeStatus ?? null;
  }
}
