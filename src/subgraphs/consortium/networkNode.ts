import { Ctx, Directive, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { ledgerKind } from '../../model/ids.js';
import { connectionType } from '../connections.js';
import type { RequestContext } from '../context.js';
import type { NetworkNodeFacts, NodePositionFacts } from '../networkNodes.js';
import { BigIntScalar, DateTimeScalar } from '../scalars.js';
import { NodeHealthEnum, NodeRoleEnum } from './enums.js';
import { Member } from './member.js';
import { operatorOf } from './members.js';
import { nodeLag } from './nodeLag.js';
import { Chain, Channel, Lag, Ledger, Node, PageInfo } from './types.js';

@ObjectType({ simpleResolvers: true })
export class NodePosition {
  constructor(readonly facts: NodePositionFacts) {}

  @Field(() => Ledger)
  get ledger(): object {
    const { ledger } = this.facts;
    return ledgerKind(ledger) === 'fabric' ? new Channel(ledger) : new Chain(ledger);
  }

  @Field(() => BigIntScalar, { nullable: true })
  get height(): number | null {
    return this.facts.height;
  }
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Node],
  description: 'A peer, orderer or chain node, whatever the number of ledgers that it serves.',
  simpleResolvers: true,
})
export class NetworkNode {
  constructor(readonly facts: NetworkNodeFacts) {}

  get id(): string {
    return this.facts.id;
  }

  @Field(() => String)
  get name(): string {
    return this.facts.amb?.nativeId ?? this.facts.endpoint ?? '';
  }

  @Field(() => NodeRoleEnum)
  get role(): string {
    return this.facts.role;
  }

  @Field(() => String, { nullable: true })
  get endpoint(): string | null {
    return this.facts.endpoint;
  }

  @Field(() => String, { nullable: true })
  get version(): string | null {
    return this.facts.version;
  }

  @Field(() => NodeHealthEnum)
  get health(): string {
    return this.facts.health;
  }

  @Field(() => String, { nullable: true, description: 'Why it does not answer, where it does not.' })
  get nativeStatus(): string | null {
    return this.facts.problem;
  }

  @Field(() => [NodePosition])
  get positions(): readonly NodePosition[] {
    return this.facts.positions.map((position) => new NodePosition(position));
  }

  @Field(() => DateTimeScalar, { nullable: true })
  get checkedAt(): number | null {
    return this.facts.checkedAtMs;
  }
}

@Resolver(() => NetworkNode)
export class NetworkNodeResolver {
  @FieldResolver(() => Member, { nullable: true })
  member(@Root() { facts }: NetworkNode, @Ctx() context: RequestContext): Promise<Member | null> {
    return operatorOf(context, facts);
  }
}

@Resolver(() => NodePosition)
export class NodePositionResolver {
  @FieldResolver(() => Lag, { nullable: true })
  async lag(@Root() { facts }: NodePosition, @Ctx() context: RequestContext): Promise<object | null> {
    const lag = await nodeLag(context, facts);
    return lag === null ? null : new Lag(lag);
  }
}

export const { Connection: NetworkNodeConnection, Edge: NetworkNodeEdge } = connectionType<NetworkNode>(
  'NetworkNode',
  () => NetworkNode,
  PageInfo,
);
