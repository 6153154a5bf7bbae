import { setMaxListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { ParleyError } from '../../errors/index.js';
import type { Asked } from './asked.js';
import { Away, type AwayLimits } from './away.js';
import { Documents, type Prepared } from './documents.js';
import type { StreamItem } from '../../subgraphs/stream.js';
import { FairQueue } from './fairQueue.js';
import { Engine, type EngineOptions } from './engine.js';
import { Member, type BufferLimits, type MemberHost } from './member.js';
import { lastMessage } from './message.js';
import { Reading } from './reading.js';
import { answerOnce } from './single.js';
import type { Sink, StreamRequest, Subscription, Subscriptions } from './subscriptions.js';
import { Topic } from './topic.js';
import type { TopicReport } from './topicMetrics.js';

export interface SubscriptionLimits {
  readonly buffer: BufferLimits;
  readonly away: AwayLimits;
  /** Members that read, execute and send at once what they lack; others wait in line. */
  readonly catchingUp: number;
  /** Queries and mutations that are answered at once. */
  readonly maxConcurrent: number;
  /** How long the answer to one of them may take. */
  readonly timeoutMs: number;
  /** How often slow subscribers are looked at. */
  readonly sweepMs: number;
}

export const defaultSubscriptionLimits: SubscriptionLimits = {
  buffer: { bytes: 262_144, messages: 1000 },
  away: { stallMs: 60_000, lagSequences: 100_000, keepMs: 1000 },
  catchingUp: 8,
  maxConcurrent: 256,
  timeoutMs: 30_000,
  sweepMs: 1000,
};

export interface SubscriptionsOptions extends EngineOptions {
  readonly streamLimits?: Partial<SubscriptionLimits>;
}

/** Subscriptions, and what they say of themselves for /metrics. */
export interface ReportingSubscriptions extends Subscriptions {
  report(): TopicReport;
}

export const createSubscriptions = (options: SubscriptionsOptions): ReportingSubscriptions => new Hub(options);

/** All members and topics of a gateway. */
class Hub implements ReportingSubscriptions, MemberHost {
  readonly buffer: BufferLimits;
  readonly #limits: SubscriptionLimits;
  readonly #engine: Engine;
  readonly #documents: Documents;
  readonly #topics = new Map<string, Topic>();
  readonly #members = new Set<Member>();
  readonly #away = new Set<Member>();
  readonly #closed = new AbortController();
  readonly #queue: FairQueue;
  #answering = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: SubscriptionsOptions) {
    this.#limits = { ...defaultSubscriptionLimits, ...options.streamLimits };
    this.buffer = this.#limits.buffer;
    this.#queue = new FairQueue(this.#limits.catchingUp);
    this.#engine = new Engine(options);
    this.#documents = new Documents(options.schema, options.limits);
    setMaxListeners(0, this.#closed.signal);
  }

  open(request: StreamRequest, sink: Sink): Subscription {
    const member = new Member(this, sink, request.request.requestId);
    this.#members.add(member);
    this.#begin(member, request).catch((error: unknown) => this.#fail(member, error));
    return member;
  }

  async #begin(member: Member, request: StreamRequest): Promise<void> {
    if (this.#closed.signal.aborted) throw stopping();
    const prepared = this.#documents.prepare(request.query, request.operationName);
    this.#engine.bound(prepared, request.variables ?? {});
    if (prepared.operation.operation === 'subscription') return this.#subscribe(member, prepared, request);
    await this.#answer(member, prepared, request);
  }

  // ── Queries and mutations ──

  async #answer(member: Member, prepared: Prepared, request: StreamRequest): Promise<void> {
    const { maxConcurrent, timeoutMs } = this.#limits;
    if (this.#answering >= maxConcurrent)
      throw new ParleyError('OVERLOADED', 'Too many requests are being answered', {
        got: `more than ${maxConcurrent} at once`,
        fix: 'Try again in a moment.',
      });
    this.#answering += 1;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(tooLong(timeoutMs)), timeoutMs);
    try {
      const signal = AbortSignal.any([request.request.signal, this.#closed.signal, late.signal]);
      const text = await answerOnce(this.#engine, prepared, request, signal);
      member.opened();
      this.#engine.delivered += 1;
      member.send(lastMessage(text));
      member.end(null);
    } finally {
      clearTimeout(timer);
      this.#answering -= 1;
    }
  }

  // ── Subscriptions ──

  async #subscribe(member: Member, prepared: Prepared, request: StreamRequest): Promise<void> {
    const { asked, after } = await this.#engine.ask(prepared, request, this.#closed.signal);
    if (member.isEnded) return;
    if (after === null) {
      member.topic = this.#topicOf(asked);
      return member.topic.enter(member);
    }
    const reading = this.#readingOf(
      asked,
      () => asked.source.resume(),
      () => after,
    );
    const away = this.#goAway(member, asked, new Away(reading, null, this.#queue));
    try {
      await away.turn.begin();
      await reading.open();
      if (member.isEnded) return reading.close();
      member.opened();
      await this.#catchUp(member, asked, away);
    } finally {
      away.turn.rest();
    }
  }

  #readingOf(asked: Asked, first: () => ReturnType<Asked['source']['live']>, place: () => string): Reading {
    const failed = (err: unknown): void =>
      this.#engine.options.logger.warn(
        { err, requestId: asked.context.requestId },
        'a stream could not be read, and is tried again',
      );
    return new Reading({ first, resume: (cursor) => this.#engine.resume(asked, cursor), failed }, place);
  }

  #topicOf(asked: Asked): Topic {
    const known = this.#topics.get(asked.key);
    if (known !== undefined) return known;
    const made = new Topic(asked, { engine: this.#engine, ended: (topic) => this.#topicEnded(topic) });
    this.#topics.set(asked.key, made);
    return made;
  }

  #topicEnded(topic: Topic): void {
    if (this.#topics.get(topic.asked.key) === topic) this.#topics.delete(topic.asked.key);
  }

  #goAway(member: Member, asked: Asked, away: Away): Away {
    const topic = this.#topicOf(asked);
    member.topic?.live.delete(member);
    member.topic = topic;
    member.away = away;
    topic.away.add(member);
    this.#away.add(member);
    this.#sweep ??= setInterval(() => this.#look(), this.#limits.sweepMs).unref();
    return away;
  }

  fellBehind(member: Member, place: () => string, through: number | null): void {
    const { topic } = member;
    if (topic === null) return;
    const { asked } = topic;
    const reading = this.#readingOf(asked, () => this.#engine.resume(asked, place()), place);
    const away = this.#goAway(member, asked, new Away(reading, through, this.#queue));
    away
      .roomAtLast(() => false)
      .then(() => this.#catchUp(member, asked, away))
      .finally(() => away.turn.rest())
      .catch((error: unknown) => this.#fail(member, error));
  }

  /** Reads for a member until it has what its topic has. */
  async #catchUp(member: Member, asked: Asked, away: Away): Promise<void> {
    while (!member.isEnded) {
      const batch = await away.reading.next(away.signal, away.turn);
      const isTaken = await this.#give(member, asked, away, batch.items);
      away.turn.rest();
      // It may never wait: others get their turn.
      await turn();
      if (!isTaken) {
        await away.roomAtLast(() => member.hasRoom(0));
        continue;
      }
      away.reached(batch.through);
      if (batch.through === null || isPartial(batch.items, batch.through)) continue;
      if (await this.#join(member, asked, { away, through: batch.through, view: batch.view })) return;
    }
  }

  /** False where its client did not take it all. */
  async #give(member: Member, asked: Asked, away: Away, items: readonly StreamItem[]): Promise<boolean> {
    if (items.length === 0) return true;
    await away.turn.begin();
    const messages = await this.#engine.messages(asked, items);
    this.#engine.delivered += messages.length;
    return member.take(away, messages);
  }

  /** True where the member is live, or is not read for any more; false where it must read on. */
  async #join(
    member: Member,
    asked: Asked,
    { away, through, view }: { readonly away: Away; readonly through: number; readonly view: string | undefined },
  ): Promise<boolean> {
    for (const last of [false, true]) {
      if (member.isEnded) return true;
      const topic = this.#topicOf(asked);
      if (member.topic !== topic) this.#goAway(member, asked, away);
      switch (topic.join(member, through, view)) {
        case 'joined':
          this.#cameBack(member, away);
          return true;
        case 'full':
          // What was told meanwhile was sent in part: it reads on after that.
          away.reading.close();
          await away.roomAtLast(() => false);
          return false;
        case 'behind':
          return false;
        case 'ahead':
          if (!last) await topic.progress();
      }
    }
    return false;
  }

  #cameBack(member: Member, away: Away): void {
    member.away = null;
    this.#away.delete(member);
    this.#rest();
    away.reading.close();
  }

  #rest(): void {
    if (this.#away.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  /** Ends who is too slow, and wakes who waits for a topic that does not go on. */
  #look(): void {
    const now = performance.now();
    for (const member of this.#away) {
      const error = member.away?.tooSlow(now, member.topic?.through ?? null, this.#limits.away);
      if (error !== undefined) this.#fail(member, error);
      else {
        member.away?.letGo(now, this.#limits.away);
        member.topic?.wake();
      }
    }
  }

  #fail(member: Member, error: unknown): void {
    if (!member.isEnded) member.end(this.#engine.ending(error, member.place, member.requestId));
  }

  broke(member: Member, error: unknown): void {
    this.#engine.options.logger.error({ requestId: member.requestId, err: error }, 'a stream could not be sent');
    try {
      this.#fail(member, error);
    } catch {
      // Said above; a sink that cannot even end is nobody's any more, and its member is released already.
    }
  }

  ended(member: Member): void {
    this.#members.delete(member);
    this.#away.delete(member);
    this.#rest();
  }

  report(): TopicReport {
    let lagSequences = 0;
    for (const { away, topic } of this.#away) {
      const through = topic?.through ?? null;
      const leftAt = away?.leftAt ?? null;
      if (through !== null && leftAt !== null) lagSequences = Math.max(lagSequences, through - leftAt);
    }
    return {
      topics: this.#topics.size,
      catchingUp: this.#away.size,
      lagSequences,
      messages: this.#engine.delivered,
    };
  }

  close(): void {
    const reason = stopping();
    for (const member of [...this.#members]) this.#fail(member, reason);
    this.#closed.abort(reason);
  }
}

/** True where items of a sequence were given of which others are to come. */
const isPartial = (items: readonly { readonly sequence: number | null }[], through: number): boolean =>
  items.some(({ sequence }) => sequence !== null && sequence > through);

const stopping = (): ParleyError => new ParleyError('SHUTTING_DOWN', 'The server is stopping');

const tooLong = (timeoutMs: number): ParleyError =>
  new ParleyError('TIMEOUT', 'The answer took too long', { expected: `at most ${timeoutMs} ms` });
