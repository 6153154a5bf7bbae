import type { RequestContext } from '../context.js';
import type { OpenStream, StreamBatch, StreamItem } from '../stream.js';
import { streamPurpose, type StreamBinding } from '../streamBinding.js';
import { openStreamCursor, streamSeal } from '../streamCursor.js';
import { IterableSource } from '../streamSource.js';
import { NodeHealthChange } from './nodeHealthChange.js';
import { nameOf, packHealth, toldOf, unpackHealth, type ToldHealth } from './toldHealth.js';

const BINDING: StreamBinding = { field: 'nodeHealthChanged', filter: {} };

/**
 * Changes of nodes' health. It is a state and no log: who resumes is told of each node whose health is another than the one told
 * last. Errors: `CURSOR_INVALID`.
 */
export class NodeHealthSource extends IterableSource {
  readonly key: string;
  private readonly after: ToldHealth | null;

  constructor(
    private readonly context: RequestContext,
    after: string | null,
  ) {
    super(context.signal);
    this.key = JSON.stringify([streamPurpose(BINDING), context.rights]);
    this.after = after === null ? null : unpackHealth(openStreamCursor(context, BINDING, after).rest);
  }

  live(): Promise<OpenStream> {
    return Promise.resolve(new NodeHealthReading(this.context, null));
  }

  resume(): Promise<OpenStream> {
    return Promise.resolve(new NodeHealthReading(this.context, this.after));
  }
}

class NodeHealthReading implements OpenStream {
  #told: ToldHealth;
  /** The count of changes that what was told includes; -1 while the client's own state was not compared yet. */
  #through = -1;

  constructor(
    private readonly context: RequestContext,
    after: ToldHealth | null,
  ) {
    this.#told = after ?? toldOf(this.#current());
    if (after === null) this.#through = context.health.changes;
  }

  cursor(): string {
    return this.#seal(this.#told);
  }

  async next(signal: AbortSignal): Promise<StreamBatch> {
    signal.throwIfAborted();
    if (this.#through !== -1) await this.context.health.changed(this.#through, signal);
    signal.throwIfAborted();
    const through = this.context.health.changes;
    const items = this.#compare(this.#through === -1 ? null : through);
    this.#through = through;
    return { items, through };
  }

  close(): void {
    // Nothing is held: who waits is told by the signal.
  }

  /** One item for each node whose health is not the one told. */
  #compare(sequence: number | null): StreamItem[] {
    const current = this.#current();
    const known = toldOf(current);
    let told = new Map([...this.#told].filter(([name]) => known.has(name)));
    const items = current.flatMap((state): StreamItem[] => {
      const name = nameOf(state.node);
      const before = told.get(name) ?? 'UNKNOWN';
      told = new Map(told).set(name, state.health);
      if (before === state.health) return [];
      const upTo = told;
      const cursor = (): string => this.#seal(upTo);
      return [{ value: new NodeHealthChange(state, before, cursor), cursor, sequence }];
    });
    this.#told = told;
    return items;
  }

  #current() {
    return this.context.health.current(this.context.again((error) => this.context.report(error)).scope);
  }

  #seal(told: ToldHealth): string {
    return streamSeal(this.context, BINDING)(new Map(), packHealth(told));
  }
}
