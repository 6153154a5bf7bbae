import { confirmationOf } from '../../model/finality.js';
import type { ProposalKey, ProposalState, ProposalStatus } from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { decisionText, proposalText } from '../governanceRows.js';
import { visible, type Session } from '../session.js';
import { sql, type Fragment } from '../sql.js';
import type { Page, PartyRef, ProposalCriteria, ProposalPage, ProposalPlace, ProposalRow } from '../store.js';
import type { ProposalTable } from '../tables.js';
import { keyText, whenAsked } from '../text.js';
import { ledgersOf } from './blocks.js';

const MOST_RELATED = 100;

export type FoundProposal = ProposalTable & { readonly ledger_id: string; readonly finalized: number };

export function toProposalRow(row: FoundProposal): ProposalRow {
  const state = whenAsked<ProposalState>(row.state);
  return {
    ledger: row.ledger_id as LedgerId,
    block: { number: row.number, hash: row.block_hash },
    timestampMs: row.timestamp_ms,
    ordinal: row.ordinal,
    confirmation: confirmationOf(row.canonical === 1, row.number, row.finalized),
    statusBefore: row.status_before as ProposalStatus | null,
    get state() {
      return state();
    },
  };
}

export const foundProposal = sql`p.*, l.id as ledger_id, l.finalized`;

export async function proposalsByKey(
  session: Session,
  scope: Scope,
  keys: readonly ProposalKey[],
): Promise<readonly (ProposalRow | null)[]> {
  if (keys.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(keys));
  const wanted = keys.map((key) => [numbers.get(key.ledger) ?? -1, proposalText(key)]);
  const { rows } = await sql<FoundProposal & { readonly ord: number }>`
    select k.ord, ${foundProposal} from ${session.traits.keys(wanted, ['bigint', 'text'])} as k
      cross join proposal as p cross join ledger as l
    where p.ledger = k.k0 and p.proposal = k.k1 and p.latest = 1 and l.no = p.ledger`.execute(session.db);
  const found = new Map(rows.map((row) => [row.ord, toProposalRow(row)]));
  return keys.map((_, at) => found.get(at) ?? null);
}

/** Each ledger is read in the order of one of its indexes and stops after the page's size; the merge is sorted once more. */
export async function proposals(
  session: Session,
  scope: Scope,
  criteria: ProposalCriteria,
  page: ProposalPage,
): Promise<Page<ProposalRow>> {
  const numbers = await visible(session, scope, criteria.ledgers ?? scope.ledgers);
  const forward = page.towards === 'forward';
  const ascends = (page.order.direction === 'ASC') === forward;
  const direction = sql.raw(ascends ? 'asc' : 'desc');
  const at = sql.ref(page.order.field === 'CREATED' ? 'p.created_ms' : 'p.closes_ms');
  const branches = [...numbers].map(([ledger, no]) => {
    const where = sql.join(
      [sql`p.ledger = ${sql.lit(no)}`, ...conditions(ledger, criteria), ...beyond(page, ledger, at)],
      sql` and `,
    );
    return sql`select * from (select p.ledger, p.seq, p.ordinal, p.proposal, ${at} as at_ms from ${source(ledger, no, criteria)}
      where ${where} order by ${at} ${direction}, p.proposal ${direction} limit ${sql.lit(page.limit + 1)}) as found`;
  });
  if (branches.length === 0) return { rows: [], hasMore: false };
  const { rows } = await sql<FoundProposal>`
    select ${foundProposal} from (${sql.join(branches, sql` union all `)}) as f
      cross join proposal as p cross join ledger as l
    where p.ledger = f.ledger and p.seq = f.seq and p.ordinal = f.ordinal and l.no = p.ledger
    order by f.at_ms ${direction}, l.id ${direction}, f.proposal ${direction} limit ${sql.lit(page.limit + 1)}`.execute(
    session.db,
  );
  const own = rows.slice(0, page.limit).map(toProposalRow);
  return { rows: forward ? own : own.reverse(), hasMore: rows.length > page.limit };
}

export async function countProposals(session: Session, scope: Scope, criteria: ProposalCriteria): Promise<number> {
  const numbers = await visible(session, scope, criteria.ledgers ?? scope.ledgers);
  const counts = [...numbers].map(
    ([ledger, no]) =>
      sql`select count(*) as n from ${source(ledger, no, criteria)} where p.ledger = ${sql.lit(no)} and ${sql.join(conditions(ledger, criteria), sql` and `)}`,
  );
  if (counts.length === 0) return 0;
  const { rows } = await sql<{ n: number }>`
    select cast(sum(n) as bigint) as n from (${sql.join(counts, sql` union all `)}) as counted`.execute(session.db);
  return rows[0]?.n ?? 0;
}

