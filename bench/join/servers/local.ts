import type { DocumentNode, ExecutionResult } from 'graphql';
import { createExecutor } from '../../../src/gateway/execute/executor.js';
import type { Subgraph } from '../../../src/subgraphs/subgraph.js';
import { Loaders } from '../types.js';

/** Runs operations of one subgraph, compiled, so that what is compared is the gateways in front of it. */
export type RunSubgraph = (
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
) => Promise<ExecutionResult>;

export function subgraphRunner({ schema }: Subgraph): RunSubgraph {
  const executor = createExecutor(schema, { compileFrom: 1 });
  return (document, variables) => executor({ document, variables, context: new Loaders() });
}

/** By the subgraph's name. */
export function subgraphNamed(subgraphs: readonly Subgraph[], name: string): Subgraph {
  const found = subgraphs.find((subgraph) => subgraph.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new Error(`Got: subgraph ${name}`);
  return found;
}
