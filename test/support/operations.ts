import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, print, type OperationDefinitionNode } from 'graphql';
import { root } from './world.js';

/** The named operations of schema/operations, as a client sends them. */
export function operations(): ReadonlyMap<string, string> {
  const directory = join(root, 'schema', 'operations');
  const definitions = readdirSync(directory)
    .filter((file) => file.endsWith('.graphql'))
    .flatMap((file) => parse(readFileSync(join(directory, file), 'utf8')).definitions)
    .filter((definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION);
  return new Map(definitions.map((definition) => [definition.name?.value ?? '', print(definition)]));
}
