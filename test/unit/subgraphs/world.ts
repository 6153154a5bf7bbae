import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, parse, validate, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { startAnvil } from '../../../devnet/ethereum/index.js';
import { identify, permissions, visibleTo } from '../../../src/access/index.js';
import { compose } from '../../../src/gateway/compose/compose.js';
import { link } from '../../../src/gateway/link/link.js';
import { createEthereumLedger } from '../../../src/ledgers/ethereum/index.js';
import type { AnyLedger, EthereumLedger, FabricLedger, LedgerHead } from '../../../src/ledgers/ledger.js';
import { cursorSeal } from '../../../src/lib/cursorSeal.js';
import type { InvitationState, ProposalState } from '../../../src/model/governance.js';
import type { DecodedBlock } from '../../../src/model/block.js';
import { createDirectory, type DirectorySource } from '../../../src/model/directory.js';
import type { LedgerId } from '../../../src/model/ids.js';
import { createFeed } from '../../../src/feed/index.js';
import type { Signer } from '../../../src/keys/index.js';
import { openJournal, openStore } from '../../../src/store/index.js';
import type { Store } from '../../../src/store/store.js';
import type { NodeHealthWatch, RequestContext, SourceReport } from '../../../src/subgraphs/context.js';
import { createSubgraphs, ethereumSender, fabricSender, writesOf, WritesDesk } from '../../../src/subgraphs/index.js';
import { ledgerOptions } from '../../contract/ethereumWorld.js';
import { everyKindOfProposal, voteState } from '../../support/governance.js';
import { replayWorld } from '../../contract/replayWorld.js';
import { makeBusy, type BusyChain } from '../../support/ethereum/busyChain.js';
import { decodeRecorded, recordedBlocks } from '../ledgers/fabric/recorded.js';

/** The graph over the recorded Fabric channel and a private Ethereum chain: real store, real ledgers, linked subgraphs. */
/** No mechanism decides anything in these worlds. */
const NOTHING_DECIDED: RequestContext['governance'] = { mechanism: () => null, home: () => null };

export interface GraphWorld {
  readonly store: Store;
  readonly schema: GraphQLSchema;
  readonly channel: LedgerId;
  readonly chain: LedgerId;
  readonly fabric: FabricLedger;
  readonly ethereum: EthereumLedger;
  readonly busy: BusyChain;
  /** The blocks that the index holds of the channel. */
  readonly blocks: readonly DecodedBlock[];
  /** Who is who by configuration. */
  readonly people: DirectorySource;
  context(options?: ContextOptions): RequestContext & { readonly reported: Error[] };
  run(document: string, variables?: Record<string, unknown>, context?: RequestContext): Promise<ExecutionResult>;
  /** As `run`, where nothing may fail. */
  ask<T>(document: string, variables?: Record<string, unknown>, context?: RequestContext): Promise<T>;
  /** How many statements the store was sent for it. */
  cost(document: string, variables?: Record<string, unknown>): Promise<number>;
  /** Mines blocks with a transaction each and indexes them. */
  grow(blocks: number): Promise<void>;
  /** Takes the chain's last two blocks back, here and in the index, and indexes what replaced it. */
  reorg(): Promise<void>;
  close(): Promise<void>;
}

export interface ContextOptions {
  readonly ledgers?: readonly LedgerId[];
  /** Ledgers that are not connected at the moment. */
  readonly down?: readonly LedgerId[];
  readonly people?: DirectorySource;
  readonly health?: NodeHealthWatch;
  readonly signers?: readonly Signer[];
}

const CLAIMED = { id: 'harvest', name: 'Harvest Co-op', mspIds: ['Org1MSP'] };

