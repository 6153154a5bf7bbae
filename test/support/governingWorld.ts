import { createPrivateKey, sign } from 'node:crypto';
import { execute, parse, validate, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { contextFor, graphParts } from '../../src/app/graph.js';
import { observersOf } from '../../src/app/observers.js';
import { openFeed } from '../../src/app/openFeed.js';
import { openWrites } from '../../src/app/openWrites.js';
import { watchSources } from '../../src/app/sources.js';
import type { Config, FabricLedgerConfig, SignerConfig } from '../../src/config/index.js';
import { ParleyError } from '../../src/errors/index.js';
import { compose } from '../../src/gateway/compose/compose.js';
import { link } from '../../src/gateway/link/link.js';
import { runIngest } from '../../src/ingest/index.js';
import { openSigners } from '../../src/keys/index.js';
import { createFabricLedger } from '../../src/ledgers/fabric/index.js';
import type { AnyLedger, FabricLedger } from '../../src/ledgers/ledger.js';
import { pause } from '../../src/lib/pause.js';
import type { LedgerId } from '../../src/model/ids.js';
import { grantScope } from '../../src/model/scope.js';
import { openReader } from '../../src/store/index.js';
import { createSubgraphs } from '../../src/subgraphs/index.js';
import { fabricLedgerOptions, organizationOf } from './fabricLedgers.js';
import { workbench } from './indexing.js';
import type { World } from '../../devnet/fabric/world.js';

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
}

export interface GoverningWorld {
  readonly ledgers: ReadonlyMap<string, FabricLedger>;
  /** Asks the graph as a caller that acts for a member; its data. */
  ask<T>(document: string, variables?: Readonly<Record<string, unknown>>, member?: string): Promise<T>;
  /** What it is refused with. */
  refusal(document: string, variables?: Readonly<Record<string, unknown>>, member?: string): Promise<Refusal>;
  /** The whole of a write that somebody signs outside of Parley: its stages, and what came of it. `between`: before each signature is given. */
  signElsewhere<T>(
    write: object,
    by: OutsideKey,
    selection: string,
    between?: () => Promise<void>,
  ): Promise<{ stages: string[]; came: T }>;
  /** Resolves once the index holds all that a channel's peer has. */
  caughtUp(channel: string): Promise<void>;
  /** As a process that is stopped and started again over the same index. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface OutsideKey {
  readonly mspId: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface GoverningOptions {
  readonly fabric: World;
  /** Channels to be read, as the first organisation named. */
  readonly channels: readonly (Pick<FabricLedgerConfig, 'name' | 'consortium'> & {
    readonly mspId: string;
    /** Another door to that organisation's own peer. */
    readonly ownPort?: number;
  })[];
  /** Their administrators sign here: `harvest` for HarvestMSP. */
  readonly signersOf: readonly string[];
  readonly moreSigners?: readonly SignerConfig[];
}

export const memberOf = (mspId: string): string => mspId.replace(/MSP$/, '').toLowerCase();
export const adminKey = (world: World, mspId: string): OutsideKey => {
  const { admin } = organizationOf(world, mspId).users;
  if (admin === undefined) throw new Error(`${mspId} has no admin`);
  return { mspId, certificatePem: admin.certificatePem, privateKeyPem: admin.privateKeyPem };
};

/** Parley's own graph over channels of a running network: real ingest with the observers of governance, real journal, real signers. */
export async function governingWorld(options: GoverningOptions): Promise<GoverningWorld> {
  const { fabric, channels, signersOf, moreSigners = [] } = options;
  const bench = await workbench();
  const stop = new AbortController();
  const optionsOf = ({ name, mspId, ownPort }: GoverningOptions['channels'][number]) =>
    fabricLedgerOptions(fabric, name, mspId, ownPort);
  const ledgers = new Map<string, FabricLedger>();
  const ingests: Promise<void>[] = [];
  const configs = channels.map((channel): FabricLedgerConfig => {
    const { connectionProfile, identity } = optionsOf(channel);
    const allowedLag = { blocks: 5, seconds: 30 };
    const place = {
      kind: 'fabric',
      name: channel.name,
      channel: channel.name,
      startBlock: 0,
      genesisHash: null,
    } as const;
    return { ...place, connectionProfile, identity, consortium: channel.consortium, allowedLag };
  });
  for (const [index, config] of configs.entries()) {
    const channel = channels[index];
    if (channel === undefined) continue;
    const ledger = await createFabricLedger(optionsOf(channel));
    ledgers.set(config.name, ledger);
    const observers = () => observersOf(config, ledger, bench.store);
    const listener = (): void => undefined;
    ingests.push(
      runIngest({ ledger, store: bench.store, listener, signal: stop.signal, keepRetracted: 50, observers }),
    );
  }
  const signers = signersOf.map((mspId): SignerConfig => {
    const { certificatePem, privateKeyPem } = adminKey(fabric, mspId);
    const member = memberOf(mspId);
    return { id: `${member}-admin`, member, kind: 'fabric', mspId, certificatePem, privateKeyPem };
  });
  const config = configOf(configs, [...signers, ...moreSigners], fabric);
  const open = () => openGraph(config, bench.url, new Map([...ledgers.values()].map((ledger) => [ledger.id, ledger])));
  let graph = await open();
  const run = (...asked: Parameters<typeof graph.run>) => graph.run(...asked);

  const ask = async <T>(...asked: Parameters<typeof run>): Promise<T> => {
    const { data, errors } = await run(...asked);
    if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
    return data as T;
  };
  return {
    ledgers,
    ask,
    refusal: async (...asked) => {
      const { errors = [] } = await run(...asked);
      const [error] = errors;
      if (error === undefined) throw new Error('It was not refused');
      const { originalError: cause, message } = error;
      const { code, details } = cause instanceof ParleyError ? cause : { code: 'OTHER', details: null };
      return { code, message, details };
    },
    signElsewhere: (write, by, selection, between) => signedElsewhere(ask, write, by, { selection, between }),
    caughtUp: async (channel) => {
      const ledger = ledgers.get(channel);
      if (ledger === undefined) throw new Error(`Channel ${channel} is not read`);
      const { number } = await ledger.head();
      for (let tries = 0; tries < 200; tries += 1) {
        const [row] = await bench.store.ledgers(grantScope([ledger.id]));
        if ((row?.tip?.number ?? -1) >= number) return;
        await pause(50, stop.signal);
      }
      throw new Error(`Channel ${channel} is not indexed`);
    },
    restart: async () => {
      await graph.close();
      graph = await open();
    },
    close: async () => {
      await graph.close();
      stop.abort();
      await Promise.allSettled(ingests);
      for (const ledger of ledgers.values()) await ledger.close();
      await bench.close();
    },
  };
}

