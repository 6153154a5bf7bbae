import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { proposalText } from '../governanceRows.js';
import { visible, type Session } from '../session.js';
import { sql, type Fragment } from '../sql.js';
import type {
  BlockKey,
  NumberRange,
  Page,
  ProposalRow,
  ProposalVersionCriteria,
  VoteRow,
  VoteVersionCriteria,
} from '../store.js';
import { keyText } from '../text.js';
import { ledgersOf } from './blocks.js';
import { foundProposal, nativeTexts, oneOf, toProposalRow, type FoundProposal } from './proposals.js';
import { foundVote, newestVote, toVoteRow, type FoundVote } from './votes.js';

type After = { readonly block: number; readonly ordinal: number } | null;
interface Ranged {
  readonly range?: NumberRange | null;
}
interface Versions<Found, Row> {
  readonly alias: string;
  readonly selected: Fragment;
  readonly from: Fragment;
  readonly to: (found: Found) => Row;
}

const ofProposals: Versions<FoundProposal, ProposalRow> = {
  alias: 'p',
  selected: foundProposal,
  from: sql`proposal as p`,
  to: toProposalRow,
};
const ofVotes: Versions<FoundVote, VoteRow> = {
  alias: 'v',
  selected: foundVote,
  from: sql`vote as v ${newestVote}`,
  to: toVoteRow,
};

export const proposalVersions = (
  session: Session,
  scope: Scope,
  ledger: LedgerId,
  criteria: ProposalVersionCriteria,
  after: After,
  limit: number,
): Promise<Page<ProposalRow>> =>
  versions(
    session,
    scope,
    ledger,
    { ...criteria, after, limit, are: proposalConditions(ledger, criteria) },
    ofProposals,
  );
export const voteVersions = (
  session: Session,
  scope: Scope,
  ledger: LedgerId,
  criteria: VoteVersionCriteria,
  after: After,
  limit: number,
): Promise<Page<VoteRow>> =>
  versions(session, scope, ledger, { ...criteria, after, limit, are: voteConditions(ledger, criteria) }, ofVotes);
export const proposalVersionsOfBlocks = (
  session: Session,
  scope: Scope,
  blocks: readonly BlockKey[],
): Promise<readonly (readonly ProposalRow[])[]> => versionsOfBlocks(session, scope, blocks, ofProposals);
export const voteVersionsOfBlocks = (
  session: Session,
  scope: Scope,
  blocks: readonly BlockKey[],
): Promise<readonly (readonly VoteRow[])[]> => versionsOfBlocks(session, scope, blocks, ofVotes);

function proposalConditions(ledger: LedgerId, criteria: ProposalVersionCriteria): readonly Fragment[] {
  const { mechanisms, statuses, proposers, awaiting } = criteria;
  return [
    ...(mechanisms == null ? [] : [sql`p.mechanism in ${oneOf(mechanisms)}`]),
    ...(statuses == null ? [] : [sql`p.status in ${oneOf(statuses)}`]),
    ...(proposers == null ? [] : [sql`p.proposer in ${oneOf(nativeTexts(ledger, proposers))}`]),
    ...(awaiting == null
      ? []
      : [
          sql`exists (select 1 from proposal_missing as m where m.ledger = p.ledger and m.seq = p.seq
            and m.ordinal = p.ordinal and m.native_id in ${oneOf(nativeTexts(ledger, awaiting))})`,
        ]),
  ];
}

function voteConditions(ledger: LedgerId, { proposal }: VoteVersionCriteria): readonly Fragment[] {
  if (proposal == null) return [];
  return proposal.ledger === ledger ? [sql`v.proposal = ${proposalText(proposal)}`] : [sql`1 = 0`];
}

interface Asked extends Ranged {
  readonly after: After;
  readonly limit: number;
  readonly are: readonly Fragment[];
}

async function versions<Found, Row>(
  session: Session,
  scope: Scope,
  ledger: LedgerId,
  { range, after, limit, are }: Asked,
  { alias, selected, from, to }: Versions<Found, Row>,
): Promise<Page<Row>> {
  const no = (await visible(session, scope, [ledger])).get(ledger);
  if (no === undefined) return { rows: [], hasMore: false };
  const column = (name: string): Fragment => sql.ref(`${alias}.${name}`);
  const { block, ordinal } = after ?? { block: -1, ordinal: -1 };
  const { from: lowest, to: highest } = { from: range?.from ?? 0, to: range?.to ?? Number.MAX_SAFE_INTEGER };
  const { rows } = await sql<Found>`
    select ${selected} from ledger as l cross join ${from}
    where l.no = ${no} and ${column('ledger')} = ${no} and ${column('canonical')} = 1
      and ${column('number')} >= ${Math.max(lowest, block)} and ${column('number')} <= ${highest}
      and (${column('number')} > ${block} or ${column('ordinal')} > ${ordinal})
      and ${sql.join([sql`1 = 1`, ...are], sql` and `)}
    order by ${column('number')}, ${column('ordinal')} limit ${sql.lit(limit + 1)}`.execute(session.db);
  return { rows: rows.slice(0, limit).map(to), hasMore: rows.length > limit };
}

async function versionsOfBlocks<Found, Row>(
  session: Session,
  scope: Scope,
  blocks: readonly BlockKey[],
  { alias, selected, from, to }: Versions<Found, Row>,
): Promise<readonly (readonly Row[])[]> {
  if (blocks.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(blocks));
  const keys = blocks.map(({ ledger, hash }) => [numbers.get(ledger) ?? -1, keyText(hash)]);
  const column = (name: string): Fragment => sql.ref(`${alias}.${name}`);
  const { rows } = await sql<Found & { readonly ord: number }>`
    select k.ord, ${selected} from ${session.traits.keys(keys, ['bigint', 'text'])} as k
      cross join block as b cross join ledger as l cross join ${from}
    where b.ledger = k.k0 and b.hash = k.k1 and l.no = b.ledger and ${column('ledger')} = b.ledger
      and ${column('seq')} = b.seq
    order by k.ord, ${column('ordinal')}`.execute(session.db);
  const found = blocks.map((): Row[] => []);
  for (const row of rows) found[row.ord]?.push(to(row));
  return found;
}