export async function graphWorld(): Promise<GraphWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-subgraphs-'));
  const url = `sqlite:${join(directory, 'index.db')}`;
  const store = await openStore(url);
  const anvil = await startAnvil({ chainId: 31337 });
  const busy = await makeBusy(anvil);
  const replay = await replayWorld();
  await replay.produce(recordedBlocks.length - replay.other.height);
  const fabric = await replay.open();
  const contracts = [
    {
      name: 'Specimen',
      address: busy.specimen.address,
      abi: JSON.parse(busy.specimen.interface.formatJson()) as unknown[],
    },
    { name: 'SettlementToken', ...busy.token },
  ];
  const ethereum = createEthereumLedger({ ...ledgerOptions(anvil), contracts });
  const blocks = decodeRecorded();
  const onChain = ({ mechanism }: ProposalState): boolean => mechanism === 'GOVERNOR';
  const kinds = everyKindOfProposal(busy.token.address);
  await fill(
    store,
    fabric,
    withProposals(
      blocks,
      kinds.filter((kind) => !onChain(kind)),
    ),
  );
  const chain = await decodedFrom(ethereum, 0);
  await fill(store, ethereum, withProposals(chain, kinds.filter(onChain)));

  const subgraphs = createSubgraphs();
  const schema = link(subgraphs, compose(subgraphs).api);
  const all: readonly AnyLedger[] = [fabric, ethereum];
  let wake = (): void => undefined;
  const feed = createFeed({
    store,
    scope: () =>
      visibleTo(
        identify(),
        all.map(({ id }) => id),
      ),
    watch: (onWake) => {
      wake = onWake;
      return () => undefined;
    },
    onProblem: (error) => {
      throw error;
    },
  });
  const journal = await openJournal(url);
  const writes = new WritesDesk({
    ...{ journal, store, senders: { fabric: fabricSender, ethereum: ethereumSender } },
    scope: () =>
      visibleTo(
        identify(),
        all.map(({ id }) => id),
      ),
    ledger: (id) => all.find((one) => one.id === id),
    onProblem: (error) => {
      throw error;
    },
  });
  const people = {
    network: { id: 'harbour', name: 'Harbour Trade', description: 'Coffee from farm to roaster' },
    members: [{ ...CLAIMED, accounts: [{ ledger: ethereum.id, address: busy.accounts[1]?.toLowerCase() ?? '' }] }],
  };
  const context = (options: ContextOptions = {}): ReturnType<GraphWorld['context']> => {
    const { ledgers = all.map(({ id }) => id), down = [] } = options;
    const up = new Map(all.filter(({ id }) => !down.includes(id)).map((ledger) => [ledger.id, ledger]));
    const made = new Map<symbol, unknown>();
    const reported: Error[] = [];
    const scope = visibleTo(identify(), ledgers);
    return {
      requestId: 'test',
      member: null,
      actingByApi: [],
      scope,
      principal: identify(),
      permissions: permissions(identify(), scope),
      governance: NOTHING_DECIDED,
      writes: writesOf({
        ...{ desk: writes, principal: identify(), caller: 'test', scope, store, signers: options.signers ?? [] },
        signal: new AbortController().signal,
      }),
      store,
      ledgers: up,
      sources: {
        reports: () => Promise.all(all.map((ledger) => reportOf(store, ledger, up.has(ledger.id)))),
        endpoints: (id: LedgerId) => up.get(id)?.endpoints() ?? Promise.resolve([]),
      },
      feed,
      health: options.health ?? unwatchedHealth(),
      rights: 'test',
      directory: createDirectory(options.people ?? people),
      cursors: cursorSeal(['a secret of the test']),
      pageSize: { default: 20, max: 100 },
      signal: new AbortController().signal,
      once<T>(key: symbol, make: () => T): T {
        if (!made.has(key)) made.set(key, make());
        return made.get(key) as T;
      },
      again: () => context(options),
      report: (error: Error) => void reported.push(error),
      reported,
    };
  };
  const run = async (
    document: string,
    variables: Record<string, unknown> = {},
    contextValue: RequestContext = context(),
  ) => {
    const parsed = parse(document);
    const [problem] = validate(schema, parsed);
    if (problem !== undefined) throw problem;
    return execute({ schema, document: parsed, variableValues: variables, contextValue });
  };
  const ask = async <T>(document: string, variables?: Record<string, unknown>, asked?: RequestContext): Promise<T> => {
    const { data, errors } = await run(document, variables, asked);
    if (errors !== undefined)
      throw new AggregateError(errors, errors.map(({ message, path }) => `${path}: ${message}`).join('\n'));
    return data as T;
  };
  return {
    ...{ store, schema, fabric, ethereum, busy, blocks, people, context, run, ask },
    ...{ channel: fabric.id, chain: ethereum.id },
    async cost(document, variables) {
      const before = store.statements;
      await ask(document, variables);
      return store.statements - before;
    },
    async grow(count) {
      const [row] = (await store.ledgers(context().scope)).filter(({ id }) => id === ethereum.id);
      for (let left = count; left > 0; left -= 1) {
        await anvil.send({ from: 0, to: busy.accounts[1] ?? '', value: 1n, gas: 21_000n });
        await anvil.mine();
      }
      await fill(store, ethereum, await decodedFrom(ethereum, (row?.tip?.number ?? -1) + 1));
      wake();
    },
    async reorg() {
      const [row] = (await store.ledgers(context().scope)).filter(({ id }) => id === ethereum.id);
      const tip = row?.tip?.number ?? 0;
      const [below] = await store.refs(ethereum.id, tip - 2, tip - 2);
      await anvil.reorg(2);
      await store.rewind(ethereum.id, below ?? null);
      await fill(store, ethereum, await decodedFrom(ethereum, tip - 1));
      wake();
    },
    async close() {
      await writes.close();
      await journal.close();
      await fabric.close();
      await ethereum.close();
      await replay.close();
      await anvil.close();
      await feed.close();
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The blocks from a number up to the head, decoded as ingest decodes them. */
async function decodedFrom(ledger: AnyLedger, from: number): Promise<DecodedBlock[]> {
  const decoder = ledger.decoder(await ledger.seed(from));
  const blocks: DecodedBlock[] = [];
  const { number } = await ledger.head();
  for await (const raw of ledger.read(from, number, new AbortController().signal)) blocks.push(decoder.decode(raw));
  return blocks;
}

/** Blocks of which one holds proposals, and where the consortium decides, a vote and an invitation. */
function withProposals(blocks: readonly DecodedBlock[], states: readonly ProposalState[]): readonly DecodedBlock[] {
  const proposals = states.map((state) => ({ state, statusBefore: null }));
  const decides = states.some(({ mechanism }) => mechanism === 'CONSORTIUM');
  const votes = decides ? [voteState('consortium-1', 'Org1MSP')] : [];
  const made: readonly InvitationState[] = [
    {
      ...{ nativeId: 'i1', name: 'Atlas Roasters', principal: 'ab'.repeat(32), status: 'PENDING', createdMs: 1_000 },
      ...{ expiresMs: null, proposal: 'consortium-1', member: null },
    },
  ];
  const invitations = decides ? made : [];
  return blocks.map((block) =>
    block.number === 5 ? { ...block, governance: { proposals, votes, invitations, consortium: null } } : block,
  );
}

async function fill(store: Store, ledger: AnyLedger, blocks: readonly DecodedBlock[]): Promise<void> {
  const head = await ledger.head();
  const notice = {
    number: head.number,
    hash: head.hash,
    finalized: head.finalized,
    safe: head.safe,
    seenAtMs: Date.now(),
  };
  await store.declare({ id: ledger.id, kind: ledger.kind, name: ledger.name, startBlock: ledger.startBlock });
  await store.append(blocks, notice);
}

async function reportOf(store: Store, ledger: AnyLedger, up: boolean): Promise<SourceReport> {
  const rows = await store.ledgers(visibleTo(identify(), [ledger.id]));
  const indexedHeight = rows[0]?.tip?.number ?? null;
  const head: LedgerHead | null = up ? await ledger.head() : null;
  return {
    ledger: ledger.id,
    name: ledger.name,
    indexedHeight,
    head: head?.number ?? null,
    headTimestampMs: head?.timestampMs ?? null,
    lag: head === null ? null : { blocks: head.number - (indexedHeight ?? -1), seconds: 0 },
    stale: !up,
    problem: up ? null : 'the node does not answer',
  };
}

/** As before anybody probes nodes: nothing is known of their health, and nothing changes. */
const unwatchedHealth = (): NodeHealthWatch => ({
  changes: 0,
  current: () => [],
  at: () => [],
  changed: (_after, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(0), { once: true })),
});
