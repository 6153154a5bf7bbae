import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openReader } from '../../src/store/index.js';
import { temporaryDirectory } from '../temporary.js';
import { Growing, type Cost } from './fill.js';
import { reads, sampleOf, type Read, type Sample } from './reads.js';

/**
 * How ingest, reads and memory grow from 10,000 to so many indexed transactions. Blocks are made up and written by the store's own
 * append. Both sizes are measured in turns, so that what else the machine does meets them alike.
 *
 *     node dist/bench/growth/main.js [transactions]
 */
const SMALL = 10_000;
const LARGE = Number(process.argv[2] ?? 1_000_000);
/** Appended to each size in turns, for the rate. */
const MEASURED = 20_000;
const TURNS = 5;
const READ_ROUNDS = 60;
const TARGET = 1.5;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
using directory = temporaryDirectory();
const file = (name: string): string => join(directory.path, `${name}.db`);
const small = await Growing.open(`sqlite:${file('small')}`);
const young = await Growing.open(`sqlite:${file('young')}`);
await small.growTo(SMALL);
await young.growTo(SMALL);
console.log(`memory after ${SMALL} transactions: ${memory()}`);
const large = await Growing.open(`sqlite:${file('large')}`);
const started = performance.now();
const filled = await large.growTo(LARGE - MEASURED);
console.log(
  `memory after ${large.transactions} transactions: ${memory()}; filled in ${((performance.now() - started) / 1_000).toFixed(0)} s, ${rate(filled)}`,
);
await compareIngest(young, large);
console.log(`store of ${large.transactions} transactions: ${(statSync(file('large')).size / 2 ** 20).toFixed(0)} MiB`);
for (const one of [small, young, large]) await one.store.close();
await compareReads(file('small'), file('large'));

/** Of this process, which wrote everything, after its garbage was collected. */
function memory(): string {
  collect();
  const { rss, heapUsed } = process.memoryUsage();
  return `RSS ${(rss / 2 ** 20).toFixed(0)} MiB, heap ${(heapUsed / 2 ** 20).toFixed(0)} MiB`;
}

function rate({ transactions, seconds, cpuSeconds }: Cost): string {
  return `${(transactions / seconds).toFixed(0)} transactions/s (${((cpuSeconds * 1e6) / transactions).toFixed(0)} µs of CPU each)`;
}

function verdict(ratio: number): string {
  return `${ratio.toFixed(2)}× ${ratio <= TARGET ? 'flat' : 'NOT FLAT'}`;
}

async function compareIngest(young: Growing, large: Growing): Promise<void> {
  const of = (costs: readonly Cost[]): Cost => ({
    transactions: costs.reduce((sum, one) => sum + one.transactions, 0),
    seconds: costs.reduce((sum, one) => sum + one.seconds, 0),
    cpuSeconds: costs.reduce((sum, one) => sum + one.cpuSeconds, 0),
  });
  const [few, many]: [Cost[], Cost[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn += 1) {
    few.push(await young.growTo(young.transactions + MEASURED / TURNS));
    many.push(await large.growTo(large.transactions + MEASURED / TURNS));
  }
  const [first, last] = [of(few), of(many)];
  const [wall, cpu] = [last.seconds / first.seconds, last.cpuSeconds / first.cpuSeconds];
  console.log(
    `append beyond ${SMALL}: ${rate(first)}; beyond ${LARGE - MEASURED}: ${rate(last)}; CPU ${verdict(cpu)}, time ${wall.toFixed(2)}×`,
  );
}

async function compareReads(few: string, many: string): Promise<void> {
  const readers = [await openReader(`sqlite:${few}`), await openReader(`sqlite:${many}`)];
  const [small, large] = await Promise.all(readers.map(sampleOf));
  if (small === undefined || large === undefined) throw new Error('Two stores were expected');
  for (const read of reads) console.log(await compareRead(read, small, large));
  for (const reader of readers) await reader.close();
  console.log(`memory after the reads: ${memory()}`);
}

/** The median of each, in turns. */
async function compareRead(read: Read, small: Sample, large: Sample): Promise<string> {
  const [few, many]: [number[], number[]] = [[], []];
  for (let round = 0; round < READ_ROUNDS; round += 1) {
    few.push(await timed(read, small));
    many.push(await timed(read, large));
  }
  const [first, last] = [median(few), median(many)];
  return `${read.name}: ${first.toFixed(3)} ms, ${last.toFixed(3)} ms, ${verdict(last / first)}`;
}

async function timed(read: Read, sample: Sample): Promise<number> {
  const started = performance.now();
  const rows = await read.run(sample);
  const took = performance.now() - started;
  if (read.expected !== null && rows !== read.expected)
    throw new Error(`${read.name}. Got: ${rows} rows. Expected: ${read.expected}`);
  return took;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
