import { randomUUID } from 'node:crypto';
import { ParleyError } from '../errors/index.js';
import { pause } from '../lib/pause.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { StoreJournal, StoreReads, WriteRecord } from '../store/store.js';
import type { Outgoing, Write } from './writes.js';
import { isLasting, isRefused, keptRefusal, keptValue } from './writesAnswer.js';
import { notInBlockYet, reusedKey, stopping, tooManyWrites } from './writesErrors.js';
import { inputDigest } from './writesInput.js';
import { Settling, type SettlingTimes } from './writesSettling.js';
import { sendBy, Steps, tendBy, type Senders } from './writesSteps.js';

export interface WritesTimes extends SettlingTimes {
  /** How long planning, signing and endorsing may take; then another process may begin the write anew. */
  readonly prepareWithinMs: number;
  readonly sendWithinMs: number;
  /** How old a write that was never sent must be at a start to be forgotten; 0 where no other process writes the store. */
  readonly abandonedAfterMs: number;
  readonly keepMs: number;
  readonly housekeepingEveryMs: number;
}

export const defaultWritesTimes: WritesTimes = {
  lookEveryMs: 25,
  glanceEveryMs: 500,
  tendAfterMs: 5_000,
  tendAtMostEveryMs: 60_000,
  lostAfterMs: 24 * 3_600_000,
  prepareWithinMs: 60_000,
  sendWithinMs: 60_000,
  abandonedAfterMs: 150_000,
  // Longer than the 24 h that are promised.
  keepMs: 48 * 3_600_000,
  housekeepingEveryMs: 60_000,
};

export interface WritesDeskParts {
  readonly journal: StoreJournal;
  readonly store: Pick<StoreReads, 'transactionsByHash'>;
  readonly senders: Senders;
  readonly times?: Partial<WritesTimes>;
  /** Every ledger of this process. */
  scope(): Scope;
  ledger(id: LedgerId): AnyLedger | undefined;
  onProblem(error: unknown): void;
}

/** Writes that this process carries out at once; each may wait for a peer. */
const GOING_AT_MOST = 1_000;
const ASK_ANOTHER_EVERY_MS = 100;

/** Where a write stands once it was sent. */
export interface Sent {
  readonly record: WriteRecord;
  readonly uncertain: boolean;
}

/** Every write of this process: carried out once, whoever waits or goes away, and looked for until its outcome is known. */
export class WritesDesk {
  readonly settling: Settling;
  readonly journal: StoreJournal;
  private readonly going = new Map<string, Promise<Sent>>();
  private readonly stop = new AbortController();
  private readonly times: WritesTimes;
  private keeping: Promise<void> | null = null;

  constructor(private readonly parts: WritesDeskParts) {
    this.times = { ...defaultWritesTimes, ...parts.times };
    this.journal = parts.journal;
    this.settling = new Settling({
      ...{ journal: parts.journal, store: parts.store, times: this.times },
      scope: () => parts.scope(),
      ledger: (id) => parts.ledger(id),
      tend: (ledger, write, signal) => tendBy(parts.senders, ledger, write, signal),
      onProblem: (error) => parts.onProblem(error),
    });
  }

  /** Takes up what was open when the last process ended: what was sent is looked for, what was not is forgotten. */
  async start(): Promise<void> {
    await this.takeUp(this.times.abandonedAfterMs);
    this.keeping = this.housekeep();
  }

  /** Begins a write, or joins the one of the same key. Resolves once it was sent. Errors: as `Writes.run`. */
  async sent(caller: string, write: Write): Promise<Sent> {
    const digest = inputDigest(write);
    for (;;) {
      const { record, begun } = await this.parts.journal.begin(this.newRecord(caller, write, digest));
      if (begun) return this.carryOut(record, write);
      if (record.inputDigest !== digest) throw reusedKey(write.decision, write.idempotencyKey ?? '');
      const joined = await this.join(record);
      if (joined !== null) return joined;
    }
  }

  /** Ends what is being prepared, and looks no more; what was sent is taken up by the next start. */
  async close(): Promise<void> {
    this.stop.abort(stopping());
    await Promise.allSettled([...this.going.values(), this.keeping]);
    await this.settling.close();
  }

  private newRecord(caller: string, write: Write, digest: string): WriteRecord {
    if (this.stop.signal.aborted) throw stopping();
    if (this.going.size + this.settling.size >= GOING_AT_MOST) throw tooManyWrites(GOING_AT_MOST);
    const now = Date.now();
    return {
      id: randomUUID(),
      caller,
      mutation: write.decision.action,
      idempotencyKey: write.idempotencyKey,
      inputDigest: digest,
      ledger: write.decision.ledger,
      ...{ transaction: null, bytes: null, from: null, nonce: null, answer: null },
      state: 'PREPARED',
      createdMs: now,
      updatedMs: now,
    };
  }

