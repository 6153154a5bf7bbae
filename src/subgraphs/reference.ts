import type { RequestContext } from './context.js';
import type { ReferenceResolver } from './subgraph.js';

/** A reference resolver of a thing that its id alone finds. */
export function byId(find: (context: RequestContext, id: string) => unknown): ReferenceResolver {
  return ({ id }, context) => find(context as RequestContext, id);
}
