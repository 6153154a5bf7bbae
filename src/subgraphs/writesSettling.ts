import { ParleyError } from '../errors/index.js';
import { pause } from '../lib/pause.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { StoreJournal, StoreReads, TransactionRow, WriteRecord } from '../store/store.js';
import type { SentWrite, Standing } from './writes.js';
import { isRefused, keptRefusal, valueOf } from './writesAnswer.js';
import { lost, notInBlockYet, stopping } from './writesErrors.js';

export interface SettlingTimes {
  /** Between looks at the index while somebody waits, and while nobody does. */
  readonly lookEveryMs: number;
  readonly glanceEveryMs: number;
  /** From sending to asking the ledger, and the longest pause between askings: each is half as long again as the one before. */
  readonly tendAfterMs: number;
  readonly tendAtMostEveryMs: number;
  /** How long a transaction is looked for. */
  readonly lostAfterMs: number;
}

export interface SettlingParts {
  readonly journal: StoreJournal;
  readonly store: Pick<StoreReads, 'transactionsByHash'>;
  readonly times: SettlingTimes;
  /** Every ledger of this process. */
  scope(): Scope;
  ledger(id: LedgerId): AnyLedger | undefined;
  tend(ledger: AnyLedger, write: SentWrite, signal: AbortSignal): Promise<Standing>;
  onProblem(error: unknown): void;
}

/** What is known of a write that was sent. */
type SentRecord = WriteRecord & { readonly transaction: string; readonly bytes: Uint8Array };

interface Sought {
  record: SentRecord;
  done: PromiseWithResolvers<TransactionRow>;
  /** Somebody waits for it until then, or did. */
  attendedUntilMs: number;
  tendAtMs: number;
  tendPauseMs: number;
  tending: boolean;
  /** Since when a block that may yet be taken back has it; null while none has. */
  inBlockSinceMs: number | null;
}

const KEYS_AT_ONCE = 200;
/** As long as a request waits. */
const ATTENDED_FOR_MS = 30_000;
const TEND_WITHIN_MS = 30_000;
/** A transaction that stood in its block for so long, or that so many others stand beside, is held for sure, final or not. */
const FINAL_WITHIN_MS = 3_600_000;
const IN_BLOCKS_AT_MOST = 500;

/** Looks for sent transactions until the index holds them, the ledger surely refused them, or they are given up. One reading finds all. */
export class Settling {
  private readonly sought = new Map<string, Sought>();
  private readonly stop = new AbortController();
  private looking: Promise<void> | null = null;
  private somebody = new AbortController();

  constructor(private readonly parts: SettlingParts) {}

  /** Those of a ledger that no block has. */
  size(ledger: LedgerId): number {
    return [...this.sought.values()].filter((one) => one.record.ledger === ledger && one.inBlockSinceMs === null)
      .length;
  }

  /** Begins to look for a sent write; `tendNow`: what became of it is asked at once (nobody remembers its sending). */
  seek(record: WriteRecord, tendNow = false): void {
    if (this.stop.signal.aborted || !isSent(record)) return;
    const known = this.sought.get(record.id);
    if (known !== undefined) {
      known.record = record; // It may have become this process's own.
      return;
    }
    const { tendAfterMs } = this.parts.times;
    const tendAtMs = Date.now() + (tendNow ? 0 : tendAfterMs);
    this.sought.set(record.id, {
      record,
      done: promised(),
      attendedUntilMs: 0,
      tendAtMs,
      tendPauseMs: tendAfterMs,
      tending: false,
      inBlockSinceMs: null,
    });
    this.looking ??= this.look().finally(() => {
      this.looking = null;
    });
  }

  /** Resolves with the transaction once the index holds it; undefined where it is not sought. Errors: why it never will. */
  settled(id: string): Promise<TransactionRow> | undefined {
    const one = this.sought.get(id);
    if (one === undefined) return undefined;
    one.attendedUntilMs = Date.now() + ATTENDED_FOR_MS;
    this.somebody.abort();
    return one.done.promise;
  }

  /** Resolves once a block has a sent write, or it is looked for no more; at once where it is not sought. Asks for no hurry. */
  async ended(id: string): Promise<void> {
    await this.sought.get(id)?.done.promise.then(ignore, ignore);
  }

  /** Looks no more; whoever waits hears that the process stops. */
  async close(): Promise<void> {
    this.stop.abort(stopping());
    for (const { done } of this.sought.values()) done.reject(stopping());
    await this.looking;
  }

  private async look(): Promise<void> {
    const { times, onProblem } = this.parts;
    while (this.sought.size > 0 && !this.stop.signal.aborted) {
      try {
        await this.findAll();
      } catch (error) {
        onProblem(error);
      }
      this.tendThose();
      const attended = [...this.sought.values()].some(isAttended);
      this.somebody = new AbortController();
      const until = AbortSignal.any([this.stop.signal, this.somebody.signal]);
      await pause(attended ? times.lookEveryMs : times.glanceEveryMs, until);
    }
  }

  private async findAll(): Promise<void> {
    const all = [...this.sought.values()];
    for (let at = 0; at < all.length; at += KEYS_AT_ONCE) {
      const some = all.slice(at, at + KEYS_AT_ONCE);
      const rows = await this.find(some.map(({ record }) => record));
      await Promise.all(some.map((one, n) => this.found(one, rows[n] ?? null)));
    }
  }

