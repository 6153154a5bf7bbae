import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { accounts } from '../../test/support/ethereumBlocks.js';
import { profileLines } from '../streams/profile.js';
import { endWithBench, temporaryDirectory } from '../temporary.js';
import { fill } from './fill.js';
import { startParley, startProcess, writeConfig, type Served } from './parley.js';
import { countStatements } from './statements.js';
import { openTruth, type NameOf } from './truth.js';

/**
 * Pages of transactions with ledger, block and members over HTTP, on a store of 100,000 transactions that is filled without any
 * network: requests a second and p99 of a Parley as an operator starts it, each answer compared with what plain SQL reads; beside
 * it, in turns, Node's bare HTTP server answering the same bytes, and the bare SQL.
 *
 *     npm run bench:page [-- --transactions 100000 --store <kept for the next run> --seconds 3 --rounds 5 --clients 16 --profile --against <main.js of another build>]
 */
const { values } = parseArgs({
  options: {
    transactions: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    clients: { type: 'string', default: '16' },
    store: { type: 'string' },
    against: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});
const NODE = 'id hash timestamp outcome ledger { id name } block { id number } members { id name }';
const SIZES = [1, 50];

const nameOf: NameOf = (ledger, nativeId) => {
  if (ledger.startsWith('fabric:')) {
    const id = { HarvestMSP: 'harvest', MeridianMSP: 'meridian' }[nativeId];
    return id === undefined ? { id: nativeId, name: nativeId } : { id, name: `${id} Ltd` };
  }
  const id = ['harvest', 'meridian'][Math.floor(accounts.indexOf(nativeId) / 12)];
  return id === undefined ? null : { id, name: `${id} Ltd` };
};

interface Question {
  readonly size: number;
  readonly request: string;
  readonly expected: string;
}
interface Contender {
  readonly name: string;
  readonly url: string;
  /** Whether the clients ask in words of their own, so that Parley runs each question by itself. */
  readonly how: 'same' | 'apart';
}
interface Rate {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

using temporary = temporaryDirectory();
const directory = temporary.path;
const say = (line: string): void => console.log(line);
const running: Served[] = [];

async function run(): Promise<void> {
  const store = values.store ?? join(directory, 'page.db');
  if (!existsSync(store)) await fill(`sqlite:${store}`, Number(values.transactions));
  const truth = openTruth(store, nameOf);
  const questions = SIZES.map((size) => questionOf(size, truth.page(size)));
  const config = await writeConfig(directory, `sqlite:${store}`);
  const profiles = values.profile ? join(directory, 'profiles') : null;
  const parley = await started(startParley(config, profiles));
  say(await countStatements(parley.url));
  const others = values.against === undefined ? [] : [await started(startParley(config, null, values.against))];
  for (const question of questions) {
    const { body, bytes } = await answerOf(parley.url, question);
    const constant = await started(startProcess('./constant.js', [body]));
    const contenders: Contender[] = [
      { name: 'Parley, each client in its own words', url: parley.url, how: 'apart' },
      { name: 'Parley, all clients the same', url: parley.url, how: 'same' },
      ...others.map(({ url }) => ({ name: 'the other build', url, how: 'apart' }) as const),
      { name: "Node's HTTP server, the same bytes", url: constant.url, how: 'same' },
    ];
    const sql = (): number => sqlRate(() => JSON.stringify(truth.page(question.size)));
    say(`\npage of ${question.size}, ${bytes} bytes, ${values.clients} clients:`);
    await measure(contenders, question, sql);
  }
  truth.close();
  for (const one of running.splice(0)) await one.stop();
  if (profiles !== null) profileLines(profiles).forEach(say);
}

async function started(starting: Promise<Served>): Promise<Served> {
  const served = await starting;
  running.push(served);
  return served;
}

function questionOf(size: number, data: object): Question {
  const file = (name: string, text: string): string => {
    const path = join(directory, `${name}-${size}.json`);
    writeFileSync(path, text);
    return path;
  };
  const query = `{ transactions(first: ${size}) { edges { node { ${NODE} } } } }`;
  const expected = JSON.stringify({ data }).slice(0, -1);
  return { size, request: file('request', JSON.stringify({ query })), expected: file('expected', expected) };
}

/** What Parley answers, as a file for the server that answers it again. */
async function answerOf(url: string, { size, request }: Question): Promise<{ body: string; bytes: number }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: readFileSync(request) });
  const body = join(directory, `answer-${size}.json`);
  const text = await answer.text();
  writeFileSync(body, text);
  return { body, bytes: Buffer.byteLength(text) };
}

/** In turns, so that what else the machine does meets all alike; the first round warms up. */
async function measure(contenders: readonly Contender[], question: Question, sql: () => number): Promise<void> {
  const rates = new Map(contenders.map(({ name }): [string, Rate[]] => [name, []]));
  const sqlRates: number[] = [];
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const contender of contenders) {
      const rate = await load(contender, question);
      if (round > 0) rates.get(contender.name)?.push(rate);
    }
    sqlRates.push(sql());
  }
  const best = [...rates].map(([name, seen]) => [name, bestOf(seen)] as const);
  const bare = best.at(-1)?.[1].perSecond ?? NaN;
  for (const [name, { perSecond, p50, p99 }] of best) {
    const times = `p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms`;
    const all = (rates.get(name) ?? []).map((one) => one.perSecond.toFixed(0)).join(' ');
    say(`${row(name, perSecond)}  ${times}  ${((100 * perSecond) / bare).toFixed(0)} % of bare HTTP  (rounds: ${all})`);
  }
  say(row('one statement of plain SQL, as JSON', Math.max(...sqlRates)));
  say(`  load ${loadText()}`);
}

const row = (name: string, perSecond: number): string => `  ${name.padEnd(38)} ${perSecond.toFixed(0).padStart(6)}/s`;

const bestOf = (rates: readonly Rate[]): Rate =>
  rates.reduce((best, one) => (one.perSecond > best.perSecond ? one : best));

function sqlRate(read: () => unknown): number {
  const started = performance.now();
  let count = 0;
  for (; performance.now() - started < 500; count += 1) read();
  return (count * 1000) / (performance.now() - started);
}

/** One round of the load client, in a process of its own. */
function load({ url, how }: Contender, { request, expected }: Question): Promise<Rate> {
  const program = fileURLToPath(new URL('./load.js', import.meta.url));
  const parameters = [program, url, request, expected, values.seconds, values.clients, how];
  const child = endWithBench(spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'pipe'] }));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(output) as Rate) : reject(new Error(`The load client failed:\n${output}`)),
    );
  });
}

function loadText(): string {
  return loadavg()
    .map((one) => one.toFixed(1))
    .join(' ');
}

say(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}, load ${loadText()}`);
try {
  await run();
} finally {
  for (const one of running) await one.stop();
}
