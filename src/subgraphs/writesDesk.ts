import { ParleyError } from '../errors/index.js';
import { pause } from '../lib/pause.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { StoreJournal, StoreReads, WriteRecord } from '../store/store.js';
import type { Outgoing, Write } from './writes.js';
import { isLasting, isRefused, keptRefusal, keptValue } from './writesAnswer.js';
import { Calls, newWrite } from './writesCalls.js';
import { notInBlockYet, reusedKey, stopping, tooManyWrites } from './writesErrors.js';
import { inputDigest, requireKey } from './writesInput.js';
import { Settling, type SettlingTimes } from './writesSettling.js';
import { sendBy, Steps, tendBy, type Senders } from './writesSteps.js';
import { Turns, type Release, type TurnsTimes } from './writesTurns.js';

export interface WritesTimes extends SettlingTimes, TurnsTimes {
  /** How long planning, signing and endorsing may take. */
  readonly prepareWithinMs: number;
  readonly sendWithinMs: number;
  /** How often what other processes left when they ended is looked for. */
  readonly takeOverEveryMs: number;
  readonly keepMs: number;
  readonly housekeepingEveryMs: number;
}

export const defaultWritesTimes: WritesTimes = {
  lookEveryMs: 25,
  glanceEveryMs: 500,
  tendAfterMs: 5_000,
  tendAtMostEveryMs: 60_000,
  lostAfterMs: 24 * 3_600_000,
  drainWithinMs: 8_000,
  holdAtMostMs: 12_000,
  prepareWithinMs: 60_000,
  sendWithinMs: 60_000,
  takeOverEveryMs: 2_000,
  // Longer than the 24 h that are promised.
  keepMs: 48 * 3_600_000,
  housekeepingEveryMs: 60_000,
};

export interface WritesDeskParts {
  readonly journal: StoreJournal;
  readonly store: Pick<StoreReads, 'transactionsByHash'>;
  readonly senders: Senders;
  readonly times?: Partial<WritesTimes>;
  /** Writes to one ledger that are carried out, or that no block has yet; 1,000 where absent. */
  readonly openAtMost?: number;
  /** Every ledger of this process. */
  scope(): Scope;
  ledger(id: LedgerId): AnyLedger | undefined;
  onProblem(error: unknown): void;
}

/** For each ledger, so that one that stands still does not stop the others. */
const OPEN_AT_MOST = 1_000;
const ASK_ANOTHER_EVERY_MS = 100;

interface Going {
  readonly ledger: LedgerId;
  readonly steps: Steps;
  readonly run: Promise<Sent>;
}

/** Where a write stands once it was sent. */
export interface Sent {
  readonly record: WriteRecord;
  readonly uncertain: boolean;
}

/** What whoever waits for a write can see of it while it is carried out in this process. */
export interface Underway {
  steps: Pick<Steps, 'sent'> | null;
}

/** Every write of this process: carried out once, whoever waits or goes away, and looked for until its outcome is known. */
export class WritesDesk {
  readonly settling: Settling;
  /** Of APIs that sign by themselves. */
  readonly calls: Calls;
  readonly journal: StoreJournal;
  private readonly going = new Map<string, Going>();
  /** Writes that ended here while the store did not answer, by their ids: it knows of their beginning alone. */
  private readonly unended = new Set<string>();
  private readonly stop = new AbortController();
  private readonly turns: Turns;
  private readonly times: WritesTimes;
  private keeping: readonly Promise<void>[] = [];

  constructor(private readonly parts: WritesDeskParts) {
    this.times = { ...defaultWritesTimes, ...parts.times };
    this.turns = new Turns(this.times);
    this.journal = parts.journal;
    this.calls = new Calls({
      ...{ journal: parts.journal, stop: this.stop.signal },
      onProblem: (error) => parts.onProblem(error),
    });
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
    await this.takeUp();
    const { housekeepingEveryMs, takeOverEveryMs, keepMs } = this.times;
    this.keeping = [
      this.every(takeOverEveryMs, () => this.takeUp()),
      this.every(housekeepingEveryMs, () => this.journal.prune(Date.now() - keepMs, Date.now())),
    ];
  }

  /** Begins a write, or joins the one of the same key. Resolves once it was sent. Errors: as `Writes.run`. */
  async sent(caller: string, write: Write, underway: Underway = { steps: null }): Promise<Sent> {
    requireKey(write.idempotencyKey);
    const digest = inputDigest(write);
    for (;;) {
      if (this.stop.signal.aborted) throw stopping();
      await this.requireRoom(caller, write);
      const { record, begun } = await this.journal.begin(newWrite(caller, write, digest));
      if (begun) return this.carryOut(record, write, underway);
      if (record.inputDigest !== digest) throw reusedKey(write.decision, write.idempotencyKey ?? '');
      const joined = await this.join(record, underway);
      if (joined !== null) return joined;
    }
  }

