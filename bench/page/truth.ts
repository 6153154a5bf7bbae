import Database from 'better-sqlite3';

/** The page by one statement of plain SQL, with nothing of Parley's: what the answer must be, and the least that reading it costs. */
const PAGE = `
  with page as (
    select * from (select * from "transaction" where ledger = 1 and canonical = 1 order by sort_ms desc, number desc, tx_index desc limit :n)
    union all
    select * from (select * from "transaction" where ledger = 2 and canonical = 1 order by sort_ms desc, number desc, tx_index desc limit :n))
  select l.kind, l.id as ledger, l.name, l.finalized, t.number, t.tx_index, t.hash, t.timestamp_ms, t.outcome, t.parties,
    b.number as block_number, b.hash as block_hash, t.sort_ms
  from page as t join ledger as l on l.no = t.ledger join block as b on b.ledger = t.ledger and b.seq = t.seq
  order by t.sort_ms desc, l.id desc, t.number desc, t.tx_index desc limit :n`;

interface Row {
  readonly kind: string;
  readonly ledger: string;
  readonly name: string;
  readonly number: number;
  readonly tx_index: number;
  readonly hash: string;
  readonly timestamp_ms: number | null;
  readonly outcome: string;
  readonly parties: string;
  readonly block_number: number;
  readonly block_hash: string;
}

/** Who is behind a native id: as the bench's configuration says. */
export type NameOf = (ledger: string, nativeId: string) => { readonly id: string; readonly name: string } | null;

/** Reads the page as `NODE` of main.ts selects it. */
export function openTruth(path: string, nameOf: NameOf): { page(n: number): object; close(): void } {
  const database = new Database(path, { readonly: true });
  const statement = database.prepare<[{ n: number }], Row>(PAGE);
  return {
    page: (n) => ({ transactions: { edges: statement.all({ n }).map((row) => ({ node: nodeOf(row, nameOf) })) } }),
    close: () => database.close(),
  };
}

function nodeOf(row: Row, nameOf: NameOf): object {
  const fabric = row.kind === 'fabric';
  const parties = JSON.parse(row.parties) as readonly { readonly nativeId: string }[];
  const members = parties.flatMap(({ nativeId }) => nameOf(row.ledger, nativeId) ?? []);
  return {
    id: `${row.ledger}/tx/${fabric ? `${row.number}.${row.tx_index}` : row.hash}`,
    hash: row.hash,
    timestamp: row.timestamp_ms === null ? null : new Date(row.timestamp_ms).toISOString(),
    outcome: row.outcome,
    ledger: { id: row.ledger, name: row.name },
    block: {
      id: `${row.ledger}/block/${fabric ? row.block_number : row.block_hash}`,
      number: String(row.block_number),
    },
    members: [...new Map(members.map(({ id, name }) => [id, { id: `member/${id}`, name }])).values()],
  };
}
