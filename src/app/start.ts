import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Config, LedgerConfig } from '../config/index.js';
import { createGateway, type Gateway } from '../gateway/index.js';
import type { IngestReport } from '../ingest/index.js';
import { openReader, openStore } from '../store/index.js';
import { openSigners } from '../keys/index.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { LedgerDeclaration } from '../store/store.js';
import { createSubgraphs } from '../subgraphs/index.js';
import { ambNetworks } from './ambNetworks.js';
import { openDesk } from './desk.js';
import { allSources, contextFor, graphParts, type GraphParts } from './graph.js';
import { followDecisions } from './followDecisions.js';
import { openFeed } from './openFeed.js';
import { openWrites } from './openWrites.js';
import type { OnHealth } from './healthWatch.js';
import { logProgress } from './progress.js';
import { watchSources, type SourceWatch } from './sources.js';
import { supervise, type Supervised } from './supervise.js';

/** schema/ of the package, seen from where this file is built to. */
const PRINTED_SCHEMA = fileURLToPath(new URL('../../../schema', import.meta.url));

export interface AppOptions {
  readonly logger: Logger;
  readonly version: string;
}

/** A running Parley. */
export interface App {
  readonly url: string;
  /** Closes everything in the reverse of the order in which it was opened; what runs is finished within a bound. */
  close(): Promise<void>;
}

/** Opens store, ledgers, ingest and gateway in this order, and serves. What was opened is closed again where a later step fails. */
export async function startApp(config: Config, options: AppOptions): Promise<App> {
  const closers: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const { declared, secret } = await prepareStore(config.store.url);
    const store = await openReader(config.store.url);
    closers.push(() => store.close());
    const workers = new Map<string, Supervised>();
    const amb = ambNetworks(config);
    const heed: OnHealth = ({ name }, health) => workers.get(name)?.heed(health);
    const sources = watchSources(store, options.logger, heed, amb);
    closers.push(() => sources.close());
    const onOpen = (ledger: AnyLedger, one: LedgerConfig): void => sources.watch(ledger, one.allowedLag);
    const desk = await openDesk({ configs: config.ledgers, amb, declared, logger: options.logger, onOpen });
    closers.push(() => desk.close());
    closers.push(() => Promise.all([...workers.values()].map((worker) => worker.close())));
    const feed = openFeed({ storeUrl: config.store.url, store, desk, logger: options.logger });
    closers.push(() => feed.close());
    const signers = openSigners(config.signers);
    const writes = await openWrites({ storeUrl: config.store.url, store, desk, logger: options.logger });
    closers.push(() => writes.close());
    const parts = { store, desk, sources, feed, health: sources.health, writes: writes.desk, signers };
    const graph = graphParts(config, { ...parts, onAmbWrite: (id) => workers.get(id)?.look() }, secret);
    const gateway = openGateway(config, graph, options);
    closers.push(() => gateway.close());
    const { port } = await gateway.listen();
    // Last: loading the workers would take the cores from the first answers.
    for (const [name, worker] of startIngest(config, { sources, logger: options.logger })) workers.set(name, worker);
    const follower = followDecisions({
      ...{ config, desk, store, signers, logger: options.logger },
      context: (signal) => contextFor(graph, { signal, report: (error) => options.logger.warn({ err: error }) }),
    });
    closers.push(() => follower.close());
    return { url: `http://${urlHost(config.server.host)}:${port}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Brings the store up to date, and takes from it what a start needs. The main thread only reads from then on. */
async function prepareStore(url: string): Promise<{ declared: readonly LedgerDeclaration[]; secret: Uint8Array }> {
  const store = await openStore(url);
  try {
    return { declared: await store.declared(), secret: await store.secret('cursors') };
  } finally {
    await store.close();
  }
}

function startIngest(
  config: Config,
  parts: { readonly sources: SourceWatch; readonly logger: Logger },
): readonly (readonly [name: string, worker: Supervised])[] {
  return [...config.ledgers, ...ambNetworks(config)].map((ledger) => {
    const say = logProgress(ledger.name, parts.logger);
    const worker = supervise({
      config: ledger,
      storeUrl: config.store.url,
      logger: parts.logger,
      onReport: (report: IngestReport) => say(report),
      onProblem: (problem) => parts.sources.setProblem(ledger.name, problem),
    });
    return [ledger.name, worker];
  });
}

function openGateway(config: Config, graph: GraphParts, options: AppOptions): Gateway {
  const { host, port, allowedHosts, allowedOrigins } = config.server;
  return createGateway({
    subgraphs: createSubgraphs(),
    printed: PRINTED_SCHEMA,
    limits: config.limits,
    streams: {
      connections: config.limits.connections,
      subscriptionsPerConnection: config.limits.subscriptionsPerConnection,
    },
    server: { host, port, allowedHosts, allowedOrigins },
    logger: options.logger,
    contextFor: (request) => contextFor(graph, request),
    sources: () => allSources(graph),
    feedSequence: () => graph.feed.sequence,
    storeStatements: () => graph.store.statements,
  });
}

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
