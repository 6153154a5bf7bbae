import { ParleyError } from '../../src/errors/index.js';
import type { Actor, Scheduler } from './scheduler.js';

/** What is to go wrong with an actor's calls of a port: the n-th from now fails, before or after it did its work. */
export class Faults {
  #in = 0;
  #when: 'before' | 'after' = 'before';

  arm(calls: number, when: 'before' | 'after'): void {
    this.#in = calls;
    this.#when = when;
  }

  disarm(): void {
    this.#in = 0;
  }

  /** Counts a call; says when it fails. */
  next(): 'before' | 'after' | 'never' {
    if (this.#in === 0) return 'never';
    this.#in -= 1;
    return this.#in === 0 ? this.#when : 'never';
  }
}

export interface Gate {
  readonly scheduler: Scheduler;
  readonly actor: Actor;
  readonly faults: Faults;
  /** Called when a call succeeded. */
  readonly done?: (method: string) => void;
}

const broken = (method: string, when: string): ParleyError =>
  new ParleyError('STORE_UNAVAILABLE', `The simulated store failed ${when} ${method}`);

/**
 * The same port, each of whose calls waits for its actor's turn before it works and again before it answers: whoever is abandoned
 * or interrupted is so between any two steps. Methods named in `direct` are handed through.
 */
export function gated<Port extends object>(
  port: Port,
  gate: Gate,
  direct: readonly string[] = ['close', 'fence'],
): Port {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name !== 'string' || direct.includes(name)) return value;
      const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
      if (name === 'snapshot') {
        return (work: (reads: Port) => Promise<unknown>) =>
          through(gate, name, () => call((reads: Port) => work(gated(reads, gate))));
      }
      return (...args: unknown[]) => through(gate, name, () => call(...args));
    },
  });
}

async function through(gate: Gate, method: string, call: () => Promise<unknown>): Promise<unknown> {
  const { scheduler, actor, faults } = gate;
  await scheduler.turn(actor, method);
  const fails = faults.next();
  if (fails === 'before') throw broken(method, 'before');
  const answer = await call();
  gate.done?.(method);
  await scheduler.turn(actor, `${method} done`);
  if (fails === 'after') throw broken(method, 'after');
  return answer;
}
