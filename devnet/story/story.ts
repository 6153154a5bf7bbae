import type { Stage } from './act.js';
import { tellBeginning, type StoryProgress } from './beginning.js';
import { connectChain } from './chainClient.js';
import { connectFabric } from './fabricClient.js';
import { connectGraph } from './graphClient.js';
import { live, type LivingOptions } from './living.js';
import type { StoryWorld } from './storyWorld.js';

export interface StoryOptions {
  /** Default `harbour`: the same seed tells the same story. */
  readonly seed?: string;
  /** Trades that the beginning tells to their end; default 6: with the rest about a hundred blocks. */
  readonly trades?: number;
}

/** The story of three organisations, told on a running world. What is on the ledgers already is not told again. */
export interface Story {
  /** Tells the beginning as fast as the world goes; resolves when it is told, rejects where `stop` or a lasting failure ends it. */
  tellBeginning(onProgress?: (progress: StoryProgress) => void): Promise<void>;
  /** Goes on slowly, act by act, until `stop`. */
  liveOn(options?: LivingOptions): void;
  /** Lets the acts in progress end, and closes the connections. */
  stop(): Promise<void>;
}

const DEFAULT_SEED = 'harbour';
const DEFAULT_TRADES = 6;

/** Connects to the world; nothing is sent before the first call. */
export function openStory(
  world: StoryWorld,
  { seed = DEFAULT_SEED, trades = DEFAULT_TRADES }: StoryOptions = {},
): Story {
  const fabric = connectFabric(world.organizations);
  const graph = world.parley === undefined ? null : connectGraph(world.parley.url);
  const stage: Stage = { fabric, chain: connectChain(world.ethereum), graph, seed };
  const ending = new AbortController();
  const running: Promise<unknown>[] = [];
  return {
    tellBeginning: (onProgress = () => undefined) => {
      const told = tellBeginning(stage, trades, ending.signal, onProgress);
      // Whoever asked for the beginning hears of its failure; `stop` only waits for its end.
      running.push(told.catch(() => undefined));
      return told;
    },
    liveOn: (options = {}) => {
      running.push(live(stage, trades, ending.signal, options));
    },
    stop: async () => {
      ending.abort();
      await Promise.all(running);
      fabric.close();
    },
  };
}
