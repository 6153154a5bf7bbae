import type { Scope } from '../../model/scope.js';
import type { NodeHealthState, RequestContext } from '../context.js';
import type { OpenStream, StreamBatch, StreamItem } from '../stream.js';
import { streamPurpose, type StreamBinding } from '../streamBinding.js';
import { openStreamCursor, streamSeal } from '../streamCursor.js';
import { IterableSource } from '../streamSource.js';
import { NodeHealthChange } from './nodeHealthChange.js';
import { nameOf, packHealth, toldOf, unpackHealth, type ToldHealth } from './toldHealth.js';

const BINDING: StreamBinding = { field: 'nodeHealthChanged', filter: {} };

/**
 * Changes of nodes' health. It is a state and no log: who resumes is told of each node whose health is another than the one told
 * last, and from then on of every change, one by one, so that all who read it live are told the same. Errors: `CURSOR_INVALID`.
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
    this.#told = after ?? toldOf(context.health.current(this.#scope()));
    if (after === null) this.#through = context.health.changes;
  }

  cursor(): string {
    return this.#seal(this.#told);
  }

  async next(signal: AbortSignal): Promise<StreamBatch> {
    signal.throwIfAborted();
    if (this.#through !== -1) await this.context.health.changed(this.#through, signal);
    signal.throwIfAborted();
    const { changes: through } = this.context.health;
    const scope = this.#scope();
    const items = this.#changes(through, scope);
    this.#through = through;
    return { items, through, view: scope.digest };
  }

  /** Change by change, so that each leads from what everybody has to what everybody has; what lies too far back is compared at once. */
  #changes(through: number, scope: Scope): readonly StreamItem[] {
    const { health } = this.context;
    const steps = Array.from({ length: this.#through === -1 ? 0 : through - this.#through }, (_, step) => {
      const change = this.#through + 1 + step;
      return [change, health.at(change, scope)] as const;
    });
    if (this.#through === -1 || steps.some(([, states]) => states === null))
      return this.#compare(health.current(scope), null);
    return steps.flatMap(([change, states]) => this.#compare(states ?? [], change));
  }

  close(): void {
    // Nothing is held: who waits is told by the signal.
  }

  /** One item for each node whose health is not the one told. */
  #compare(current: readonly NodeHealthState[], sequence: number | null): StreamItem[] {
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

  #scope(): Scope {
    return this.context.again((error) => this.context.report(error)).scope;
  }

  #seal(told: ToldHealth): string {
    return streamSeal(this.context, BINDING)(new Map(), packHealth(told));
  }
}
