import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { startAnvil, type TestChain } from '../devnet/ethereum/index.js';
import { runIngest, type IngestReport } from '../src/ingest/index.js';
import { createEthereumLedger, type Proof } from '../src/ledgers/ethereum/index.js';
import type { EthereumLedger } from '../src/ledgers/ledger.js';
import { openStore } from '../src/store/index.js';

/**
 * How many blocks a second Parley reads, decodes and stores from a node, beside a bare loop that only asks and parses JSON.
 * `node dist/bench/ethereumRead.js [blocks] [url]`: without a URL, Anvil is started and filled with blocks of 10 transactions
 * and 23 logs. The node shares this machine's cores, as in the development network.
 */
const BLOCKS = Number(process.argv[2] ?? 2_000);
const ROUNDS = 3;
const BATCH_BLOCKS = 50;
const CONCURRENCY = 4;
/** `--whole`: only the bare loop and the whole back-fill. */
const PROOFS = process.argv.includes('--whole') ? [] : (['links', 'header', 'roots'] as const);

const [, , , given] = process.argv.filter((argument) => !argument.startsWith('--'));
const chain = given === undefined ? await startAnvil({ mining: 'manual' }) : null;
const url = given ?? chain?.rpc ?? '';
try {
  if (chain !== null) await fill(chain);
  const bare = await best('bare loop (ask, parse)', bareLoop);
  for (const proof of PROOFS) {
    const read = await best(`read, proof by ${proof}`, () => parley(proof, false));
    const decoded = await best(`read and decode, proof by ${proof}`, () => parley(proof, true));
    console.log(`    ${percent(read, bare)} and ${percent(decoded, bare)} of the bare loop`);
  }
  const whole = await best('read, decode and store (SQLite), proof by roots', index);
  console.log(`    ${percent(whole, bare)} of the bare loop`);
} finally {
  await chain?.close();
}

async function best(name: string, run: () => Promise<void>): Promise<number> {
  const rates: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await run();
    const used = process.cpuUsage(before);
    rates.push((BLOCKS * 1_000) / (performance.now() - started));
    cpu.push((used.user + used.system) / 1_000_000);
  }
  const rate = Math.max(...rates);
  console.log(`${name}: ${rate.toFixed(0)} blocks/s, ${Math.min(...cpu).toFixed(2)} s of CPU for ${BLOCKS} blocks`);
  return rate;
}

async function bareLoop(): Promise<void> {
  const pool = new Pool(new URL(url).origin, { connections: CONCURRENCY });
  let next = 3;
  const worker = async (): Promise<void> => {
    while (next <= BLOCKS + 2) {
      const from = next;
      next += BATCH_BLOCKS;
      const calls = Array.from({ length: Math.min(BATCH_BLOCKS, BLOCKS + 2 - from + 1) }, (_, i) => {
        const tag = `0x${(from + i).toString(16)}`;
        return [
          { jsonrpc: '2.0', id: 2 * i, method: 'eth_getBlockByNumber', params: [tag, true] },
          { jsonrpc: '2.0', id: 2 * i + 1, method: 'eth_getBlockReceipts', params: [tag] },
        ];
      });
      const { body } = await pool.request({
        ...{ method: 'POST', path: '/', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify(calls.flat()),
      });
      const answers = (await body.json()) as unknown[];
      if (answers.length !== 2 * calls.length) throw new Error('The node left something out');
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  await pool.destroy();
}

function open(proof: Proof): EthereumLedger {
  return createEthereumLedger({
    ...{ name: 'bench', chainId: 31_337, rpc: [url], ws: null, startBlock: 3, finality: { depth: 64 } },
    ...{ reorgWindow: 256, contracts: [], proof },
  });
}

/** The whole back-fill as a worker of Parley runs it, into a fresh store. */
async function index(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const store = await openStore(`sqlite:${join(directory, 'index.db')}`);
  const ledger = open('roots');
  const stop = new AbortController();
  const listener = (report: IngestReport): void => {
    if (report.kind === 'following') stop.abort();
  };
  await runIngest({ ledger, store, listener, signal: stop.signal, keepRetracted: 256 });
  await ledger.close();
  await store.close();
  rmSync(directory, { recursive: true });
}

async function parley(proof: Proof, decode: boolean): Promise<void> {
  const ledger = open(proof);
  const decoder = ledger.decoder({ config: null, previous: null });
  let transfers = 0;
  for await (const raw of ledger.read(3, BLOCKS + 2, new AbortController().signal)) {
    if (decode) transfers += decoder.decode(raw).tokenTransfers.length;
  }
  if (decode && chain !== null && transfers !== 23 * BLOCKS) throw new Error(`${transfers} transfers were decoded`);
  await ledger.close();
}

/** A contract whose every call emits this many ERC-20 transfers. */
function emitter(logs: number): string {
  const transfer = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
  const log = `73${'11'.repeat(20)}337f${transfer}60205fa3`;
  const runtime = `6103e85f52${log.repeat(logs)}00`;
  const size = (runtime.length / 2).toString(16).padStart(4, '0');
  return `0x61${size}80600a5f395ff3${runtime}`;
}

async function fill(anvil: TestChain): Promise<void> {
  const accounts = await anvil.request<string[]>('eth_accounts');
  const [from = ''] = accounts;
  const contracts: string[] = [];
  for (const logs of [2, 3]) {
    const hash = await anvil.request<string>('eth_sendTransaction', [{ from, data: emitter(logs), gas: '0x100000' }]);
    await anvil.mine();
    const receipt = await anvil.request<{ contractAddress: string }>('eth_getTransactionReceipt', [hash]);
    contracts.push(receipt.contractAddress);
  }
  const [two = '', three = ''] = contracts;
  const calls = [...new Array<string>(7).fill(two), ...new Array<string>(3).fill(three)];
  const fees = { gas: '0x186a0', maxFeePerGas: '0x77359400', maxPriorityFeePerGas: '0x0' };
  // The first two blocks hold the contracts; the measured range begins after them, so as many more are made.
  for (let block = 0; block < BLOCKS; block += 1) {
    const sent = calls.map((to, i) => anvil.request('eth_sendTransaction', [{ from: accounts[i], to, ...fees }]));
    await Promise.all(sent);
    await anvil.request('evm_mine');
  }
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`;
}
