import { mkdirSync, symlinkSync, copyFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { runIngest, type IngestReport } from '../../src/ingest/index.js';
import { createEthereumLedger } from '../../src/ledgers/ethereum/index.js';
import { openStore } from '../../src/store/index.js';
import { fillChain, FIRST_BLOCK, TRANSFERS_A_BLOCK } from '../ethereumChain.js';
import { install } from '../npm.js';
import { temporaryDirectory } from '../temporary.js';
import { PACKAGES, writeProject } from './project.js';
import { runPonder, type Took } from './run.js';

/**
 * Parley's whole ingest beside Ponder's indexing of the same ERC-20 transfers from the same node, which both share the cores with.
 * Ponder is installed from npm into a temporary directory, or taken from one where it was installed before.
 *
 *     node dist/bench/ponder/main.js [blocks] [directory with Ponder]
 */
const [, , asked, installed] = process.argv;
const BLOCKS = Number(asked ?? 5_000);
const LAST_BLOCK = FIRST_BLOCK + BLOCKS - 1;
const TRANSFERS = BLOCKS * TRANSFERS_A_BLOCK;
const TARGET = 30;

using temporary = temporaryDirectory();
const directory = temporary.path;
const chain = await startAnvil({ mining: 'manual' });
try {
  await fillChain(chain, BLOCKS);
  const project = join(directory, 'ponder');
  mkdirSync(project);
  if (installed === undefined) await install(project, PACKAGES);
  else {
    symlinkSync(join(installed, 'node_modules'), join(project, 'node_modules'));
    copyFileSync(join(installed, 'package.json'), join(project, 'package.json'));
  }
  const indexed = {
    rpc: chain.rpc,
    addresses: await contractsOf(chain),
    firstBlock: FIRST_BLOCK,
    lastBlock: LAST_BLOCK,
  };
  writeProject(project, indexed);
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)} before`,
  );
  const rounds = [await runParley('before')];
  const ponder = await runPonder(project, TRANSFERS);
  rounds.push(await runParley('after'));
  for (const one of rounds) tell('Parley, all of each block', one);
  tell('Ponder 0.16.6, the transfers', ponder);
  const ratio = (of: (took: Took) => number): number => of(ponder) / Math.max(...rounds.map(of));
  const times = ratio(({ seconds }) => seconds);
  const verdict = times >= TARGET ? 'met' : 'NOT MET';
  console.log(
    `Parley's slower round is ${times.toFixed(1)}× as fast as Ponder (target ${TARGET}×: ${verdict}); by CPU seconds ${ratio(({ cpuSeconds }) => cpuSeconds).toFixed(1)}×`,
  );
} finally {
  await chain.close();
}

function tell(name: string, { seconds, cpuSeconds, transfers }: Took): void {
  if (transfers !== TRANSFERS) throw new Error(`${name}. Got: ${transfers} transfers. Expected: ${TRANSFERS}`);
  console.log(
    `${name}: ${(BLOCKS / seconds).toFixed(0)} blocks/s, ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU, ${transfers} transfers`,
  );
}

/** The two contracts of `fillChain`, in its first two blocks. */
async function contractsOf({ request }: TestChain): Promise<string[]> {
  const found: string[] = [];
  for (let number = 1; number < FIRST_BLOCK; number += 1) {
    const receipts = await request<{ contractAddress: string | null }[]>('eth_getBlockReceipts', [
      `0x${number.toString(16)}`,
    ]);
    found.push(...receipts.flatMap(({ contractAddress }) => contractAddress ?? []));
  }
  return found;
}

/** The whole back-fill as a worker of Parley runs it, into a fresh store. */
async function runParley(name: string): Promise<Took> {
  const file = join(directory, `${name}.db`);
  const [started, before] = [performance.now(), process.cpuUsage()];
  const store = await openStore(`sqlite:${file}`, { appendInThread: true });
  const ledger = createEthereumLedger({
    ...{ name: 'bench', chainId: 31_337, rpc: [chain.rpc], ws: null, startBlock: FIRST_BLOCK, finality: { depth: 64 } },
    ...{ reorgWindow: 256, contracts: [], proof: 'roots' },
  });
  const stop = new AbortController();
  const listener = (report: IngestReport): void => {
    if (report.kind === 'following') stop.abort();
  };
  await runIngest({ ledger, store, listener, signal: stop.signal, keepRetracted: 256 });
  await ledger.close();
  await store.close();
  const used = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1_000;
  return { seconds, cpuSeconds: (used.user + used.system) / 1_000_000, transfers: transfersIn(file) };
}

function transfersIn(file: string): number {
  const database = new Database(file, { readonly: true });
  const { count } = database.prepare('select count(*) as count from token_transfer').get() as {
    readonly count: number;
  };
  database.close();
  return count;
}
