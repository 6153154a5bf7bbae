import { describe, expect, test } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import { buildSchema, parse, validateSchema } from 'graphql';
import { createSubgraphs } from '../../../src/subgraphs/index.js';

describe('the subgraphs', () => {
  const subgraphs = createSubgraphs();

  test.each(subgraphs.map((subgraph) => [subgraph.name, subgraph] as const))(
    '%s is valid on its own',
    (_, subgraph) => {
      expect(validateSchema(subgraph.schema)).toEqual([]);
      expect(subgraph.schema.getQueryType()?.getFields()['_service']).toBeDefined();
    },
  );

  test('compose into one graph', () => {
    const result = composeServices(
      subgraphs.map(({ name, sdl }) => ({ name, url: `http://${name}.invalid`, typeDefs: parse(sdl) })),
    );
    expect(result.errors).toBeUndefined();
    expect(result.publicSdl).toBeDefined();
    expect(validateSchema(buildSchema(result.publicSdl ?? ''))).toEqual([]);
  });
});
