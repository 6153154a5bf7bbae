import type { Known } from '../governance/mechanism.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { Mechanism, ProposalState, ProposalStatus } from '../model/governance.js';
import type { LedgerId } from '../model/ids.js';
import { grantScope } from '../model/scope.js';
import type { StoreReads } from '../store/store.js';

const OPEN: readonly ProposalStatus[] = ['PENDING', 'ACTIVE', 'APPROVED', 'QUEUED', 'EXECUTING', 'EXECUTION_FAILED'];
const PAGE = 1000;
const MAX_OPEN = 10_000;
const MAX_VOTES = 10_000;

/** What the index has of one mechanism on one ledger at the moment of asking. `ledger`: null where nothing but an API keeps it. */
export function knownNow(store: StoreReads, id: LedgerId, mechanism: Mechanism, ledger: AnyLedger | null): Known {
  const scope = grantScope([id]);
  const key = (nativeId: string) => ({ ledger: id, mechanism, nativeId });
  return {
    proposal: async (nativeId) => (await store.proposalsByKey(scope, [key(nativeId)]))[0]?.state ?? null,
    open: () => openProposals(store, id, mechanism),
    votes: async (proposal) => {
      const [page] = await store.votesOfProposals(scope, [key(proposal)], { limit: MAX_VOTES, after: null });
      return (page?.rows ?? []).filter(({ supersededBy }) => supersededBy === null).map(({ state }) => state);
    },
    invitation: async (nativeId) => (await store.invitationsByKey(scope, [{ ledger: id, nativeId }]))[0]?.state ?? null,
    consortium: async () => (await store.consortia(scope, [id]))[0]?.state ?? null,
    config: async () => {
      const [row] = await store.configs(scope, [id]);
      return row == null || ledger === null ? null : ledger.block(row.block.number);
    },
    channel: async () => (await store.configs(scope, [id]))[0]?.config ?? null,
  };
}

const MAX_SUPERSEDED = 200;

/** What a mechanism's ledger has moved on from, the newest first. */
export async function supersededNow(
  store: StoreReads,
  ledger: LedgerId,
  mechanism: Mechanism,
): Promise<readonly ProposalState[]> {
  const criteria = { ledgers: [ledger], mechanisms: [mechanism], statuses: ['SUPERSEDED'], nowMs: Date.now() } as const;
  const order = { field: 'CREATED', direction: 'DESC' } as const;
  const page = { limit: MAX_SUPERSEDED, towards: 'forward', after: null, before: null, order } as const;
  const { rows } = await store.proposals(grantScope([ledger]), criteria, page);
  return rows.map(({ state }) => state);
}

async function openProposals(
  store: StoreReads,
  ledger: LedgerId,
  mechanism: Mechanism,
): Promise<readonly ProposalState[]> {
  const criteria = { ledgers: [ledger], mechanisms: [mechanism], statuses: OPEN, nowMs: Date.now() };
  const order = { field: 'CREATED', direction: 'ASC' } as const;
  const open: ProposalState[] = [];
  for (let after = null as ReturnType<typeof placeOf> | null; open.length < MAX_OPEN;) {
    const page = { limit: PAGE, towards: 'forward', after, before: null, order } as const;
    const { rows, hasMore } = await store.proposals(grantScope([ledger]), criteria, page);
    open.push(...rows.map(({ state }) => state));
    const last = open.at(-1);
    if (!hasMore || last === undefined) break;
    after = placeOf(ledger, last);
  }
  return open;
}

const placeOf = (ledger: LedgerId, { createdMs, mechanism, nativeId }: ProposalState) => ({
  ...{ atMs: createdMs, ledger, mechanism, nativeId },
});
