import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What is measured against, exactly. None of it is part of Parley: @apollo/gateway is under the Elastic License 2.0. */
export const PEERS = [
  '@graphql-hive/gateway@2.15.1',
  '@graphql-hive/router-runtime@1.4.23',
  '@apollo/gateway@2.14.4',
  '@apollo/server@5.5.1',
  'graphql@16.15.0',
];

/** Loads a package out of the directory in which the peers were installed. */
export async function peer<T>(directory: string, name: string): Promise<T> {
  const path = createRequire(join(directory, 'package.json')).resolve(name);
  return (await import(pathToFileURL(path).href)) as T;
}

/** How the server of a peer is started: where it is, what it serves, and its subgraphs in this process or at these addresses. */
export interface PeerOptions {
  readonly directory: string;
  readonly supergraph: string;
  readonly subgraphs: 'local' | 'http';
}

/** From the command line of a peer's server: `<directory> <supergraph file> <local | http>`. */
export function peerOptions(): PeerOptions {
  const [directory = '', supergraph = '', subgraphs] = process.argv.slice(2);
  return { directory, supergraph, subgraphs: subgraphs === 'local' ? 'local' : 'http' };
}
