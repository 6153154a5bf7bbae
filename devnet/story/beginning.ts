import { setTimeout as delay } from 'node:timers/promises';
import { tell, type Episode, type Stage, type StepResult, type Telling } from './act.js';
import { consortiumEpisode, OPENING_PROPOSALS } from './consortiumEpisode.js';
import { governorEpisode } from './governorEpisode.js';
import { foundingEpisodes, openingOnChain } from './opening.js';
import { tradeEpisode } from './tradeEpisode.js';
import { openEpisodes } from './openEpisodes.js';
import { planTrade } from './tradePlan.js';

/** What happened last, in domain words, and how far the beginning is. */
export interface StoryProgress {
  readonly text: string;
  /** Acts done or found done, of `total` that the beginning has. */
  readonly done: number;
  readonly total: number;
}

/** Trades told at once: more make fewer and fuller blocks. */
const LANES = 3;
/** A decision that waits (for blocks, for a delay) is looked at again after this. */
const WAITING_MS = 100;
/** What still waits when everything else is told gets this long, unless there was nothing to tell; then the living story takes it up. */
const PATIENCE_MS = 3_000;
const ATTEMPTS = 5;
const RETRY_MS = 250;

type Report = (text: string) => void;

/** Tells everything up to the end of the first trades, several episodes at once. */
export async function tellBeginning(
  stage: Stage,
  trades: number,
  signal: AbortSignal,
  onProgress: (progress: StoryProgress) => void,
): Promise<void> {
  const founding = [...foundingEpisodes(stage), openingOnChain(stage)];
  const proposals = OPENING_PROPOSALS.map((plan) => consortiumEpisode(stage, plan));
  const tradesTold = Array.from({ length: trades }, (_, index) => tradeEpisode(stage, planTrade(stage.seed, index)));
  const governor = governorEpisode(stage, 1);
  const episodes = [...founding, ...proposals, ...tradesTold, governor];
  const total = episodes.reduce((sum, { acts }) => sum + acts.length, 0);
  const counted = { done: 0, told: 0 };
  const tellings = new Map(episodes.map((episode) => [episode, tell(episode, () => (counted.done += 1))]));
  const report = (text: string): void => {
    counted.told += 1;
    onProgress({ text, done: counted.done, total });
  };
  const lane = (list: readonly Episode[]): Promise<void> =>
    tellLane(
      list.flatMap((episode) => tellings.get(episode) ?? []),
      signal,
      report,
    );

  await Promise.all(founding.map((episode) => lane([episode])));
  const lanes = Array.from({ length: LANES }, (_, index) => tradesTold.filter((_, trade) => trade % LANES === index));
  const rest = Promise.all([...lanes, proposals].map(lane)).then(() => (counted.told === 0 ? 0 : PATIENCE_MS));
  await Promise.all([rest, tellPatiently(tellings.get(governor), rest, signal, report)]);
  // Last, so that nothing of the story ends what is to stay open.
  const open = (await openEpisodes(stage)).map((episode) => tell(episode));
  await Promise.all(open.map((telling) => tellPatiently(telling, Promise.resolve(PATIENCE_MS), signal, report)));
}

async function tellLane(tellings: readonly Telling[], signal: AbortSignal, report: Report): Promise<void> {
  for (const telling of tellings) {
    for (let result = await stepOrRetry(telling, signal); result.kind !== 'OVER';) {
      if (result.kind === 'ACTED') report(result.act.name);
      else await delay(WAITING_MS, undefined, { signal });
      result = await stepOrRetry(telling, signal);
    }
  }
}

/** Tells an episode that waits for what others do, until it is over, or for so many milliseconds after the others are. */
async function tellPatiently(
  telling: Telling | undefined,
  patienceAfterOthers: Promise<number>,
  signal: AbortSignal,
  report: Report,
): Promise<void> {
  let deadline = Number.POSITIVE_INFINITY;
  const end = (patienceMs: number): void => {
    deadline = Date.now() + patienceMs;
  };
  patienceAfterOthers.then(end, () => end(0));
  while (telling !== undefined && Date.now() < deadline) {
    const result = await stepOrRetry(telling, signal);
    if (result.kind === 'OVER') return;
    if (result.kind === 'ACTED') report(result.act.name);
    else await delay(WAITING_MS, undefined, { signal });
  }
}

/** Peers may stand at different heights for a moment, and what failed may have happened: each attempt asks anew whether it was done. */
async function stepOrRetry(telling: Telling, signal: AbortSignal): Promise<StepResult> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await telling.step();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await delay(RETRY_MS * attempt, undefined, { signal });
    }
  }
}
