import type { ChainClient } from './chainClient.js';
import type { FabricClient } from './fabricClient.js';
import type { GraphClient } from './graphClient.js';

/** What acts work with. */
export interface Stage {
  readonly fabric: FabricClient;
  readonly chain: ChainClient;
  /** Null where the world has no Parley. */
  readonly graph: GraphClient | null;
  readonly seed: string;
}

/** One thing that happens, with the question whether it has happened: the ledgers are the story's only memory. */
export interface Act {
  /** What happens, in domain words. */
  readonly name: string;
  done(): Promise<boolean>;
  /** False where it must wait for something else; absent: never. */
  ready?(): Promise<boolean>;
  run(): Promise<unknown>;
}

/** Acts that follow each other. */
export interface Episode {
  readonly name: string;
  readonly acts: readonly Act[];
}

export type StepResult =
  { readonly kind: 'ACTED'; readonly act: Act } | { readonly kind: 'WAITING' } | { readonly kind: 'OVER' };

/** Remembers how far an episode is, so that an act is asked only once whether it was done. */
export interface Telling {
  readonly episode: Episode;
  /** Runs the next act that was not done yet. */
  step(): Promise<StepResult>;
}

/** @param onDone called for each act that was done, now or before */
export function tell(episode: Episode, onDone: () => void = () => undefined): Telling {
  let next = 0;
  const advance = (): void => {
    next += 1;
    onDone();
  };
  return {
    episode,
    step: async () => {
      for (let act = episode.acts[next]; act !== undefined; act = episode.acts[next]) {
        if (!(await act.done())) {
          if (act.ready !== undefined && !(await act.ready())) return { kind: 'WAITING' };
          await act.run();
          advance();
          return { kind: 'ACTED', act };
        }
        advance();
      }
      return { kind: 'OVER' };
    },
  };
}
