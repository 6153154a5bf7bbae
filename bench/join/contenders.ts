import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { startProcess, type Served } from '../served.js';
import { joinSubgraphs } from './subgraphs.js';

/** Whom a contender is compared with, and by how much Parley is to be faster. */
export type Target = { readonly name: string; readonly times: number };

/** A server that answers the join, and the processes that it needs for it. */
export interface Contender {
  readonly name: string;
  readonly url: string;
  readonly target: Target | null;
  /** Its own process. */
  readonly pid: number;
  /** Those of its subgraphs; none where they are in its own process. */
  readonly subgraphPids: readonly number[];
}

export interface Starting {
  /** Where the peers are installed. */
  readonly peers: string;
  /** For files of this run. */
  readonly directory: string;
  /** Where Parley's CPU profile goes; null where none is wanted. */
  readonly profiles: string | null;
  /** Hears of each process that serves. */
  started(served: Served): void;
}

/** graphql-js checks less in production; as operators run it. */
export const PRODUCTION = { NODE_ENV: 'production' };

const MERGED = { name: 'one hand-merged graphql-js schema', times: 1.5 };
const HIVE = { name: '@graphql-hive/gateway', times: 2 };
const APOLLO = { name: 'Apollo Gateway', times: 4 };

const serverOf = (name: string): URL => new URL(`./servers/${name}.js`, import.meta.url);

/** Starts every contender in a process of its own, and each of the subgraphs that are asked over HTTP in one of its own. Parley is the first. */
export async function startContenders(starting: Starting): Promise<readonly Contender[]> {
  const start = async (server: string, parameters: readonly string[], profiles: string | null = null) => {
    const served = await startProcess(serverOf(server), parameters, { profiles, env: PRODUCTION });
    starting.started(served);
    return served;
  };
  const subgraphs = new Map<string, Served>();
  for (const { name } of joinSubgraphs()) subgraphs.set(name, await start('subgraph', [name]));
  const supergraph = join(starting.directory, 'supergraph.graphql');
  writeFileSync(supergraph, supergraphOf(subgraphs));
  const pids = [...subgraphs.values()].map(({ pid }) => pid);
  const peer = async (server: string, target: Target, how: 'http' | 'local', ...more: string[]): Promise<Contender> => {
    const { url, pid } = await start(server, [starting.peers, supergraph, how, ...more]);
    const name = `${target.name}${more.length > 0 ? ', Rust planner' : ''}, ${how === 'http' ? 'subgraphs over HTTP' : 'subgraphs in its process'}`;
    return { name, url, target, pid, subgraphPids: how === 'http' ? pids : [] };
  };
  const own = async (server: string, name: string, target: Target | null, profiles: string | null = null) => ({
    ...(await start(server, [], profiles)),
    ...{ name, target, subgraphPids: [] },
  });
  return [
    await own('parley', 'Parley, linked', null, starting.profiles),
    await own('merged', MERGED.name, MERGED),
    await peer('hive', HIVE, 'http'),
    await peer('hive', HIVE, 'local'),
    await peer('hive', HIVE, 'http', 'router'),
    await peer('hive', HIVE, 'local', 'router'),
    await peer('apollo', APOLLO, 'http'),
    await peer('apollo', APOLLO, 'local'),
  ];
}

/** The supergraph of the subgraphs at these addresses. */
function supergraphOf(served: ReadonlyMap<string, Served>): string {
  const services = joinSubgraphs().map(({ name, sdl }) => ({
    ...{ name, typeDefs: parse(sdl), url: served.get(name)?.url ?? '' },
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(`Got: ${errors.map(({ message }) => message).join('; ')}`);
  return supergraphSdl;
}
