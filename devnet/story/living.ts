import { setTimeout as delay } from 'node:timers/promises';
import { tell, type Stage, type Telling } from './act.js';
import { goods } from './calls.js';
import { consortiumEpisode, qualityReport } from './consortiumEpisode.js';
import { governorEpisode } from './governorEpisode.js';
import { seeded, type Random } from './random.js';
import { tradeEpisode } from './tradeEpisode.js';
import { lotIdOf, planTrade } from './tradePlan.js';

export interface LivingOptions {
  /** Between two acts, on average; default four seconds. */
  readonly intervalMs?: number;
  readonly onAct?: (text: string) => void;
  /** An act failed; the story goes on and comes back to it. */
  readonly onFailure?: (error: unknown, episode: string) => void;
}

const DEFAULT_INTERVAL_MS = 4_000;
/** Chapters under way at once. A restart takes up this many before the last one begun. */
const CHAPTERS_AT_ONCE = 2;
const REPORT_EVERY_CHAPTERS = 3;
const GOVERNOR_EVERY_CHAPTERS = 5;

/** What is under way, and which chapter comes next. */
interface Progress {
  readonly chapters: Telling[][];
  next: number | null;
}

/** Goes on from where the ledgers say that the story is, one act at a time, until the signal. Never rejects. */
export async function live(stage: Stage, told: number, signal: AbortSignal, options: LivingOptions): Promise<void> {
  const { intervalMs = DEFAULT_INTERVAL_MS, onAct, onFailure } = options;
  const random = seeded(stage.seed, 'living');
  const progress: Progress = { chapters: [], next: null };
  while (!signal.aborted) {
    const moved = await openChapters(stage, told, progress)
      .then(() => moveOn(random, progress, options))
      .catch((error: unknown) => {
        onFailure?.(error, 'the story');
        return 'TRIED' as const;
      });
    if (moved === 'OVER') continue;
    if (moved !== 'TRIED') onAct?.(moved);
    await pause(random.integer(intervalMs / 2, intervalMs * 1.5), signal);
  }
}

async function openChapters(stage: Stage, told: number, progress: Progress): Promise<void> {
  let next = progress.next ?? Math.max(told, (await tradesBegun(stage)) - CHAPTERS_AT_ONCE);
  while (progress.chapters.length < CHAPTERS_AT_ONCE) progress.chapters.push(chapter(stage, next++));
  progress.next = next;
}

/** The text of the act that was done; OVER where an episode was found to be over; TRIED where it waits or failed. */
async function moveOn(random: Random, { chapters }: Progress, { onFailure }: LivingOptions): Promise<string> {
  const tellings = chapters.flat();
  const telling = tellings[random.integer(0, tellings.length - 1)];
  if (telling === undefined) return 'TRIED';
  try {
    const result = await telling.step();
    if (result.kind === 'ACTED') return result.act.name;
    if (result.kind === 'OVER') close(chapters, telling);
    return result.kind === 'OVER' ? 'OVER' : 'TRIED';
  } catch (error) {
    onFailure?.(error, telling.episode.name);
    return 'TRIED';
  }
}

/** A trade, and with some of them a proposal to the consortium or to the governor. */
function chapter(stage: Stage, index: number): Telling[] {
  const episodes = [tradeEpisode(stage, planTrade(stage.seed, index))];
  if (index % REPORT_EVERY_CHAPTERS === 0) {
    episodes.push(consortiumEpisode(stage, qualityReport(index / REPORT_EVERY_CHAPTERS)));
  }
  // Number 1 belongs to the beginning.
  if (index % GOVERNOR_EVERY_CHAPTERS === 0) episodes.push(governorEpisode(stage, index / GOVERNOR_EVERY_CHAPTERS + 2));
  return episodes.map((episode) => tell(episode));
}

/** Takes away what is over; a chapter ends with its last episode. */
function close(chapters: Telling[][], telling: Telling): void {
  for (const open of chapters) {
    const place = open.indexOf(telling);
    if (place >= 0) open.splice(place, 1);
  }
  const over = chapters.findIndex((open) => open.length === 0);
  if (over >= 0) chapters.splice(over, 1);
}

/** How many of the story's trades were begun: their lots are registered in order, so a search by halves finds the last. */
async function tradesBegun({ fabric }: Stage): Promise<number> {
  const exists = (index: number): Promise<boolean> =>
    fabric.evaluate<boolean>('harvest', goods('LotExists', lotIdOf(index)));
  let beyond = 1;
  while (await exists(beyond - 1)) beyond *= 2;
  let begun = Math.floor(beyond / 2);
  while (begun < beyond - 1) {
    const middle = Math.floor((begun + beyond) / 2);
    if (await exists(middle - 1)) begun = middle;
    else beyond = middle;
  }
  return begun;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
