import { setMaxListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { MaskedError } from '../../errors/mask.js';
import type { StreamBatch } from '../../subgraphs/stream.js';
import type { Asked } from './asked.js';
import type { Engine } from './engine.js';
import type { Member } from './member.js';
import type { ItemMessage } from './message.js';
import { Reading } from './reading.js';
import { Recent } from './recent.js';

export interface TopicParts {
  readonly engine: Engine;
  /** Told once, when it is over. */
  ended(topic: Topic): void;
}

/**
 * One stream, read live once for all who asked the same with the same rights: each item is executed once, serialised once and handed
 * to every live member. Members that are away read for themselves and join again.
 */
export class Topic {
  /** Those who have everything that was told so far, and get the rest. */
  readonly live = new Set<Member>();
  /** Those who read for themselves at the moment. */
  readonly away = new Set<Member>();
  /** Those of the away who are ahead, and wait until as much was told. */
  readonly #waiting = new Set<() => void>();
  readonly #recent = new Recent();
  readonly #gone = new AbortController();
  readonly #reading: Reading;
  #view: string | undefined;
  #opened = false;
  #ended = false;

  constructor(
    readonly asked: Asked,
    readonly parts: TopicParts,
  ) {
    setMaxListeners(0, this.#gone.signal);
    const { engine } = parts;
    this.#reading = new Reading(
      {
        first: () => asked.source.live(),
        resume: (cursor) => engine.resume(asked, cursor),
        failed: (err) =>
          engine.options.logger.warn({ err, members: this.size }, 'a stream could not be read, and is tried again'),
      },
      null,
    );
    void this.#run();
  }

  get size(): number {
    return this.live.size + this.away.size;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** Everything up to this sequence was told; null while it is not known. */
  get through(): number | null {
    return this.#recent.through;
  }

  /** Resumes after all that live members were told; null before it is open. */
  get place(): (() => string) | null {
    return this.#reading.place;
  }

  /** A member begins with what comes now. */
  enter(member: Member): void {
    this.live.add(member);
    if (this.#opened) member.opened();
  }

  /**
   * Lets a member in that has everything up to a sequence and nothing after it: what it lacks is sent first.
   * `behind`: it must read on by itself; so must one who sees other ledgers (`view`) than were seen for the topic, which will be
   * noticed with what comes next. `ahead`: it has what was not told yet.
   */
  join(member: Member, sequence: number, view: string | undefined): 'joined' | 'behind' | 'ahead' | 'full' {
    if (view !== this.#view) return 'behind';
    const lacking = this.#recent.after(sequence);
    if (typeof lacking === 'string') return lacking;
    for (const message of lacking) {
      member.passed(message);
      if (!member.send(message)) return 'full';
    }
    if (member.isEnded) return 'joined';
    this.away.delete(member);
    this.live.add(member);
    return 'joined';
  }

  /** Resolves once more was told, when it ended, or when it has taken too long. */
  async progress(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Nobody waits longer than the sweep's turn: a topic that is stuck does not hold those who can read for themselves. */
  wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  leave(member: Member): void {
    this.live.delete(member);
    this.away.delete(member);
    if (this.size === 0) this.close();
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#gone.abort();
    this.#reading.close();
    this.wake();
    this.parts.ended(this);
  }

  async #run(): Promise<void> {
    const { engine } = this.parts;
    const { signal } = this.#gone;
    try {
      await this.#reading.open();
      if (this.#ended) return this.#reading.close();
      this.#opened = true;
      for (const member of this.live) member.opened();
      for (;;) {
        const batch = await this.#reading.next(signal);
        const heard = this.live.size + this.#waiting.size > 0;
        const messages = heard ? await engine.messages(this.asked, batch.items) : null;
        if (this.#ended) return;
        this.#tell(batch, messages);
        // Catching up may never wait: others get their turn.
        if (batch.through === null) await turn();
      }
    } catch (error) {
      if (!this.#ended) this.#fail(error);
    }
  }

  #tell(batch: StreamBatch, messages: readonly ItemMessage[] | null): void {
    this.#view = batch.view;
    this.#recent.told(batch, this.away.size === 0 ? null : messages);
    for (const message of messages ?? []) {
      this.#reading.passed(message.place);
      this.parts.engine.delivered += this.live.size;
      for (const member of this.live) if (!member.send(message)) member.fallBehind(message.place, this.through);
    }
    const last = batch.items.at(-1);
    if (messages === null && last !== undefined) this.#reading.passed(() => last.cursor());
    this.wake();
  }

  /** Ends those who were live; who reads for itself goes on, and finds another topic. */
  #fail(error: unknown): void {
    const requestId = this.asked.context.requestId;
    const errors = this.parts.engine.ending(error, this.place, requestId);
    this.endLive(errors);
    this.close();
  }

  endLive(errors: readonly MaskedError[]): void {
    for (const member of [...this.live]) member.end(errors);
  }
}