  private carryOut(record: WriteRecord, write: Write): Promise<Sent> {
    const run = this.carriedOut(record, write).finally(() => this.going.delete(record.id));
    this.going.set(record.id, run);
    return run;
  }

  private async carriedOut(record: WriteRecord, write: Write): Promise<Sent> {
    const steps = this.steps(record);
    try {
      await write.carryOut(steps);
      if (steps.sent === null) throw new ParleyError('INTERNAL', 'A write was carried out and sent nothing');
    } catch (error) {
      if (steps.sent === null) throw await this.endUnsent(record, steps, error);
      this.parts.onProblem(error);
    }
    const sent = sentRecord(record, steps.sent);
    this.settling.seek(sent, steps.uncertain);
    await steps.returnRest().catch((error: unknown) => this.parts.onProblem(error));
    return { record: sent, uncertain: steps.uncertain };
  }

  private steps(record: WriteRecord): Steps {
    const { journal, senders, onProblem } = this.parts;
    const { prepareWithinMs, sendWithinMs } = this.times;
    const until = (ms: number): AbortSignal => AbortSignal.any([this.stop.signal, AbortSignal.timeout(ms)]);
    return new Steps({
      journal,
      record,
      signal: until(prepareWithinMs),
      send: async (outgoing) => {
        const ledger = this.parts.ledger(record.ledger);
        if (ledger === undefined)
          throw new ParleyError('LEDGER_UNAVAILABLE', 'The ledger is not connected', { source: record.ledger });
        await sendBy(senders, ledger, outgoing, until(sendWithinMs));
      },
      onProblem,
    });
  }

  /** Nothing was sent: what would fail again is kept as the key's answer, and nothing else is remembered. */
  private async endUnsent(record: WriteRecord, steps: Steps, error: unknown): Promise<unknown> {
    const { journal } = this.parts;
    const why = this.stop.signal.aborted && !isLasting(error) ? stopping() : error;
    try {
      if (isLasting(error) && record.idempotencyKey !== null) {
        if (await journal.refuse(record.id, ['PREPARED'], keptRefusal(error))) return why;
      } else if (await journal.forget(record.id)) return why;
      // The journal has it as sent, though we were not told so: then it will be looked for and sent.
      const after = await journal.byId(record.id);
      if (after?.state !== 'SENT') return why;
      this.settling.seek(after, true);
      return notInBlockYet(after, true);
    } catch (problem) {
      this.parts.onProblem(problem);
      return why;
    }
  }

  /** Null where the write of that key was forgotten, and may be begun anew. Errors: why it was refused. */
  private async join(record: WriteRecord): Promise<Sent | null> {
    const here = this.going.get(record.id);
    if (here !== undefined) return here;
    if (record.state !== 'PREPARED') {
      if (!isRefused(record.answer)) this.settling.seek(record, true);
      return { record, uncertain: record.state === 'LOST' };
    }
    // Another process prepares it, or did when it ended.
    if (Date.now() - record.updatedMs > this.times.abandonedAfterMs) await this.parts.journal.forget(record.id);
    else await pause(ASK_ANOTHER_EVERY_MS, this.stop.signal);
    const after = await this.parts.journal.byId(record.id);
    return after === null ? null : after.state === 'PREPARED' ? this.joinAgain(after) : this.join(after);
  }

  private joinAgain(record: WriteRecord): Promise<Sent | null> {
    if (this.stop.signal.aborted) throw stopping();
    return this.join(record);
  }

  private async takeUp(abandonedAfterMs: number): Promise<void> {
    for (const record of await this.parts.journal.open()) {
      if (this.going.has(record.id)) continue;
      if (record.state === 'SENT') this.settling.seek(record, true);
      else if (Date.now() - record.updatedMs >= abandonedAfterMs) await this.parts.journal.forget(record.id);
    }
  }

  private async housekeep(): Promise<void> {
    const { keepMs, housekeepingEveryMs } = this.times;
    const { signal } = this.stop;
    for (;;) {
      await pause(housekeepingEveryMs, signal);
      if (signal.aborted) return;
      try {
        const now = Date.now();
        await this.parts.journal.prune(now - keepMs, now);
        // Of other processes, too, that ended meanwhile; of one that lives looking twice does no harm.
        await this.takeUp(defaultWritesTimes.abandonedAfterMs);
      } catch (error) {
        this.parts.onProblem(error);
      }
    }
  }
}

const sentRecord = (record: WriteRecord, { transaction, bytes, from, nonce, answer }: Outgoing): WriteRecord => ({
  ...record,
  ...{ transaction, bytes, from: from ?? null, nonce: nonce ?? null, answer: keptValue(answer) },
  state: 'SENT',
  updatedMs: Date.now(),
});
