import type { MaskedError } from '../../errors/mask.js';
import type { Away } from './away.js';
import type { ItemMessage } from './message.js';
import type { Sink, StreamMessage, Subscription } from './subscriptions.js';
import type { Topic } from './topic.js';

/** What a client's buffer may hold before it must read for itself. */
export interface BufferLimits {
  readonly bytes: number;
  readonly messages: number;
}

/** Who runs members. */
export interface MemberHost {
  readonly buffer: BufferLimits;
  /** The member leaves its topic's fan-out; `place` resumes after what it was sent. */
  fellBehind(member: Member, place: () => string, through: number | null): void;
  /** A sink threw: its member is over. */
  broke(member: Member, error: unknown): void;
  ended(member: Member): void;
}

/** One operation of one client. Small: there may be tens of thousands, and a live one needs nothing but its sink. */
export class Member implements Subscription {
  topic: Topic | null = null;
  away: Away | null = null;
  isEnded = false;
  /** Messages since the client's buffer was empty. */
  #unread = 0;
  #isOpened = false;

  constructor(
    readonly host: MemberHost,
    readonly sink: Sink,
    readonly requestId: string,
  ) {}

  opened(): void {
    if (this.#isOpened || this.isEnded) return;
    this.#isOpened = true;
    this.sink.opened?.();
  }

  /** False where the client has no room for another one. */
  send(message: StreamMessage): boolean {
    if (this.isEnded) return true;
    try {
      this.sink.send(message);
      return this.hasRoom(1);
    } catch (error) {
      this.host.broke(this, error);
      return true;
    }
  }

  hasRoom(more: number): boolean {
    const buffered = this.sink.buffered();
    this.#unread = buffered === 0 ? 0 : this.#unread + more;
    const { bytes, messages } = this.host.buffer;
    return buffered <= bytes && this.#unread <= messages;
  }

  /** While it reads for itself: this, and all before it, was sent. */
  passed(message: ItemMessage): void {
    this.away?.reading.passed(message.place);
  }

  fallBehind(place: () => string, through: number | null): void {
    if (!this.isEnded) this.host.fellBehind(this, place, through);
  }

  /** Sends what it read for itself, at its client's pace. False where its client takes so long that the rest is let go. */
  async take(away: Away, messages: readonly ItemMessage[]): Promise<boolean> {
    for (const message of messages) {
      if (this.isEnded) return true;
      const hasRoom = this.send(message);
      away.reading.passed(message.place);
      if (hasRoom) continue;
      away.turn.rest();
      if (!(await away.room())) return false;
    }
    return true;
  }

  /** Resumes after all that it was sent; null before its stream was open. */
  get place(): (() => string) | null {
    return this.away === null ? (this.topic?.place ?? null) : this.away.reading.place;
  }

  drained(): void {
    this.#unread = 0;
    if (this.away !== null && this.sink.buffered() <= this.host.buffer.bytes / 2) this.away.drained();
  }

  end(errors: readonly MaskedError[] | null): void {
    if (this.#release()) this.sink.end(errors);
  }

  stop(): void {
    this.#release();
  }

  #release(): boolean {
    if (this.isEnded) return false;
    this.isEnded = true;
    const { topic, away } = this;
    this.topic = null;
    this.away = null;
    away?.abort();
    away?.reading.close();
    topic?.leave(this);
    this.host.ended(this);
    return true;
  }
}
