import { sql } from 'kysely';
import { ParleyError } from '../../errors/index.js';
import type { BlockRef } from '../../model/block.js';
import type { LedgerId, LedgerKind } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import type { Db, Session } from '../session.js';
import { sql as statement } from '../sql.js';
import type { LedgerDeclaration, LedgerRow } from '../store.js';
import type { LedgerTable } from '../tables.js';

export async function ledgers(session: Session, scope: Scope): Promise<readonly LedgerRow[]> {
  const numbers = await session.ledgers.of(scope.ledgers);
  if (numbers.size === 0) return [];
  const nos = [...numbers.values()];
  return session.unchanged.get(`ledgers ${nos.join(' ')}`, () => readLedgers(session, nos));
}

async function readLedgers(session: Session, nos: readonly number[]): Promise<readonly LedgerRow[]> {
  const { rows } = await statement<LedgerTable & { readonly tip_timestamp_ms: number | null }>`
    select l.*, b.timestamp_ms as tip_timestamp_ms
    from ledger as l left join block as b on b.ledger = l.no and b.hash = l.tip_hash
    where l.no in (${statement.join(nos.map(statement.lit))}) order by l.no`.execute(session.db);
  return rows.map((row) => ({
    id: row.id as LedgerId,
    kind: kindOf(row),
    name: row.name,
    startBlock: row.start_block,
    tip: refOrNull(row.tip_number, row.tip_hash),
    tipTimestampMs: row.tip_timestamp_ms,
    finalized: row.finalized,
    safe: row.safe,
    head: refOrNull(row.head_number, row.head_hash),
    headSeenAtMs: row.head_seen_at_ms,
  }));
}

export const refOrNull = (number: number | null, hash: string | null): BlockRef | null =>
  number === null || hash === null ? null : { number, hash };

/** Makes the ledger known, or takes over its name. The first block cannot be moved under an index: that is refused. */
export async function declare(session: Session, ledger: LedgerDeclaration): Promise<void> {
  await session.db.transaction().execute(async (trx) => {
    // One declaration at a time: small numbers are given in order.
    if (session.traits.name === 'postgres') await sql`lock table ledger in exclusive mode`.execute(trx);
    const known = await trx.selectFrom('ledger').selectAll().where('id', '=', ledger.id).executeTakeFirst();
    if (known === undefined) await insertLedger(trx, ledger, session.fences.get(ledger.id) ?? 0);
    else await redeclare(trx, refuseFenced(session, known), ledger);
  });
}

async function insertLedger(trx: Db, ledger: LedgerDeclaration, epoch: number): Promise<void> {
  const { next } = await trx
    .selectFrom('ledger')
    .select(sql<number>`coalesce(max(no), 0) + 1`.as('next'))
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('ledger')
    .values({
      ...{ no: next, id: ledger.id, kind: ledger.kind, name: ledger.name, start_block: ledger.startBlock },
      ...{ next_seq: 0, outbox_position: 0, finalized: -1, safe: -1, generation: 1, epoch },
    })
    .execute();
}

async function redeclare(trx: Db, known: LedgerTable, ledger: LedgerDeclaration): Promise<void> {
  if (known.start_block !== ledger.startBlock && known.next_seq > 0) {
    throw new ParleyError('CONFIG_INVALID', `The index of ${ledger.name} begins at another block than configured`, {
      got: ledger.startBlock,
      expected: known.start_block,
      fix: 'Keep `startBlock`, or index into a fresh store.',
    });
  }
  await trx
    .updateTable('ledger')
    .set({ name: ledger.name, kind: ledger.kind, start_block: ledger.startBlock })
    .where('no', '=', known.no)
    .execute();
}

export async function declared(session: Session): Promise<readonly LedgerDeclaration[]> {
  const rows = await session.db.selectFrom('ledger').selectAll().orderBy('no').execute();
  return rows.map((row) => ({
    id: row.id as LedgerId,
    kind: kindOf(row),
    name: row.name,
    startBlock: row.start_block,
  }));
}

const kindOf = ({ kind }: { readonly kind: string }): LedgerKind =>
  kind === 'fabric' || kind === 'amb' ? kind : 'ethereum';

/** The small number of a declared ledger. Errors: `STORE_CORRUPT`. */
export async function numberOf(session: Session, ledger: LedgerId): Promise<number> {
  const no = (await session.ledgers.of([ledger])).get(ledger);
  if (no === undefined) throw new ParleyError('STORE_CORRUPT', 'The store does not know this ledger', { got: ledger });
  return no;
}

/** From now on this store writes the ledger in that epoch alone. */
export function fence(session: Session, ledger: LedgerId, epoch: number): void {
  session.fences.set(ledger, epoch);
}

/** Invariant: who was succeeded writes nothing, however long it slept: the epoch is compared under the ledger's lock. */
function refuseFenced(session: Session, row: LedgerTable): LedgerTable {
  const epoch = session.fences.get(row.id as LedgerId);
  if (epoch === undefined || epoch === row.epoch) return row;
  throw new ParleyError('STORE_FENCED', `Another process writes ${row.name} now`, {
    got: `epoch ${epoch}`,
    expected: `epoch ${row.epoch}`,
  });
}

/** A ledger's checkpoint, locked until the transaction ends. Errors: `STORE_FENCED`. */
export async function lockLedger(trx: Db, session: Session, no: number): Promise<LedgerTable> {
  const { rows } = await sql<LedgerTable>`select * from ledger where no = ${no} ${session.traits.forUpdate}`.execute(
    trx,
  );
  const [row] = rows;
  if (row === undefined) throw new ParleyError('STORE_CORRUPT', 'A ledger vanished from the store', { got: no });
  return refuseFenced(session, row);
}
