import type { TestChain } from '../../devnet/ethereum/index.js';
import { now, quantile, sleep, until } from './clock.js';
import { startFleet, type Deliveries, type Fleet } from './fleet.js';
import type { Subscribe } from './messages.js';
import { startServer, type Server } from './server.js';

export interface FanOutOptions {
  readonly directory: string;
  readonly chain: TestChain;
  readonly subscribers: number;
  readonly processes: number;
  readonly profile: boolean;
  readonly say: (line: string) => void;
}

/** Subscribers of one kind, and how their blocks are made. */
interface Crowd {
  readonly name: string;
  readonly subscription: Subscribe;
  readonly members?: readonly string[];
  /** What a block holds is sent before it is mined. */
  readonly fill?: (block: number) => Promise<void>;
  /** Messages that one block causes. */
  readonly perBlock: number;
  readonly pacedBlocks: number;
  readonly pauseMs: number;
  /** Blocks a second that are tried one after another. */
  readonly rates: readonly number[];
}

const RATE_SECONDS = 8;
const BEHIND_MS = 1_000;
const WARM_SUBSCRIBERS = 100;
const WARM_BLOCKS = 20;

/** Everyone on one stream: each block once to each. */
export function sameStream(options: FanOutOptions, subscription: Subscribe): Promise<void> {
  const { subscribers } = options;
  return fanOut(options, {
    name: `${subscribers} subscribers of one block stream`,
    subscription,
    perBlock: subscribers,
    pacedBlocks: 20,
    pauseMs: 1_000,
    rates: [2, 5, 8, 12, 16, 20],
  });
}

const QUERY = `subscription Own($filter: TransactionFilter) {
  transactionAdded(filter: $filter) { cursor kind confirmation transaction { hash outcome block { number } } }
}`;

/** Everyone with a filter of his own; a block holds transactions of a hundred of them. */
export async function differentFilters(options: FanOutOptions): Promise<void> {
  const { chain, subscribers } = options;
  const receivers = addresses(subscribers);
  const [from] = await chain.request<string[]>('eth_accounts');
  const each = Math.min(100, subscribers);
  const step = Math.floor(subscribers / each);
  const fill = async (block: number): Promise<void> => {
    for (let i = 0; i < each; i += 1) {
      const to = receivers[(i * step + block) % subscribers];
      await chain.request('eth_sendTransaction', [{ from, to, value: '0x1', gas: '0x5208' }]);
    }
  };
  await fanOut(options, {
    name: `${subscribers} different filters, ${each} of them met by a block`,
    subscription: { query: QUERY, variables: { filter: { addresses: ['$MEMBER'] } } },
    members: receivers,
    fill,
    perBlock: each,
    pacedBlocks: 20,
    pauseMs: 500,
    rates: [],
  });
  await fanOut(options, {
    name: `${subscribers} different filters, all of them met by each block`,
    subscription: { query: QUERY, variables: { filter: { addresses: ['$MEMBER', from] } } },
    members: receivers,
    fill: async () =>
      void (await chain.request('eth_sendTransaction', [{ from, to: from, value: '0x1', gas: '0x5208' }])),
    perBlock: subscribers,
    pacedBlocks: 10,
    pauseMs: 4_000,
    rates: [],
  });
}

const addresses = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `0x${(0xbe9c_0000 + i).toString(16).padStart(40, '0')}`);

async function fanOut(options: FanOutOptions, crowd: Crowd): Promise<void> {
  const { say, chain, profile, directory } = options;
  say(`\n${crowd.name}`);
  const server = await startServer({ directory, chain, profile, name: crowd.name.replaceAll(/\W+/g, '-') });
  const fleet = startFleet(options.processes);
  try {
    await server.indexed(Number(await chain.request<string>('eth_blockNumber')));
    await gather(options, server, fleet, crowd);
    const paced = await mineAndTake(options, fleet, crowd, crowd.pacedBlocks, () => sleep(crowd.pauseMs));
    say(`  from mining to delivery: ${latencyText(paced)}`);
    for (const rate of crowd.rates) if (!(await sustained(options, server, fleet, crowd, rate))) break;
    const { ended, firstEnd } = await fleet.counted();
    if (ended > 0) say(`  ${ended} streams ended: ${firstEnd}`);
    say(`  memory after it all: ${megabytes(server.rss())}`);
  } finally {
    await fleet.close();
    await server.stop();
  }
  if (server.profiles !== null) {
    const { profileLines } = await import('./profile.js');
    for (const line of profileLines(server.profiles)) say(`  ${line}`);
  }
}

