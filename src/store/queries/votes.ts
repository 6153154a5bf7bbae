import { confirmationOf } from '../../model/finality.js';
import type { ProposalKey, VoteState } from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { proposalText } from '../governanceRows.js';
import { visible, type Session } from '../session.js';
import { sql, type Fragment } from '../sql.js';
import type { Page, PartyRef, VotePlace, VoteRow } from '../store.js';
import type { VoteTable } from '../tables.js';
import { keyText, whenAsked } from '../text.js';
import { ledgersOf } from './blocks.js';

export type FoundVote = VoteTable & {
  readonly ledger_id: string;
  readonly finalized: number;
  readonly newest_number: number | null;
  readonly newest_ordinal: number | null;
};

export function toVoteRow(row: FoundVote): VoteRow {
  const state = whenAsked<VoteState>(row.state);
  const ledger = row.ledger_id as LedgerId;
  const { newest_number: number, newest_ordinal: ordinal } = row;
  const isNewest = number === null || ordinal === null || row.latest === 1;
  return {
    ledger,
    block: { number: row.number, hash: row.block_hash },
    timestampMs: row.timestamp_ms,
    ordinal: row.ordinal,
    confirmation: confirmationOf(row.canonical === 1, row.number, row.finalized),
    supersededBy: isNewest ? null : { ledger, number, ordinal },
    get state() {
      return state();
    },
  };
}

/** With the voter's newest vote on the same proposal, which may be the vote itself. */
export const foundVote = sql`v.*, l.id as ledger_id, l.finalized, n.number as newest_number, n.ordinal as newest_ordinal`;
export const newestVote = sql`left join vote as n on n.ledger = v.ledger and n.proposal = v.proposal and n.voter = v.voter
  and n.latest = 1`;

export async function votesOfProposals(
  session: Session,
  scope: Scope,
  proposals: readonly ProposalKey[],
  each: { readonly limit: number; readonly after: VotePlace | null },
): Promise<readonly Page<VoteRow>[]> {
  if (proposals.length === 0) return [];
  const keys = await proposalKeys(session, scope, proposals);
  const { after } = each;
  const beyond =
    after === null
      ? sql``
      : sql`and (v.number > ${after.number} or (v.number = ${after.number} and v.ordinal > ${after.ordinal}))`;
  const { rows } = await sql<FoundVote & { readonly ord: number }>`
    select * from (
      select k.ord, ${foundVote}, row_number() over (partition by k.ord order by v.number, v.ordinal) as place
      from ${keys} as k cross join ledger as l join vote as v on v.ledger = k.k0 and v.proposal = k.k1 ${newestVote}
      where l.no = k.k0 and v.canonical = 1 ${beyond}) as placed
    where place <= ${each.limit + 1} order by ord, place`.execute(session.db);
  return proposals.map((_, at) => {
    const own = rows.filter(({ ord }) => ord === at);
    return { rows: own.slice(0, each.limit).map(toVoteRow), hasMore: own.length > each.limit };
  });
}

async function proposalKeys(session: Session, scope: Scope, proposals: readonly ProposalKey[]): Promise<Fragment> {
  const numbers = await visible(session, scope, ledgersOf(proposals));
  const keys = proposals.map((key) => [numbers.get(key.ledger) ?? -1, proposalText(key)]);
  return session.traits.keys(keys, ['bigint', 'text']);
}

export async function votesOn(
  session: Session,
  scope: Scope,
  proposals: readonly ProposalKey[],
  parties: readonly PartyRef[],
): Promise<readonly (VoteRow | null)[]> {
  if (proposals.length === 0 || parties.length === 0) return proposals.map(() => null);
  const keys = await proposalKeys(session, scope, proposals);
  const numbers = await visible(session, scope, ledgersOf(parties));
  const voters = session.traits.keys(
    parties.map(({ ledger, nativeId }) => [numbers.get(ledger) ?? -1, keyText(nativeId)]),
    ['bigint', 'text'],
  );
  const { rows } = await sql<FoundVote & { readonly ord: number }>`
    select k.ord, ${foundVote} from ${keys} as k cross join ledger as l
      join vote as v on v.ledger = k.k0 and v.proposal = k.k1 ${newestVote}
    where l.no = k.k0 and v.latest = 1 and (v.ledger, v.voter) in (select w.k0, w.k1 from ${voters} as w)
    order by k.ord, v.number, v.ordinal`.execute(session.db);
  const found = new Map(rows.map((row) => [row.ord, toVoteRow(row)]));
  return proposals.map((_, at) => found.get(at) ?? null);
}

export async function votesByPlace(
  session: Session,
  scope: Scope,
  places: readonly VotePlace[],
): Promise<readonly (VoteRow | null)[]> {
  if (places.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(places));
  const keys = places.map(({ ledger, number, ordinal }) => [numbers.get(ledger) ?? -1, number, ordinal]);
  const { rows } = await sql<FoundVote & { readonly ord: number }>`
    select k.ord, ${foundVote} from ${session.traits.keys(keys, ['bigint', 'bigint', 'bigint'])} as k
      cross join ledger as l join vote as v on v.ledger = k.k0 and v.canonical = 1 and v.number = k.k1
        and v.ordinal = k.k2 ${newestVote}
    where l.no = k.k0`.execute(session.db);
  const found = new Map(rows.map((row) => [row.ord, toVoteRow(row)]));
  return places.map((_, at) => found.get(at) ?? null);
}

export async function votesOfParties(
  session: Session,
  scope: Scope,
  parties: readonly PartyRef[],
  page: { readonly limit: number; readonly before: VotePlace | null },
): Promise<Page<VoteRow>> {
  const numbers = await visible(session, scope, ledgersOf(parties));
  if (numbers.size === 0) return { rows: [], hasMore: false };
  const voters = session.traits.keys(
    parties.map(({ ledger, nativeId }) => [numbers.get(ledger) ?? -1, keyText(nativeId)]),
    ['bigint', 'text'],
  );
  const { before } = page;
  const from =
    before === null ? sql`` : sql`and (${ordered('v', 'l')}) < (${before.ledger}, ${before.number}, ${before.ordinal})`;
  const { rows } = await sql<FoundVote>`
    select ${foundVote} from ${voters} as k cross join ledger as l
      join vote as v on v.ledger = k.k0 and v.voter = k.k1 and v.canonical = 1 ${newestVote}
    where l.no = k.k0 ${from} order by l.id desc, v.number desc, v.ordinal desc
    limit ${sql.lit(page.limit + 1)}`.execute(session.db);
  return { rows: rows.slice(0, page.limit).map(toVoteRow), hasMore: rows.length > page.limit };
}

const ordered = (vote: string, ledger: string): Fragment =>
  sql`${sql.ref(`${ledger}.id`)}, ${sql.ref(`${vote}.number`)}, ${sql.ref(`${vote}.ordinal`)}`;