  private find(records: readonly SentRecord[]): Promise<readonly (TransactionRow | null)[]> {
    return this.parts.store.transactionsByHash(
      this.parts.scope(),
      records.map(({ ledger, transaction }) => ({ ledger, hash: transaction })),
    );
  }

  /**
   * What a block has is told at once, and looked for until that block is final: where a reorganisation takes it back, and the node
   * forgot it, it is sent again. Until then it holds its nonce.
   */
  private async found(one: Sought, row: TransactionRow | null): Promise<boolean> {
    if (!this.sought.has(one.record.id)) return false;
    if (row === null || row.confirmation === 'RETRACTED') {
      if (one.inBlockSinceMs !== null)
        Object.assign(one, { tendAtMs: Date.now(), inBlockSinceMs: null, done: promised() });
      return false;
    }
    one.done.resolve(row);
    const nowMs = Date.now();
    one.inBlockSinceMs ??= nowMs;
    const isSure = row.confirmation === 'FINAL' || nowMs - one.inBlockSinceMs > FINAL_WITHIN_MS;
    if (isSure || this.inBlocks() > IN_BLOCKS_AT_MOST) await this.settle(one);
    return true;
  }

  private inBlocks(): number {
    return [...this.sought.values()].filter(({ inBlockSinceMs }) => inBlockSinceMs !== null).length;
  }

  private async settle({ record }: Sought): Promise<void> {
    await this.parts.journal.update(record.id, ['SENT', 'LOST'], { state: 'SETTLED' });
    this.sought.delete(record.id);
  }

  private tendThose(): void {
    const now = Date.now();
    for (const one of this.sought.values())
      if (one.inBlockSinceMs === null && !one.tending && one.tendAtMs <= now) {
        one.tending = true;
        void this.tend(one).then((againAtMs) => {
          one.tending = false;
          one.tendPauseMs = Math.min(this.parts.times.tendAtMostEveryMs, one.tendPauseMs * 1.5);
          one.tendAtMs = Math.min(againAtMs, Date.now() + one.tendPauseMs);
        });
      }
  }

  /** Resolves with when the ledger is to be asked again at the latest. */
  private async tend(one: Sought): Promise<number> {
    try {
      return await this.tended(one);
    } catch (error) {
      // The ledger or the store did not answer: asked again later.
      if (!this.stop.signal.aborted && !(error instanceof ParleyError && error.retryable)) this.parts.onProblem(error);
      return Infinity;
    }
  }

  private async tended(one: Sought): Promise<number> {
    const { record } = one;
    if (record.owner !== this.parts.journal.owner) {
      await this.follow(one);
      return Infinity;
    }
    const standing = await this.standing(record);
    if (standing.kind === 'WAITING') {
      if (Date.now() - record.updatedMs > this.parts.times.lostAfterMs) await this.giveUp(one);
      return standing.againAtMs ?? Infinity;
    }
    // The ledger may say so of what the index has just taken in.
    const [row] = await this.find([record]);
    if (!(await this.found(one, row ?? null))) await this.refuse(one, standing.why);
    return Infinity;
  }

  /** Another process has it: what that one does is told, nothing is done. */
  private async follow({ record, done }: Sought): Promise<void> {
    const now = await this.parts.journal.byId(record.id);
    if (now?.state === 'SENT' && now.transaction === record.transaction) return;
    // What a block has is told by the index, soon.
    if (now?.state === 'SETTLED' && !isRefused(now.answer)) return;
    this.sought.delete(record.id);
    done.reject(endOf(record, now));
  }

  private standing({ ledger, transaction, bytes, from, nonce, updatedMs }: SentRecord): Promise<Standing> {
    const open = this.parts.ledger(ledger);
    if (open === undefined) return Promise.resolve({ kind: 'WAITING' });
    const signal = AbortSignal.any([this.stop.signal, AbortSignal.timeout(TEND_WITHIN_MS)]);
    return this.parts.tend(open, { transaction, bytes, from, nonce, sentMs: updatedMs }, signal);
  }

  private async refuse({ record: { id }, done }: Sought, why: Error): Promise<void> {
    await this.parts.journal.refuse(id, ['SENT'], why instanceof ParleyError ? keptRefusal(why) : null);
    this.sought.delete(id);
    done.reject(why);
  }

  private async giveUp({ record, done }: Sought): Promise<void> {
    await this.parts.journal.update(record.id, ['SENT'], { state: 'LOST' });
    this.sought.delete(record.id);
    done.reject(lost(record));
  }
}

/** Why a write that another process had is looked for no more. */
function endOf(sought: SentRecord, now: WriteRecord | null): Error {
  try {
    valueOf(now?.answer ?? null);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return now?.state === 'LOST' ? lost(sought) : notInBlockYet(sought, true);
}

const isSent = (record: WriteRecord): record is SentRecord => record.transaction !== null && record.bytes !== null;

const isAttended = ({ inBlockSinceMs, attendedUntilMs }: Sought): boolean =>
  inBlockSinceMs === null && attendedUntilMs > Date.now();

const ignore = (): void => undefined;

/** Whoever waits hears of it; often nobody does. */
function promised(): PromiseWithResolvers<TransactionRow> {
  const done = Promise.withResolvers<TransactionRow>();
  done.promise.catch(() => undefined);
  return done;
}