/** A few first, so that code is warm and buffers are there; then all of them. */
async function gather({ say, subscribers, chain }: FanOutOptions, server: Server, fleet: Fleet, crowd: Crowd) {
  const warm = Math.min(WARM_SUBSCRIBERS, subscribers);
  const { subscription, members } = crowd;
  const arrived = (count: number) =>
    until('all are subscribed', async () => (await server.metric('parley_stream_subscribers')) >= count, 120_000);
  await fleet.open(server.socket, warm, subscription, members?.slice(0, warm));
  await arrived(warm);
  for (let block = 0; block < WARM_BLOCKS; block += 1) {
    await crowd.fill?.(block);
    await chain.mine();
    await sleep(50);
  }
  await sleep(2_000);
  const before = server.rss();
  const started = now();
  await fleet.open(server.socket, subscribers - warm, subscription, members?.slice(warm));
  await arrived(subscribers);
  const took = now() - started;
  await sleep(3_000);
  const each = (server.rss() - before) / (subscribers - warm);
  say(`  ${subscribers} connected and subscribed in ${(took / 1000).toFixed(1)} s`);
  say(
    `  memory: ${megabytes(before)} before, ${megabytes(server.rss())} idle; ${(each / 1000).toFixed(1)} kB a subscriber`,
  );
  await fleet.take();
}

interface Measured extends Deliveries {
  /** When mining each block was asked for; by its number. */
  readonly asked: ReadonlyMap<number, number>;
  readonly mineMs: Float64Array;
}

/** Mines so many blocks and waits until everything that they cause has come. */
async function mineAndTake(
  { chain }: FanOutOptions,
  fleet: Fleet,
  crowd: Crowd,
  blocks: number,
  pause: (block: number) => Promise<void>,
): Promise<Measured> {
  const asked = new Map<number, number>();
  const mineMs = new Float64Array(blocks);
  const first = Number(await chain.request<string>('eth_blockNumber')) + 1;
  for (let block = 0; block < blocks; block += 1) {
    await crowd.fill?.(block);
    const at = now();
    asked.set(first + block, at);
    await chain.request('evm_mine');
    mineMs[block] = now() - at;
    await pause(block);
  }
  const wanted = blocks * crowd.perBlock;
  await until(
    `${wanted} deliveries`,
    async () => {
      const { count, ended, firstEnd } = await fleet.counted();
      if (ended > 0 && count < wanted)
        throw new Error(`${ended} streams ended (${count} of ${wanted} came): ${firstEnd}`);
      return count >= wanted;
    },
    60_000,
  );
  return { asked, mineMs, ...(await fleet.take()) };
}

/** False where the server fell behind. */
async function sustained(options: FanOutOptions, server: Server, fleet: Fleet, crowd: Crowd, rate: number) {
  const started = now();
  const cpu = server.cpu();
  const measured = await mineAndTake(options, fleet, crowd, rate * RATE_SECONDS, async (block) => {
    await sleep(Math.max(0, started + ((block + 1) * 1_000) / rate - now()));
  });
  const last = measured.times.reduce((a, b) => Math.max(a, b), 0);
  const seconds = (last - started) / 1000;
  const perSecond = Math.round(measured.times.length / seconds);
  const busy = ((server.cpu() - cpu) / seconds).toFixed(2);
  options.say(
    `  ${rate} blocks/s: ${perSecond.toLocaleString('en')} deliveries/s, ${latencyText(measured)}, ${busy} cores`,
  );
  return quantile(latencies(measured), 0.99) < BEHIND_MS;
}

function latencies({ blocks, times, asked }: Measured): Float64Array {
  return times.map((time, i) => time - (asked.get(blocks[i] ?? -1) ?? NaN));
}

function latencyText(measured: Measured): string {
  const all = latencies(measured);
  if (all.some(Number.isNaN)) throw new Error('a message came of a block that was not mined here');
  const firsts = new Map<number, number>();
  for (const [i, block] of measured.blocks.entries())
    firsts.set(block, Math.min(firsts.get(block) ?? Infinity, measured.times[i] ?? 0));
  const first = Float64Array.from([...firsts].map(([block, time]) => time - (measured.asked.get(block) ?? 0)));
  const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  return `p50 ${ms(quantile(all, 0.5))}, p99 ${ms(quantile(all, 0.99))}, longest ${ms(quantile(all, 1))} (the node mined after ${ms(quantile(measured.mineMs, 0.5))}, the first had it after ${ms(quantile(first, 0.5))})`;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
