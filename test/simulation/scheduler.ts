import type { Random } from '../support/random.js';

/** Something that takes steps of its own: an ingest, a reader of a store, a client. */
export class Actor {
  /** A paused one takes no step until it is resumed; a dead one never again. */
  state: 'running' | 'paused' | 'dead' = 'running';
  /** How often it is chosen, beside the others. */
  pace = 1;

  constructor(readonly name: string) {}

  get dead(): boolean {
    return this.state === 'dead';
  }

  kill(): void {
    this.state = 'dead';
  }
}

interface Turn {
  readonly actor: Actor;
  readonly what: string;
  readonly go: () => void;
}

/** The event loop's own: the run replaces the global ones. */
const afterMicrotasks = setImmediate;
/** Everything that is ready has run: what is left waits for a turn or for time. */
export const settled = (): Promise<void> => new Promise((resolve) => void afterMicrotasks(resolve));

/**
 * Lets one actor at a time go one step on, chosen by the seed. Between two steps nothing else runs, so a seed gives the same run
 * again.
 */
export class Scheduler {
  #waiting: Turn[] = [];
  /** The last steps, newest last. */
  readonly trail: string[] = [];
  steps = 0;

  constructor(private readonly random: Random) {}

  /** Waits until it is this actor's turn. One that died waits for ever. */
  turn(actor: Actor, what: string): Promise<void> {
    return new Promise((go) => {
      if (!actor.dead) this.#waiting.push({ actor, what, go });
    });
  }

  get idle(): boolean {
    return !this.#waiting.some(({ actor }) => actor.state === 'running');
  }

  /** One step of one actor; false where nobody waits for a turn. */
  async step(): Promise<boolean> {
    await settled();
    this.#waiting = this.#waiting.filter(({ actor }) => !actor.dead);
    const ready = this.#waiting.filter(({ actor }) => actor.state === 'running');
    const chosen = this.#choose(ready);
    if (chosen === undefined) return false;
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1);
    this.say(`${chosen.actor.name}: ${chosen.what}`);
    this.steps += 1;
    chosen.go();
    await settled();
    return true;
  }

  say(what: string): void {
    this.trail.push(what);
    if (this.trail.length > 20_000) this.trail.splice(0, 10_000);
  }

  #choose(ready: readonly Turn[]): Turn | undefined {
    let left = this.random.next() * ready.reduce((sum, { actor }) => sum + actor.pace, 0);
    return ready.find(({ actor }) => (left -= actor.pace) < 0) ?? ready.at(-1);
  }
}
