import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Kind, parse, print } from 'graphql';
import { startAnvil } from '../../devnet/ethereum/index.js';
import { catchUp } from './catchUp.js';
import { differentFilters, sameStream, type FanOutOptions } from './fanOut.js';
import { temporaryDirectory } from '../temporary.js';
import { takeover } from './takeover.js';

/**
 * How streams hold out: subscribers in processes of their own, on this machine, on 127.0.0.1 only.
 *
 *     npm run bench:streams [-- same filters catch-up takeover] [--subscribers 10000] [--processes 2] [--entries 100000] [--profile]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    subscribers: { type: 'string', default: '10000' },
    processes: { type: 'string', default: '2' },
    entries: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    profile: { type: 'boolean', default: false },
  },
});
const PARTS = ['same', 'filters', 'catch-up', 'takeover'];
const parts = positionals.length === 0 ? PARTS : positionals;
const unknown = parts.find((part) => !PARTS.includes(part));
if (unknown !== undefined) throw new Error(`Got: ${unknown}. Expected: ${PARTS.join(', ')}`);
const subscribers = Number(values.subscribers);
requireFiles(subscribers);

const say = (line: string): void => console.log(line);
using temporary = temporaryDirectory();
const directory = temporary.path;
const { profile } = values;
say(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}`);
if (parts.includes('same')) await onFreshChain((options) => sameStream(options, operation('Blocks')));
if (parts.includes('filters')) await onFreshChain(differentFilters);
if (parts.includes('catch-up'))
  await catchUp({ directory, entries: Number(values.entries), profile, events: operation('LedgerEvents'), say });
if (parts.includes('takeover'))
  await takeover({ directory, blocks: operation('Blocks'), rounds: Number(values.rounds), say });

async function onFreshChain(run: (options: FanOutOptions) => Promise<void>): Promise<void> {
  const chain = await startAnvil({ mining: 'manual' });
  try {
    await run({ directory, chain, subscribers, processes: Number(values.processes), profile, say });
  } finally {
    await chain.close();
  }
}

/** An operation as schema/operations has it: what a portal shows. */
function operation(name: string): { readonly query: string; readonly operationName: string } {
  const file = fileURLToPath(new URL('../../../schema/operations/streams.graphql', import.meta.url));
  const definition = parse(readFileSync(file, 'utf8')).definitions.find(
    (one) => one.kind === Kind.OPERATION_DEFINITION && one.name?.value === name,
  );
  if (definition === undefined) throw new Error(`${file} lacks the operation ${name}`);
  return { query: print(definition), operationName: name };
}

/** Each subscriber is an open file of the server, and one of a client. */
function requireFiles(count: number): void {
  const limits = /Max open files\s+(\d+)\s+(\S+)/.exec(readFileSync('/proc/self/limits', 'utf8'));
  const wanted = count + 1_000;
  if (limits === null || Number(limits[1]) >= wanted) return;
  console.error(
    `Too few open files for ${count} subscribers. Got: ulimit -n ${limits[1]} (at most ${limits[2]}). Expected: ${wanted}. Fix: \`ulimit -n ${wanted}\` in this shell first, or fewer \`--subscribers\`.`,
  );
  process.exit(1);
}
