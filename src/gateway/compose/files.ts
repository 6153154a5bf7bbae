import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sortSDL } from '@theguild/federation-composition';
import { buildASTSchema, lexicographicSortSchema, parse, print, printSchema, type GraphQLSchema } from 'graphql';
import { compose, type ComposableSubgraph } from './compose.js';

/** A printed file that is not what the code gives. */
export interface Drift {
  readonly path: string;
  readonly kind: 'missing' | 'different';
}

/** The API schema as SDL, sorted: equal graphs print equally. */
export function printApi(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

/**
 * What schema/ holds, by path below it: `api.graphql`, `supergraph.graphql`, `subgraphs/<name>.graphql`.
 * @throws ParleyError COMPOSITION_FAILED
 */
export function schemaFiles(subgraphs: readonly ComposableSubgraph[]): ReadonlyMap<string, string> {
  const composition = compose(subgraphs);
  return new Map([
    ['api.graphql', printApi(buildASTSchema(composition.api))],
    ['supergraph.graphql', `${print(sortSDL(parse(composition.supergraphSdl)))}\n`],
    ...subgraphs.map(({ name, sdl }) => [`subgraphs/${name}.graphql`, `${sdl.trim()}\n`] as const),
  ]);
}

/** Which of the files below the directory are not what the map says. */
export async function schemaDrift(directory: string, files: ReadonlyMap<string, string>): Promise<readonly Drift[]> {
  const found = await Promise.all([...files].map(async ([path, text]) => driftOf(directory, path, text)));
  return found.filter((drift) => drift !== undefined);
}

async function driftOf(directory: string, path: string, expected: string): Promise<Drift | undefined> {
  try {
    return (await readFile(join(directory, path), 'utf8')) === expected ? undefined : { path, kind: 'different' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path, kind: 'missing' };
    throw error;
  }
}
