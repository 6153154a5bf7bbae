import { formatId, type NodeRef } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { StoreReads, VotePlace, VoteRow } from '../store/store.js';

type VoteRef = Extract<NodeRef, { type: 'Vote' }>;

/** A Governor's vote is named by who cast it, for a reorganisation may put it into another block; others by their place, which is final. */
export function voteId({ ledger, block, ordinal, state }: VoteRow): string {
  const proposal = { ledger, mechanism: state.mechanism, nativeId: state.proposal };
  if (state.mechanism !== 'GOVERNOR') return formatId({ type: 'Vote', proposal, number: block.number, ordinal });
  return formatId({ type: 'Vote', proposal, voter: state.voter, nth: state.nth ?? 0 });
}

/** Of one voter on one proposal; more than anybody casts. */
const MAX_OF_VOTER = 1_000;

type PlaceOf = (place: VotePlace) => Promise<VoteRow | null>;

/** The canonical vote of an id; null where there is none. `at`: loads many by their places at once. */
export async function voteOf(
  store: StoreReads,
  scope: Scope,
  ref: VoteRef,
  at: PlaceOf = async (place) => (await store.votesByPlace(scope, [place]))[0] ?? null,
): Promise<VoteRow | null> {
  const { proposal } = ref;
  if ('number' in ref) {
    const row = await at({ ledger: proposal.ledger, number: ref.number, ordinal: ref.ordinal });
    // A reorganisation may have put a vote on another proposal in its place.
    return row?.state.proposal === proposal.nativeId ? row : null;
  }
  const party = { ledger: proposal.ledger, nativeId: ref.voter };
  const [newest = null] = await store.votesOn(scope, [proposal], [party]);
  if (newest === null || (newest.state.nth ?? 0) === ref.nth) return newest;
  const { rows } = await store.votesOfParties(scope, [party], { limit: MAX_OF_VOTER, before: null });
  const own = rows.find(({ state }) => state.proposal === proposal.nativeId && (state.nth ?? 0) === ref.nth);
  return own ?? null;
}