async function signedElsewhere<T>(
  ask: GoverningWorld['ask'],
  write: object,
  { mspId, certificatePem, privateKeyPem }: OutsideKey,
  { selection, between }: { readonly selection: string; readonly between: (() => Promise<void>) | undefined },
): Promise<{ stages: string[]; came: T }> {
  interface Request {
    readonly id: string;
    readonly stage: string;
    readonly bytes: string;
  }
  const asked = 'id stage bytes';
  const identity = { fabric: { mspId, certificate: certificatePem } };
  const prepare = `mutation ($input: PrepareInput!) { prepare(input: $input) { ${asked} } }`;
  const submit = `mutation ($input: SubmitSignatureInput!) { submitSignature(input: $input) { next { ${asked} } ${selection} } }`;
  let { prepare: next } = await ask<{ prepare: Request | null }>(prepare, { input: { identity, write } });
  const stages: string[] = [];
  for (;;) {
    if (next === null) throw new Error('Nothing was asked to be signed');
    stages.push(next.stage);
    await between?.();
    const bytes = Buffer.from(next.bytes.slice(2), 'hex');
    const signature = `0x${sign('sha256', bytes, createPrivateKey(privateKeyPem)).toString('hex')}`;
    const input = { request: next.id, signature };
    const { submitSignature: came } = await ask<{ submitSignature: T & { next: Request | null } }>(submit, { input });
    if (came.next === null) return { stages, came };
    next = came.next;
  }
}

function configOf(ledgers: readonly FabricLedgerConfig[], signers: readonly SignerConfig[], fabric: World): Config {
  const members = fabric.organizations.map(({ mspId }) => ({
    ...{ id: memberOf(mspId), name: mspId, mspIds: [mspId], accounts: [] },
  }));
  const limits = { pageSize: 100 } as Config['limits'];
  return {
    ...{ file: 'parley.yaml', store: { url: '' }, limits, ledgers, amb: [], signers, members },
    server: { secrets: null } as unknown as Config['server'],
    network: { id: 'harbour', name: 'Harbour Trade', description: null },
  };
}

/** The graph as a process opens it, over an index that something else fills. */
export async function openGraph(config: Config, url: string, ledgers: ReadonlyMap<LedgerId, AnyLedger>) {
  const logger = pino({ level: 'silent' });
  const store = await openReader(url);
  const desk = { ledgers, pending: new Map<string, string>(), known: () => [...ledgers.keys()], close: async () => {} };
  const sources = watchSources(store, logger, () => undefined);
  const feed = openFeed({ storeUrl: url, store, desk, logger });
  const writes = await openWrites({ storeUrl: url, store, desk, logger });
  const signers = openSigners(config.signers);
  const all = { store, feed, health: sources.health, desk, sources, writes: writes.desk, signers };
  const parts = graphParts(config, { ...all, onAmbWrite: () => undefined }, Buffer.alloc(32, 7));
  const subgraphs = createSubgraphs();
  const schema: GraphQLSchema = link(subgraphs, compose(subgraphs).api);
  return {
    run: (document: string, variables: Readonly<Record<string, unknown>> = {}, member?: string) => {
      const parsed = parse(document);
      const [problem] = validate(schema, parsed);
      if (problem !== undefined) throw problem;
      const headers = member === undefined ? {} : { 'parley-member': member };
      const signal = AbortSignal.timeout(30_000);
      const contextValue = contextFor(parts, { headers, signal, report: () => undefined });
      return Promise.resolve(execute({ schema, document: parsed, variableValues: variables, contextValue }));
    },
    close: async () => {
      await writes.close();
      await feed.close();
      sources.close();
      await store.close();
    },
  };
}
