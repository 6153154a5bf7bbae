import type { CompiledQuery } from 'graphql-jit';

/** One compiled query while it is kept; null where it cannot be compiled. */
export interface KeptQuery {
  readonly selections: number;
  compiled: CompiledQuery | null | undefined;
}

/** Keeps compiled queries within a total of selections, the least recently used forgotten: callers may send ever new ones. */
export class KeptQueries {
  readonly #used = new Set<KeptQuery>();
  #selections = 0;

  constructor(readonly most: number) {}

  /** The selections of all that is kept. */
  get selections(): number {
    return this.#selections;
  }

  get(query: KeptQuery, compile: () => CompiledQuery | null): CompiledQuery | null {
    if (query.compiled === undefined) {
      query.compiled = compile();
      if (query.compiled !== null) this.#selections += query.selections;
    }
    if (query.compiled === null) return null;
    this.#used.delete(query);
    this.#used.add(query);
    for (const oldest of this.#used) {
      if (this.#selections <= this.most || oldest === query) break;
      this.#forget(oldest, undefined);
    }
    return query.compiled;
  }

  /** The query is not to be compiled again. */
  refuse(query: KeptQuery): void {
    this.#forget(query, null);
  }

  #forget(query: KeptQuery, compiled: null | undefined): void {
    if (this.#used.delete(query)) this.#selections -= query.selections;
    query.compiled = compiled;
  }
}
