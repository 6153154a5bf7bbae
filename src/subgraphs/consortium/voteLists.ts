import type { ProposalKey } from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import type { Page, PartyRef, VotePlace, VoteRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { cursorPurpose, openCursor, pageBounds, type PageArguments, type PageOf } from '../page.js';
import { governanceOf, keyText } from './governanceLoaders.js';
import { Vote } from './vote.js';

type Packed = readonly [ledger: LedgerId, number: number, ordinal: number];

/** The votes on a proposal, the oldest first. */
export function votePage(context: RequestContext, parent: ProposalKey, args: PageArguments): Promise<PageOf<Vote>> {
  return pageOf(context, `votes ${keyText(parent)}`, args, (limit, after) =>
    governanceOf(context).votes.load({ parent, request: { limit, after } }),
  );
}

/** The votes of parties, newest first. */
export function votesByParties(
  context: RequestContext,
  parties: readonly PartyRef[],
  args: PageArguments,
): Promise<PageOf<Vote>> {
  return pageOf(context, `votes of ${JSON.stringify(parties)}`, args, (limit, before) =>
    context.store.votesOfParties(context.scope, parties, { limit, before }),
  );
}

async function pageOf(
  context: RequestContext,
  bound: string,
  args: PageArguments,
  read: (limit: number, place: VotePlace | null) => Promise<Page<VoteRow>>,
): Promise<PageOf<Vote>> {
  const { limit, cursor } = pageBounds({ first: args.first ?? null, after: args.after ?? null }, context.pageSize);
  const purpose = cursorPurpose(context, 'list.votes', bound);
  const packed = cursor === null ? null : (openCursor(context, purpose, cursor) as Packed);
  const place = packed === null ? null : { ledger: packed[0], number: packed[1], ordinal: packed[2] };
  const { rows, hasMore } = await read(limit, place);
  return {
    nodes: rows.map((row) => new Vote(row)),
    hasNextPage: hasMore,
    hasPreviousPage: place !== null,
    totalCount: null,
    cursorAt: (index) => context.cursors.seal(purpose, pack(rows[index])),
    streamCursor: () => Promise.reject(new TypeError('A list that is no stream has no stream cursor')),
  };
}

function pack(row: VoteRow | undefined): Packed {
  if (row === undefined) throw new RangeError('no such row');
  return [row.ledger, row.block.number, row.ordinal];
}
