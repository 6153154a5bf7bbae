import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { NodeHealthState, RequestContext } from '../context.js';
import { networkNodesOf, type NetworkNodeFacts, type NodeHealth } from '../networkNodes.js';
import { CursorScalar, DateTimeScalar } from '../scalars.js';
import { NodeHealthEnum } from './enums.js';
import { NetworkNode } from './networkNode.js';

@ObjectType({ simpleResolvers: true })
export class NodeHealthChange {
  constructor(
    readonly state: NodeHealthState,
    private readonly was: NodeHealth,
    private readonly sealed: () => string,
  ) {}

  @Field(() => CursorScalar, { description: 'Resumes after this change.' })
  get cursor(): string {
    return this.sealed();
  }

  @Field(() => NodeHealthEnum)
  get before(): string {
    return this.was;
  }

  @Field(() => DateTimeScalar)
  get at(): number {
    return this.state.sinceMs;
  }
}

@Resolver(() => NodeHealthChange)
export class NodeHealthChangeResolver {
  @FieldResolver(() => NetworkNode, { description: 'With the health that it came to have.' })
  async node(@Root() { state }: NodeHealthChange, @Ctx() context: RequestContext): Promise<NetworkNode> {
    const found = (await networkNodesOf(context).all()).find(({ id }) => id === state.node);
    return new NetworkNode({ ...(found ?? factsOf(state)), health: state.health });
  }
}

const ROLES = { peer: 'PEER', orderer: 'ORDERER', chain: 'CHAIN_NODE' } as const;

/** What the id alone says of a node that is known no more. */
function factsOf({ node, ledgers, health, sinceMs }: NodeHealthState): NetworkNodeFacts {
  const [, role, ...rest] = node.split('/');
  return {
    id: node,
    role: role === 'orderer' || role === 'chain' ? ROLES[role] : ROLES.peer,
    endpoint: rest.at(-1) ?? node,
    operator: rest.length > 1 ? (rest[0] ?? null) : null,
    version: null,
    health,
    problem: null,
    positions: ledgers.map((ledger) => ({ ledger, height: null })),
    checkedAtMs: sinceMs,
  };
}
