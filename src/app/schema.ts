import { configJsonSchema } from '../config/index.js';
import { exportJsonSchema } from '../governance/amb/index.js';
import { compose, schemaDrift as driftOf, schemaFiles as graphFiles, type Drift } from '../gateway/index.js';
import { createSubgraphs } from '../subgraphs/index.js';

/** Everything that schema/ holds beside the operations, by path below it. */
export function schemaFiles(): ReadonlyMap<string, string> {
  return new Map([
    ...graphFiles(createSubgraphs()),
    ['parley.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`],
    ['networkExport.schema.json', `${JSON.stringify(exportJsonSchema(), null, 2)}\n`],
  ]);
}

/** Which of those files, below a directory, are not what the code gives. */
export const schemaDrift = (directory: string): Promise<readonly Drift[]> => driftOf(directory, schemaFiles());

/** Composes the subgraphs of this process. Errors: COMPOSITION_FAILED with each reason. */
export function composeGraph(): { readonly subgraphs: readonly string[]; readonly supergraph: string } {
  const subgraphs = createSubgraphs();
  return { subgraphs: subgraphs.map(({ name }) => name), supergraph: compose(subgraphs).supergraphSdl };
}
