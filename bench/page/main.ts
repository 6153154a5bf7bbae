import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { accounts } from '../../test/support/ethereumBlocks.js';
import { profileLines } from '../streams/profile.js';
import { bestOf, load, type Question, type Rate } from '../load/load.js';
import { startProcess, type Served } from '../served.js';
import { temporaryDirectory } from '../temporary.js';
import { fill } from './fill.js';
import { startParley, writeConfig } from './parley.js';
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

interface Page {
  readonly size: number;
  readonly query: string;
  /** Files of questions. */
  readonly same: string;
  readonly apart: string;
}
interface Contender {
  readonly name: string;
  readonly url: string;
  /** Whether the clients ask in words of their own, so that Parley runs each question by itself. */
  readonly how: 'same' | 'apart';
}

using temporary = temporaryDirectory();
const directory = temporary.path;
const say = (line: string): void => console.log(line);
const running: Served[] = [];

async function run(): Promise<void> {
  const store = values.store ?? join(directory, 'page.db');
  if (!existsSync(store)) await fill(`sqlite:${store}`, Number(values.transactions));
  const truth = openTruth(store, nameOf);
  const pages = SIZES.map((size) => pageOf(size, truth.page(size)));
  const config = await writeConfig(directory, `sqlite:${store}`);
  const profiles = values.profile ? join(directory, 'profiles') : null;
  const parley = await started(startParley(config, profiles));
  say(await countStatements(parley.url));
  const others = values.against === undefined ? [] : [await started(startParley(config, null, values.against))];
  for (const page of pages) {
    const { body, bytes } = await answerOf(parley.url, page);
    const constant = await started(startProcess(new URL('./constant.js', import.meta.url), [body]));
    const contenders: Contender[] = [
      { name: 'Parley, each client in its own words', url: parley.url, how: 'apart' },
      { name: 'Parley, all clients the same', url: parley.url, how: 'same' },
      ...others.map(({ url }) => ({ name: 'the other build', url, how: 'apart' }) as const),
      { name: "Node's HTTP server, the same bytes", url: constant.url, how: 'same' },
    ];
    const sql = (): number => sqlRate(() => JSON.stringify(truth.page(page.size)));
    say(`\npage of ${page.size}, ${bytes} bytes, ${values.clients} clients:`);
    await measure(contenders, page, sql);
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

function pageOf(size: number, data: object): Page {
  const query = `{ transactions(first: ${size}) { edges { node { ${NODE} } } } }`;
  const expected = JSON.stringify({ data }).slice(0, -1);
  const file = (name: string, queries: readonly string[]): string => {
    const path = join(directory, `${name}-${size}.json`);
    const questions = queries.map((one): Question => ({ body: JSON.stringify({ query: one }), expected }));
    writeFileSync(path, JSON.stringify(questions));
    return path;
  };
  const apart = Array.from({ length: Number(values.clients) }, (_, client) => `query Client${client} ${query}`);
  return { size, query, same: file('same', [query]), apart: file('apart', apart) };
}

/** What Parley answers, as a file for the server that answers it again. */
async function answerOf(url: string, { size, query }: Page): Promise<{ body: string; bytes: number }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const body = join(directory, `answer-${size}.json`);
  const text = await answer.text();
  writeFileSync(body, text);
  return { body, bytes: Buffer.byteLength(text) };
}

/** In turns, so that what else the machine does meets all alike; the first round warms up. */
async function measure(contenders: readonly Contender[], page: Page, sql: () => number): Promise<void> {
  const rates = new Map(contenders.map(({ name }): [string, Rate[]] => [name, []]));
  const sqlRates: number[] = [];
  const asked = { seconds: Number(values.seconds), clients: Number(values.clients) };
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const contender of contenders) {
      const rate = await load(contender.url, { ...asked, questions: page[contender.how] });
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

function sqlRate(read: () => unknown): number {
  const started = performance.now();
  let count = 0;
  for (; performance.now() - started < 500; count += 1) read();
  return (count * 1000) / (performance.now() - started);
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