  /** Whether that caller's write was begun. Errors: `IDEMPOTENCY_KEY_REUSED`. */
  async isBegun(caller: string, write: Pick<Write, 'decision' | 'input' | 'idempotencyKey'>): Promise<boolean> {
    const { decision, idempotencyKey: key } = write;
    requireKey(key);
    const record = key === null ? null : await this.journal.byKey(caller, decision.action, key);
    if (record === null) return false;
    if (record.inputDigest === inputDigest(write)) return true;
    throw reusedKey(decision, key ?? '');
  }

  /** Runs what alters a ledger's rules, and is no write of the journal, alone. */
  async alone<T>(ledger: LedgerId, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const release = await this.turns.alone(ledger, AbortSignal.any([this.stop.signal, signal]));
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Ends what is being prepared, and looks no more; what was sent is taken up by the next start. */
  async close(): Promise<void> {
    this.stop.abort(stopping());
    await Promise.allSettled([...[...this.going.values()].map(({ run }) => run), ...this.keeping]);
    await this.calls.ended();
    await this.settling.close();
  }

  /** What was begun before may always be asked for again. */
  private async requireRoom(caller: string, { decision, idempotencyKey: key }: Write): Promise<void> {
    const { ledger, action } = decision;
    const going = [...this.going.values()].filter((one) => one.ledger === ledger).length;
    const most = this.parts.openAtMost ?? OPEN_AT_MOST;
    if (going + this.settling.size(ledger) < most) return;
    if (key !== null && (await this.journal.byKey(caller, action, key)) !== null) return;
    throw tooManyWrites(ledger, most);
  }

  private carryOut(record: WriteRecord, write: Write, underway: Underway): Promise<Sent> {
    const steps = this.steps(record);
    const run = this.carriedOut(record, write, steps).finally(() => this.going.delete(record.id));
    this.going.set(record.id, { ledger: record.ledger, steps, run });
    underway.steps = steps;
    return run;
  }

  private async carriedOut(record: WriteRecord, write: Write, steps: Steps): Promise<Sent> {
    let release: Release | null = null;
    try {
      release = await this.turn(write, steps.signal);
      await write.carryOut(steps);
      if (steps.sent === null) throw new ParleyError('INTERNAL', 'A write was carried out and sent nothing');
    } catch (error) {
      if (steps.sent === null) {
        release?.();
        throw await this.endUnsent(record, steps, error);
      }
      this.parts.onProblem(error);
    }
    const sent = sentRecord(record, steps.sent);
    this.settling.seek(sent, steps.uncertain);
    void this.settling.ended(record.id).then(release);
    await steps.returnRest().catch((error: unknown) => this.parts.onProblem(error));
    return { record: sent, uncertain: steps.uncertain };
  }

  /** Only of Fabric is what was endorsed judged again by what is in force when it is in a block. */
  private turn({ decision: { ledger }, altersRules }: Write, signal: AbortSignal): Promise<Release> | null {
    if (!ledger.startsWith('fabric:')) return null;
    return altersRules === true ? this.turns.alone(ledger, signal) : this.turns.beside(ledger, signal);
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
      this.unended.add(record.id);
      return why;
    }
  }

  private async endThose(): Promise<void> {
    for (const id of this.unended) {
      const after = (await this.journal.forget(id)) ? null : await this.journal.byId(id);
      if (after?.state === 'SENT') this.settling.seek(after, true);
      this.unended.delete(id);
    }
  }

  /** Null where the write of that key was forgotten, and may be begun anew. Errors: why it was refused. */
  private async join(record: WriteRecord, underway: Underway): Promise<Sent | null> {
    const here = this.going.get(record.id);
    underway.steps = here?.steps ?? null;
    if (here !== undefined) return here.run;
    if (record.state !== 'PREPARED') {
      if (!isRefused(record.answer)) this.settling.seek(record, true);
      return { record, uncertain: record.state === 'LOST' };
    }
    // Another process prepares it, or did when it ended.
    await pause(ASK_ANOTHER_EVERY_MS, this.stop.signal);
    await this.takeUp();
    const after = await this.parts.journal.byId(record.id);
    return after === null
      ? null
      : after.state === 'PREPARED'
        ? this.joinAgain(after, underway)
        : this.join(after, underway);
  }

  private joinAgain(record: WriteRecord, underway: Underway): Promise<Sent | null> {
    if (this.stop.signal.aborted) throw stopping();
    return this.join(record, underway);
  }

  /** What was sent is looked for from now on, and sent again where that is safe. */
  private async takeUp(): Promise<void> {
    await this.endThose();
    for (;;) {
      const taken = await this.journal.takeOver();
      if (taken.length === 0) return;
      for (const record of taken) this.settling.seek(record, true);
    }
  }

  private async every(ms: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.stop;
    for (;;) {
      await pause(ms, signal);
      if (signal.aborted) return;
      await work().catch((error: unknown) => this.parts.onProblem(error));
    }
  }
}

const sentRecord = (record: WriteRecord, { transaction, bytes, from, nonce, answer }: Outgoing): WriteRecord => ({
  ...record,
  ...{ transaction, bytes, from: from ?? null, nonce: nonce ?? null, answer: keptValue(answer) },
  state: 'SENT',
  updatedMs: Date.now(),
});
