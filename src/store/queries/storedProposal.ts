import type { ProposalKey, ProposalState, VoteState } from '../../model/governance.js';
import { governanceRows, proposalText } from '../governanceRows.js';
import type { Cells } from '../rows.js';
import type { Db, Session } from '../session.js';
import { inSnapshot } from '../snapshots.js';
import { sql, type Fragment } from '../sql.js';
import type { DerivedRow, GoverningBlock, StoredProposal } from '../store.js';
import type { ProposalTable } from '../tables.js';
import { numberOf, refOrNull } from './ledgers.js';
import { derivedRow, ownCells } from './stored.js';

const tables = ['proposal', 'proposal_missing', 'vote'] as const;

/** All that reads give of a proposal, whatever block it claims to be of, with where the ledger stands meanwhile. */
export async function storedProposal(session: Session, key: ProposalKey): Promise<StoredProposal> {
  const no = await numberOf(session, key.ledger);
  const name = proposalText(key);
  return inSnapshot(session, async (trx) => ({
    ...(await standing(trx, no)),
    rows: [...(await versions(trx, no, name)), ...(await misfiled(trx, no, name))],
  }));
}

async function standing(trx: Db, no: number): Promise<Pick<StoredProposal, 'tip' | 'highest'>> {
  const { rows } = await sql<{ tip_number: number | null; tip_hash: string | null; highest: number | null }>`
    select l.tip_number, l.tip_hash, (select max(number) from block where ledger = ${no} and canonical = 1) as highest
    from ledger as l where l.no = ${no}`.execute(trx);
  const [row] = rows;
  return { tip: refOrNull(row?.tip_number ?? null, row?.tip_hash ?? null), highest: row?.highest ?? null };
}

/**
 * Lists go by `canonical`, what stands now by `latest`, a block's own by the block: what has any of these is read by somebody. What has
 * none was taken back.
 */
const isRead = sql`(t.canonical = 1 or t.latest = 1 or b.canonical = 1)`;

const from = (table: (typeof tables)[number]): Fragment =>
  sql`select t.*, b.hash as held_by from ${sql.table(table)} as t left join block as b on b.ledger = t.ledger and b.seq = t.seq`;

async function versions(trx: Db, no: number, proposal: string): Promise<readonly DerivedRow[]> {
  const found: DerivedRow[] = [];
  for (const table of tables) {
    const { rows } = await sql<Cells>`
      ${from(table)} where t.ledger = ${no} and t.proposal = ${proposal} and ${isRead}
      order by t.number, t.ordinal, t.seq`.execute(trx);
    found.push(...rows.map((row) => derivedRow(table, ownCells(row))));
  }
  return found;
}

const ROWS_A_READ = 500;

/** Versions that are kept as another proposal's and say that they are this one's: who reads them by voter or in a list believes that. */
async function misfiled(trx: Db, no: number, proposal: string): Promise<readonly DerivedRow[]> {
  const found: DerivedRow[] = [];
  for (const table of ['proposal', 'vote'] as const) {
    for (let [seq, ordinal] = [Number.MIN_SAFE_INTEGER, 0], more = true; more;) {
      const { rows } = await sql<Cells & Pick<ProposalTable, 'seq' | 'ordinal' | 'state'>>`
        ${from(table)} where t.ledger = ${no} and t.proposal <> ${proposal} and ${isRead}
          and (t.seq > ${seq} or (t.seq = ${seq} and t.ordinal > ${ordinal}))
        order by t.seq, t.ordinal limit ${sql.lit(ROWS_A_READ)}`.execute(trx);
      const own = rows.filter(({ state }) => nameIn(table, state) === proposal);
      found.push(...own.map((row) => derivedRow(table, ownCells(row))));
      ({ seq, ordinal } = rows.at(-1) ?? { seq, ordinal });
      more = rows.length === ROWS_A_READ;
    }
  }
  return found;
}

/** Of which proposal a state tells; null where it is none. */
function nameIn(table: 'proposal' | 'vote', state: string): string | null {
  try {
    const { mechanism, nativeId, proposal } = JSON.parse(state) as ProposalState & VoteState;
    return proposalText({ mechanism, nativeId: table === 'vote' ? proposal : nativeId });
  } catch {
    return null; // Nobody can read it.
  }
}

/** The rows that canonical blocks make of a proposal. `blocks`: those that say something of it, in order. */
export function expectedProposal(key: ProposalKey, blocks: readonly GoverningBlock[]): readonly DerivedRow[] {
  const name = proposalText(key);
  const rows = blocks.flatMap((block) => {
    const made = governanceRows(block, true);
    return tables.flatMap((table) =>
      made[table]
        .filter(({ proposal }) => proposal === name)
        .map((cells) => derivedRow(table, { ...cells, held_by: block.hash })),
    );
  });
  const newest = new Map(rows.map((row) => [thingOf(row), placeOf(row)]));
  return rows.map((row) => {
    const latest = newest.get(thingOf(row)) === placeOf(row) ? 1 : 0;
    return { ...row, columns: { ...row.columns, latest } };
  });
}

/** Of the proposal there is one newest version, which says whose vote is out; of votes one a voter. */
const thingOf = ({ columns }: DerivedRow): string | number | null => columns['voter'] ?? null;
const placeOf = ({ block, columns }: DerivedRow): string => `${block}.${columns['ordinal'] ?? ''}`;
