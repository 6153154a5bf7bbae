import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { startAnvil } from '../devnet/ethereum/index.js';
import { runIngest, type IngestReport } from '../src/ingest/index.js';
import { createEthereumLedger } from '../src/ledgers/ethereum/index.js';
import type { EthereumLedger } from '../src/ledgers/ledger.js';
import { openStore } from '../src/store/index.js';
import { temporaryDirectory } from './temporary.js';
import { ThreadTimes } from './threadTimes.js';
import { fillChain, FIRST_BLOCK, TRANSFERS_A_BLOCK } from './ethereumChain.js';

/**
 * How many blocks a second Parley reads, proves, decodes and stores from a node, beside a bare loop that only asks in batches and
 * parses JSON. `node dist/bench/ethereumRead.js [blocks] [url]`: without a URL, Anvil is started and filled with blocks of 10
 * transactions and 23 logs. The node shares this machine's cores, as in the development network. The three are run in turns, so
 * that what else the machine does meets all alike; the best round of each counts.
 */
const [, , asked, given] = process.argv;
const BLOCKS = Number(asked ?? 5_000);
const LAST_BLOCK = FIRST_BLOCK + BLOCKS - 1;
const ROUNDS = 3;
const BATCH_BLOCKS = 50;
const CONCURRENCY = 4;

interface Measured {
  readonly name: string;
  readonly run: () => Promise<void>;
  readonly rates: number[];
  readonly cpuSeconds: number[];
}

const chain = given === undefined ? await startAnvil({ mining: 'manual' }) : null;
const url = given ?? chain?.rpc ?? '';
try {
  if (chain !== null) await fillChain(chain, BLOCKS);
  const load = loadavg()[0] ?? 0;
  console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, load ${load.toFixed(1)} before`);
  const bare = measured('bare loop (ask, parse)', bareLoop);
  const read = measured('read, prove and decode', readOnly);
  const whole = measured('read, prove, decode and store (SQLite)', index);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of [bare, read, whole]) await measure(one);
  }
  for (const one of [bare, read, whole]) tell(one, bare);
} finally {
  await chain?.close();
}

function measured(name: string, run: () => Promise<void>): Measured {
  return { name, run, rates: [], cpuSeconds: [] };
}

/** CPU seconds are this process's: all of its threads, not the node's. */
async function measure({ run, rates, cpuSeconds }: Measured): Promise<void> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await run();
  const used = process.cpuUsage(before);
  rates.push((BLOCKS * 1_000) / (performance.now() - started));
  cpuSeconds.push((used.user + used.system) / 1_000_000);
}

function tell({ name, rates, cpuSeconds }: Measured, bare: Measured): void {
  const best = Math.max(...rates);
  const share = (100 * best) / Math.max(...bare.rates);
  const rounds = rates.map((rate) => rate.toFixed(0)).join(', ');
  const cpu = Math.min(...cpuSeconds).toFixed(2);
  console.log(
    `${name}: ${best.toFixed(0)} blocks/s (${rounds}), ${share.toFixed(0)} % of the bare loop, ${cpu} s of CPU for ${BLOCKS} blocks`,
  );
}

async function bareLoop(): Promise<void> {
  const pool = new Pool(new URL(url).origin, { connections: CONCURRENCY });
  let next = FIRST_BLOCK;
  const worker = async (): Promise<void> => {
    while (next <= LAST_BLOCK) {
      const from = next;
      next += BATCH_BLOCKS;
      const calls = Array.from({ length: Math.min(BATCH_BLOCKS, LAST_BLOCK - from + 1) }, (_, i) => {
        const tag = `0x${(from + i).toString(16)}`;
        return [
          { jsonrpc: '2.0', id: 2 * i, method: 'eth_getBlockByNumber', params: [tag, true] },
          { jsonrpc: '2.0', id: 2 * i + 1, method: 'eth_getBlockReceipts', params: [tag] },
        ];
      });
      const { body } = await pool.request({
        ...{ method: 'POST', path: new URL(url).pathname, headers: { 'content-type': 'application/json' } },
        body: JSON.stringify(calls.flat()),
      });
      const answers = (await body.json()) as unknown[];
      if (answers.length !== 2 * calls.length) throw new Error('The node left something out');
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  await pool.destroy();
}

function open(): EthereumLedger {
  return createEthereumLedger({
    ...{ name: 'bench', chainId: 31_337, rpc: [url], ws: null, startBlock: FIRST_BLOCK, finality: { depth: 64 } },
    ...{ reorgWindow: 256, contracts: [], proof: 'roots', proveInThread: 'when busy' },
  });
}

/** Nothing is stored. */
async function readOnly(): Promise<void> {
  const ledger = open();
  const decoder = ledger.decoder({ config: null, previous: null });
  let transfers = 0;
  for await (const raw of ledger.read(FIRST_BLOCK, LAST_BLOCK, new AbortController().signal)) {
    transfers += decoder.decode(raw).tokenTransfers.length;
  }
  if (chain !== null && transfers !== TRANSFERS_A_BLOCK * BLOCKS)
    throw new Error(`${transfers} transfers were decoded`);
  await ledger.close();
}

/** The whole back-fill as a worker of Parley runs it, into a fresh store. */
async function index(): Promise<void> {
  using directory = temporaryDirectory();
  const store = await openStore(`sqlite:${join(directory.path, 'index.db')}`, { appendInThread: true });
  const ledger = open();
  const stop = new AbortController();
  const threads = new ThreadTimes();
  const listener = (report: IngestReport): void => {
    if (report.kind !== 'following') return;
    console.log(`  whole ${threads.tell() ?? ''}`);
    stop.abort();
  };
  await runIngest({ ledger, store, listener, signal: stop.signal, keepRetracted: 256 });
  await ledger.close();
  await store.close();
}