/** What waits for somebody is found by who is missing: a few rows, however many proposals there are. */
function source(ledger: LedgerId, no: number, { awaiting }: ProposalCriteria): Fragment {
  if (awaiting == null) return sql`proposal as p`;
  return sql`(select distinct m.ledger, m.seq, m.ordinal from proposal_missing as m
    where m.ledger = ${sql.lit(no)} and m.latest = 1 and m.native_id in ${oneOf(nativeTexts(ledger, awaiting))}) as w
    join proposal as p on p.ledger = w.ledger and p.seq = w.seq and +p.ordinal = w.ordinal`;
}

/** What a proposal of one ledger must be. */
function conditions(ledger: LedgerId, criteria: ProposalCriteria): Fragment[] {
  const { mechanisms, statuses, proposers, awaiting, nowMs } = criteria;
  const named = (parties: readonly PartyRef[]): Fragment => oneOf(nativeTexts(ledger, parties));
  return [
    sql`p.latest = 1`,
    ...(mechanisms == null ? [] : [sql`p.mechanism in ${oneOf(mechanisms)}`]),
    ...(statuses == null ? [] : [hasStatus(statuses, nowMs)]),
    ...(proposers == null ? [] : [sql`p.proposer in ${named(proposers)}`]),
    ...(awaiting == null ? [] : [sql`p.status = 'ACTIVE' and (p.lapses = 0 or p.closes_ms > ${nowMs})`]),
  ];
}

/** Native ids of those parties that act on a ledger, as columns hold them. */
export const nativeTexts = (ledger: LedgerId, parties: readonly PartyRef[]): readonly string[] =>
  parties.filter((one) => one.ledger === ledger).map(({ nativeId }) => keyText(nativeId));

export const oneOf = (values: readonly string[]): Fragment =>
  values.length === 0 ? sql`(select '' where 1 = 0)` : sql`(${sql.join(values)})`;

/** By the clock: an open one that lapses is EXPIRED once its time has passed. */
function hasStatus(statuses: readonly ProposalStatus[], nowMs: number): Fragment {
  const others = statuses.filter((status) => status !== 'ACTIVE');
  const cases = [
    ...(others.length === 0 ? [] : [sql`p.status in ${oneOf(others)}`]),
    ...(statuses.includes('ACTIVE') ? [sql`(p.status = 'ACTIVE' and (p.lapses = 0 or p.closes_ms > ${nowMs}))`] : []),
    ...(statuses.includes('EXPIRED') ? [sql`(p.status = 'ACTIVE' and p.lapses = 1 and p.closes_ms <= ${nowMs})`] : []),
  ];
  return cases.length === 0 ? sql`1 = 0` : sql`(${sql.join(cases, sql` or `)})`;
}

/** Places order by time, ledger, name; inside one ledger the ledger's own place before or after the key's decides ties. */
function beyond(page: ProposalPage, ledger: LedgerId, at: Fragment): Fragment[] {
  const ascending = page.order.direction === 'ASC';
  return [
    ...(page.after === null ? [] : [past(page.after, ledger, at, ascending)]),
    ...(page.before === null ? [] : [past(page.before, ledger, at, !ascending)]),
  ];
}

function past(place: ProposalPlace, ledger: LedgerId, at: Fragment, ascending: boolean): Fragment {
  const operator = sql.raw(ascending ? '>' : '<');
  if (ledger === place.ledger)
    return sql`(${at} ${operator} ${place.atMs} or (${at} = ${place.atMs} and p.proposal ${operator} ${proposalText(place)}))`;
  const ties = ascending ? ledger > place.ledger : ledger < place.ledger;
  return ties ? sql`${at} ${sql.raw(ascending ? '>=' : '<=')} ${place.atMs}` : sql`${at} ${operator} ${place.atMs}`;
}

export async function proposalsOfDecisions(
  session: Session,
  scope: Scope,
  decisions: readonly ProposalKey[],
): Promise<readonly (readonly ProposalRow[])[]> {
  const numbers = await visible(session, scope, scope.ledgers);
  if (decisions.length === 0 || numbers.size === 0) return decisions.map(() => []);
  const keys = decisions.map((key) => [decisionText(key)]);
  const seen = sql.join([...numbers.values()].map((no) => sql.lit(no)));
  const { rows } = await sql<FoundProposal & { readonly ord: number }>`
    select k.ord, ${foundProposal} from ${session.traits.keys(keys, ['text'])} as k
      cross join proposal as p cross join ledger as l
    where p.decision = k.k0 and p.latest = 1 and p.ledger in (${seen}) and l.no = p.ledger
    order by k.ord, p.created_ms, p.proposal limit ${sql.lit(MOST_RELATED * decisions.length)}`.execute(session.db);
  return decisions.map((_, at) => rows.filter(({ ord }) => ord === at).map(toProposalRow));
}
