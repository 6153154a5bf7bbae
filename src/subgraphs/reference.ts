import type { RequestContext } from './context.js';
import { seenRow } from './seen.js';
import type { ReferenceResolver } from './subgraph.js';

/** A reference resolver of a thing that its id alone finds. */
export function byId(find: (context: RequestContext, id: string) => unknown): ReferenceResolver {
  return ({ id }, context) => find(context as RequestContext, id);
}

/** As `byId`, for a thing of which the representation may carry the row. */
export function byRow<Row>(
  find: (context: RequestContext, id: string) => Promise<Row | null>,
  make: (row: Row | null) => unknown,
): ReferenceResolver {
  return (representation, context) => {
    const row = seenRow<Row>(representation);
    return row === undefined ? find(context as RequestContext, representation.id).then(make) : make(row);
  };
}
