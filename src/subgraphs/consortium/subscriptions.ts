import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { ParleyError } from '../../errors/index.js';
import type { RequestContext } from '../context.js';
import { isNetwork } from '../networks.js';
import { CursorScalar } from '../scalars.js';
import type { StreamSource } from '../stream.js';
import { MembershipChange } from './membershipChange.js';
import { MembershipSource } from './membershipSource.js';
import { NodeHealthChange } from './nodeHealthChange.js';
import { NodeHealthSource } from './nodeHealthSource.js';

interface Asked {
  readonly args: { readonly network?: string | null; readonly after?: string | null };
  readonly context: unknown;
}

function membershipStream({ args, context: given }: Asked): StreamSource {
  const context = given as RequestContext;
  if (isNetwork(context, args.network)) return new MembershipSource(context, args.network ?? null, args.after ?? null);
  throw new ParleyError('ID_INVALID', 'There is no such network', { got: args.network });
}

@Resolver()
export class ConsortiumSubscriptions {
  @Subscription(() => MembershipChange, { subscribe: membershipStream })
  membershipChanged(
    @Arg('network', () => ID, { nullable: true }) network: string | null | undefined,
    @Arg('after', () => CursorScalar, { nullable: true }) after: string | null | undefined,
    @Root() change: MembershipChange,
  ): MembershipChange {
    return change;
  }

  @Subscription(() => NodeHealthChange, {
    subscribe: ({ args, context }: Asked) => new NodeHealthSource(context as RequestContext, args.after ?? null),
    description:
      'Health is a state: with `after`, each node whose health is another than the one told last is told of first.',
  })
  nodeHealthChanged(
    @Arg('after', () => CursorScalar, { nullable: true }) after: string | null | undefined,
    @Root() change: NodeHealthChange,
  ): NodeHealthChange {
    return change;
  }
}
