import { pause } from '../lib/pause.js';
import type { LedgerId } from '../model/ids.js';

export interface TurnsTimes {
  /** How long what alters a ledger's rules waits for the writes that are under way. */
  readonly drainWithinMs: number;
  /** How long other writes wait for what alters the rules: less than their callers do. */
  readonly holdAtMostMs: number;
}

/** Ends a turn; again is nothing. */
export type Release = () => void;

interface Lane {
  underWay: number;
  /** Aborted when nothing is under way any more. */
  drained: AbortController | null;
  /** Aborted when whoever is alone is done. */
  alone: AbortController | null;
}

/**
 * Turns of the writes of this process to its ledgers. Whoever alters the rules that a ledger's transactions are judged by goes alone: what
 * was endorsed under other rules than the block that holds it is judged by would be marked as invalid. So what is under way ends first, and
 * what comes meanwhile waits. Every wait is bounded: nobody stops a ledger by standing still.
 */
export class Turns {
  private readonly lanes = new Map<LedgerId, Lane>();

  constructor(private readonly times: TurnsTimes) {}

  /** Errors: the reason of the signal. */
  async beside(ledger: LedgerId, signal: AbortSignal): Promise<Release> {
    const lane = this.lane(ledger);
    const untilMs = this.untilMs();
    // Invariant: nothing is awaited between this look and the count.
    while (isHeld(lane, untilMs)) await moved(lane, untilMs, signal);
    lane.underWay += 1;
    return once(() => {
      lane.underWay -= 1;
      if (lane.underWay === 0) lane.drained?.abort();
    });
  }

  /** One after the other. Errors: the reason of the signal. */
  async alone(ledger: LedgerId, signal: AbortSignal): Promise<Release> {
    const lane = this.lane(ledger);
    const untilMs = this.untilMs();
    while (isHeld(lane, untilMs)) await moved(lane, untilMs, signal);
    const own = new AbortController();
    lane.alone = own;
    const release = once(() => {
      if (lane.alone === own) lane.alone = null;
      own.abort();
    });
    try {
      await this.drain(lane, signal);
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  private untilMs(): number {
    return Date.now() + this.times.holdAtMostMs;
  }

  private async drain(lane: Lane, signal: AbortSignal): Promise<void> {
    if (lane.underWay === 0) return;
    const drained = new AbortController();
    lane.drained = drained;
    await pause(this.times.drainWithinMs, AbortSignal.any([signal, drained.signal]));
    if (lane.drained === drained) lane.drained = null;
    signal.throwIfAborted();
  }

  private lane(ledger: LedgerId): Lane {
    const lane = this.lanes.get(ledger) ?? { underWay: 0, drained: null, alone: null };
    this.lanes.set(ledger, lane);
    return lane;
  }
}

const isHeld = ({ alone }: Lane, untilMs: number): boolean => alone !== null && Date.now() < untilMs;

/** Resolves once whoever is alone is done, or the time is up. Errors: the reason of the signal. */
async function moved({ alone }: Lane, untilMs: number, signal: AbortSignal): Promise<void> {
  const until = alone === null ? signal : AbortSignal.any([signal, alone.signal]);
  await pause(Math.max(1, untilMs - Date.now()), until);
  signal.throwIfAborted();
}

function once(work: () => void): Release {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
