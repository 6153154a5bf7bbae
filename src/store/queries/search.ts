import { ledgerKind, type LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { visible, type Session } from '../session.js';
import { sql } from '../sql.js';
import type { BlockRow, TransactionRow } from '../store.js';
import { blockRows } from './blocks.js';
import { transactionRows } from './transactions.js';

/** A short beginning fits very many hashes: so many of each kind and ledger are looked at, and the newest of them given. */
const LOOKED_AT = 200;
const HEX = /^(0x)?[0-9a-f]{1,128}$/;

interface Found {
  readonly no: number;
  readonly seq: number;
  readonly tx_index: number;
  readonly sort_ms: number;
  readonly canonical: number;
}

export async function searchHashes(
  session: Session,
  scope: Scope,
  prefix: string,
  limit: number,
): Promise<{ readonly blocks: readonly BlockRow[]; readonly transactions: readonly TransactionRow[] }> {
  if (!HEX.test(prefix)) return { blocks: [], transactions: [] };
  const numbers = await visible(session, scope, scope.ledgers);
  const blocks = await find(session, numbers, 'block', prefix, limit);
  const transactions = await find(session, numbers, 'transaction', prefix, limit);
  const blockKeys = blocks.map(({ no, seq }) => [no, seq]);
  const foundBlocks = await blockRows(session, blockKeys, ['bigint', 'bigint'], sql`b.ledger = k.k0 and b.seq = k.k1`);
  const foundTransactions = await transactionRows(
    session,
    transactions.map(({ no, seq, tx_index }) => [no, seq, tx_index] as const),
  );
  return { blocks: ordered(blocks, foundBlocks), transactions: ordered(transactions, foundTransactions) };
}

async function find(
  session: Session,
  numbers: ReadonlyMap<LedgerId, number>,
  table: 'block' | 'transaction',
  prefix: string,
  limit: number,
): Promise<readonly Found[]> {
  if (numbers.size === 0) return [];
  const index = table === 'block' ? sql`-1` : sql`t.tx_index`;
  const parts = [...numbers].map(([ledger, no]) => {
    const beginning = written(ledger, prefix);
    // 'g' follows every hexadecimal digit, so the range holds what begins so.
    return sql`select * from (select t.ledger as no, t.seq, ${index} as tx_index, t.sort_ms, t.canonical
      from ${sql.table(table)} as t where t.ledger = ${no} and t.hash >= ${beginning} and t.hash < ${`${beginning}g`}
      limit ${sql.lit(LOOKED_AT)}) as part`;
  });
  const { rows } = await sql<Found>`select * from (${sql.join(parts, sql` union all `)}) as found
    order by canonical desc, sort_ms desc, no, seq desc, tx_index desc limit ${sql.lit(limit)}`.execute(session.db);
  return rows;
}

/** Hashes begin with 0x on a chain and do not on a channel; people paste either. */
const written = (ledger: LedgerId, prefix: string): string => {
  const digits = prefix.replace(/^0x/, '');
  return ledgerKind(ledger) === 'ethereum' ? `0x${digits}` : digits;
};

const ordered = <Row>(found: readonly Found[], rows: ReadonlyMap<number, Row>): Row[] =>
  found.flatMap((_, at) => {
    const row = rows.get(at);
    return row === undefined ? [] : [row];
  });
