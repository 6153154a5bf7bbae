import { Directive, Field, ObjectType } from 'type-graphql';
import { formatId } from '../../model/ids.js';
import type { NetworkFacts } from '../networks.js';
import { DateTimeScalar } from '../scalars.js';
import { Node } from './types.js';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Node],
  description: 'The consortium: its members, what it runs on, and what it runs.',
  simpleResolvers: true,
})
export class Network {
  constructor(readonly facts: NetworkFacts) {}

  get id(): string {
    return formatId({ type: 'Network', key: this.facts.id });
  }

  @Field(() => String)
  get name(): string {
    return this.facts.name;
  }

  @Field(() => String, { nullable: true })
  get description(): string | null {
    return this.facts.description;
  }

  @Field(() => DateTimeScalar, { nullable: true })
  get createdAt(): number | null {
    return this.facts.amb?.createdMs ?? null;
  }

  @Field(() => String, {
    nullable: true,
    description: "What it runs on, in its mechanism's own words.",
  })
  get framework(): string | null {
    return this.facts.amb?.framework ?? null;
  }

  @Field(() => String, { nullable: true })
  get nativeStatus(): string | null {
    return this.facts.amb?.nativeStatus ?? null;
  }
}
