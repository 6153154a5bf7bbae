import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import type { ComposableSubgraph, Composition } from './compose.js';

/**
 * The composition as `parley schema --write` printed it below a directory, where it is of exactly these subgraphs; null where it is
 * of others, or absent. Composing takes as long as making every subgraph; that what is printed is what composing gives, a test holds.
 */
export function printedComposition(directory: string, subgraphs: readonly ComposableSubgraph[]): Composition | null {
  try {
    const names = readdirSync(join(directory, 'subgraphs')).sort();
    const same =
      names.join() ===
        subgraphs
          .map(({ name }) => `${name}.graphql`)
          .sort()
          .join() &&
      subgraphs.every(({ name, sdl }) => read(directory, 'subgraphs', `${name}.graphql`) === `${sdl.trim()}\n`);
    if (!same) return null;
    return {
      supergraphSdl: read(directory, 'supergraph.graphql'),
      api: parse(read(directory, 'api.graphql'), { noLocation: true }),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const read = (...path: readonly [string, ...string[]]): string => readFileSync(join(...path), 'utf8');
