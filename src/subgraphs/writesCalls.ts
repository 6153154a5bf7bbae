import { randomUUID } from 'node:crypto';
import { pause } from '../lib/pause.js';
import type { NewWrite, StoreJournal } from '../store/store.js';
import type { Call, WriteAnswer } from './writes.js';
import { isLasting, keptRefusal, keptValue, valueOf } from './writesAnswer.js';
import { reusedKey, stopping } from './writesErrors.js';
import { inputDigest, requireKey } from './writesInput.js';

const ASK_ANOTHER_EVERY_MS = 100;
const END_WITHIN_MS = 5_000;

export interface CallsParts {
  readonly journal: StoreJournal;
  /** The process ends. */
  readonly stop: AbortSignal;
  onProblem(error: unknown): void;
}

/** What somebody else's API does: nothing is sent from here or looked for on a ledger; of what has a key the answer is kept. */
export class Calls {
  /** By the ids of their writes; what the store could not be told stays known here. */
  private readonly going = new Map<string, Promise<WriteAnswer>>();

  constructor(private readonly parts: CallsParts) {}

  /** Errors: as `Writes.call`. */
  async answer(caller: string, call: Call): Promise<WriteAnswer> {
    const { decision, idempotencyKey } = call;
    requireKey(idempotencyKey);
    if (idempotencyKey === null) return call.work();
    const { journal, stop } = this.parts;
    const digest = inputDigest(call);
    for (;;) {
      if (stop.aborted) throw stopping();
      const { record, begun } = await journal.begin(newWrite(caller, call, digest));
      if (begun) return this.begin(record.id, call);
      if (record.inputDigest !== digest) throw reusedKey(decision, idempotencyKey);
      const here = this.going.get(record.id);
      if (here !== undefined) return here;
      if (record.state !== 'PREPARED') return valueOf(record.answer);
      // Another process does it; what one had begun that ended is forgotten.
      await pause(ASK_ANOTHER_EVERY_MS, stop);
    }
  }

  /** Resolves once none is under way, or soon: what is not ended then may be asked for again. */
  async ended(): Promise<void> {
    const over = new AbortController();
    await Promise.race([Promise.allSettled(this.going.values()), pause(END_WITHIN_MS, over.signal)]);
    over.abort();
  }

  private begin(id: string, { work }: Call): Promise<WriteAnswer> {
    const run = this.carriedOut(id, work);
    this.going.set(id, run);
    return run;
  }

  private async carriedOut(id: string, work: Call['work']): Promise<WriteAnswer> {
    const { journal } = this.parts;
    try {
      const answer = await work();
      await this.keep(id, () => journal.update(id, ['PREPARED'], { state: 'SETTLED', answer: keptValue(answer) }));
      return answer;
    } catch (error) {
      await this.keep(id, () =>
        isLasting(error) ? journal.refuse(id, ['PREPARED'], keptRefusal(error)) : journal.forget(id),
      );
      throw error;
    }
  }

  private async keep(id: string, tell: () => Promise<boolean>): Promise<void> {
    try {
      await tell();
      this.going.delete(id);
    } catch (problem) {
      this.parts.onProblem(problem);
    }
  }
}

/** As the journal begins it: nothing is sent. */
export function newWrite(
  caller: string,
  { decision, idempotencyKey }: Pick<Call, 'decision' | 'idempotencyKey'>,
  inputDigest: string,
): NewWrite {
  const now = Date.now();
  return {
    id: randomUUID(),
    caller,
    mutation: decision.action,
    idempotencyKey,
    inputDigest,
    ledger: decision.ledger,
    ...{ transaction: null, bytes: null, from: null, nonce: null, answer: null },
    state: 'PREPARED',
    createdMs: now,
    updatedMs: now,
  };
}
