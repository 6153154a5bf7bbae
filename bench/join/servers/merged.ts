import { execute } from 'graphql';
import { mergedByHand } from '../merged.js';
import { joinSubgraphs } from '../subgraphs.js';
import { Loaders } from '../types.js';
import { posts, serve } from './http.js';
import { knownDocuments } from './known.js';

/** The hand-merged schema under graphql-js. */
const schema = mergedByHand(joinSubgraphs());
const documentOf = knownDocuments(schema);
serve(
  posts(async ({ query, variables }) =>
    execute({ schema, document: documentOf(query), variableValues: variables, contextValue: new Loaders() }),
  ),
);
