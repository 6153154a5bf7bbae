import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { ParleyError } from '../../errors/index.js';
import type { RequestContext } from '../context.js';
import { nodeById } from './nodes.js';
import { Node } from './types.js';

@Resolver()
export class NodeQueries {
  @Query(() => Node, { nullable: true })
  node(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<object | null> {
    return nodeById(context, id);
  }

  @Query(() => [Node], { nullable: 'items' })
  nodes(@Arg('ids', () => [ID]) ids: string[], @Ctx() context: RequestContext): Promise<object | null>[] {
    const { max } = context.pageSize;
    if (ids.length <= max) return ids.map((id) => nodeById(context, id));
    throw new ParleyError('LIMIT_EXCEEDED', '`ids` has too many entries', {
      got: ids.length,
      expected: `at most ${max}`,
    });
  }
}
