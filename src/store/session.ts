import type { Kysely, Transaction } from 'kysely';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { Appender } from './append/appender.js';
import type { Traits } from './dialect/traits.js';
import type { Inserts } from './inserts.js';
import type { Tables } from './tables.js';
import type { Unchanged } from './unchanged.js';

/** A connection, or a transaction on it. */
export type Db = Kysely<Tables> | Transaction<Tables>;

/** What a query needs: the database, its dialect's traits, and the ledgers' small numbers. */
export interface Session {
  readonly db: Kysely<Tables>;
  readonly traits: Traits;
  readonly ledgers: LedgerNumbers;
  readonly inserts: Inserts;
  /** The epochs in which this process writes; a ledger that is absent is written unasked. */
  readonly fences: Map<LedgerId, number>;
  /** Writes large appends in a thread of its own; null: they are written here. */
  readonly appender: Appender | null;
  /** What every request asks for and a block seldom changes. */
  readonly unchanged: Unchanged;
}

/** Ledgers by their small numbers in this store. They are only ever added, so what was read once stays true. */
export class LedgerNumbers {
  constructor(
    private readonly db: Kysely<Tables>,
    private readonly shared: { known: ReadonlyMap<LedgerId, number> } = { known: new Map() },
  ) {}

  /** The same knowledge, completed over another connection. */
  over(db: Kysely<Tables>): LedgerNumbers {
    return new LedgerNumbers(db, this.shared);
  }

  /** Numbers of those asked that the store has; others are absent. */
  async of(ids: readonly LedgerId[]): Promise<ReadonlyMap<LedgerId, number>> {
    if (ids.some((id) => !this.shared.known.has(id))) await this.#load();
    return new Map(ids.flatMap((id) => one(id, this.shared.known.get(id))));
  }

  async #load(): Promise<void> {
    const rows = await this.db.selectFrom('ledger').select(['no', 'id']).execute();
    this.shared.known = new Map(rows.map(({ no, id }) => [id as LedgerId, no]));
  }
}

const one = (id: LedgerId, no: number | undefined): [LedgerId, number][] => (no === undefined ? [] : [[id, no]]);

/** The numbers of those ledgers that the scope may see. */
export function visible(
  session: Session,
  scope: Scope,
  ledgers: readonly LedgerId[],
): Promise<ReadonlyMap<LedgerId, number>> {
  const wanted = new Set(ledgers);
  return session.ledgers.of(scope.ledgers.filter((id) => wanted.has(id)));
}
