import { parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';

/** Parses and validates each text once: none of the contenders is to wait for that. */
export function knownDocuments(schema: GraphQLSchema): (query: string) => DocumentNode {
  const known = new Map<string, DocumentNode>();
  return (query) => {
    const found = known.get(query);
    if (found !== undefined) return found;
    const document = parse(query, { noLocation: true });
    const [error] = validate(schema, document);
    if (error !== undefined) throw error;
    known.set(query, document);
    return document;
  };
}
