import { ParleyError } from '../../errors/index.js';
import { canonicalText, kept, sha256, type AmbRecord } from './record.js';
import type { AmbSnapshot, IsSettled } from './snapshot.js';

/** Statuses that Amazon changes no more. */
const OVER: ReadonlySet<string | undefined> = new Set(['REJECTED', 'EXPIRED', 'ACTION_FAILED', 'APPROVED']);

/** What was known of one thing. */
interface Seen {
  /** Of the whole of it. */
  readonly digest: string;
  readonly status: string | undefined;
}

/**
 * What all records so far say of a network, as little of it as tells whether a poll finds something else. It is what the records make of it:
 * taking them in again, in their order, gives the same.
 */
export class KnownNetwork {
  private whole = '';
  private readonly proposals = new Map<string, Seen>();
  private readonly invitations = new Map<string, Seen>();

  take(record: AmbRecord): void {
    this.whole = wholeOf(record);
    for (const one of record.proposals)
      this.proposals.set(idOf(one.proposal.ProposalId), seen(one, one.proposal.Status));
    for (const one of record.invitations) this.invitations.set(idOf(one.InvitationId), seen(one, one.Status));
    for (const id of record.gone.proposals) this.proposals.delete(id);
    for (const id of record.gone.invitations) this.invitations.delete(id);
  }

  /** A proposal that is over, and known to be: Amazon changes it no more, but for an action that fails, which its status tells. */
  readonly isSettled: IsSettled = ({ ProposalId, Status }) =>
    OVER.has(Status) && this.proposals.get(ProposalId ?? '')?.status === Status;

  /** What the snapshot says otherwise; null where it says nothing new. Equal snapshots say nothing new. */
  difference(snapshot: AmbSnapshot, observedAtMs: number): AmbRecord | null {
    const proposals = sorted(
      snapshot.proposals.map((one) => kept({ ...one, votes: countedVotes(one) })),
      ({ proposal }) => proposal.ProposalId,
    );
    const invitations = sorted(snapshot.invitations, ({ InvitationId }) => InvitationId).map(kept);
    const record: AmbRecord = {
      observedAtMs,
      network: kept(snapshot.network),
      members: sorted(snapshot.members, ({ Id }) => Id).map(kept),
      nodes: sorted(snapshot.nodes, ({ Id }) => Id).map(kept),
      proposals: proposals.filter((one) => isNews(this.proposals, one.proposal.ProposalId, one)),
      invitations: invitations.filter((one) => isNews(this.invitations, one.InvitationId, one)),
      gone: {
        proposals: without(this.proposals, snapshot.listed),
        invitations: without(
          this.invitations,
          invitations.map(({ InvitationId }) => idOf(InvitationId)),
        ),
      },
    };
    return this.whole === wholeOf(record) && isEmpty(record) ? null : record;
  }
}

/**
 * The votes listed, as many of each choice as the proposal counts: the list was read later, and what came between is told by the next poll.
 * In the order of members: Amazon promises none.
 */
function countedVotes({
  proposal,
  votes,
}: AmbSnapshot['proposals'][number]): AmbSnapshot['proposals'][number]['votes'] {
  const once = votes.filter(
    (vote, at) => votes.findLastIndex((other) => other.MemberId === vote.MemberId && other.Vote === vote.Vote) === at,
  );
  const of = (choice: 'YES' | 'NO', count = 0) =>
    count === 0 ? [] : once.filter(({ Vote }) => Vote === choice).slice(-count);
  return sorted([...of('YES', proposal.YesVoteCount), ...of('NO', proposal.NoVoteCount)], ({ MemberId }) => MemberId);
}

const wholeOf = ({ network, members, nodes }: AmbRecord): string => sha256(canonicalText({ network, members, nodes }));

const isEmpty = ({ proposals, invitations, gone }: AmbRecord): boolean =>
  proposals.length + invitations.length + gone.proposals.length + gone.invitations.length === 0;

const seen = (thing: unknown, status: string | undefined): Seen => ({ digest: sha256(canonicalText(thing)), status });

const isNews = (known: ReadonlyMap<string, Seen>, id: string | undefined, thing: unknown): boolean =>
  known.get(idOf(id))?.digest !== sha256(canonicalText(thing));

const without = (known: ReadonlyMap<string, Seen>, listed: readonly string[]): readonly string[] => {
  const there = new Set(listed);
  return [...known.keys()].filter((id) => !there.has(id)).sort();
};

function sorted<T>(things: readonly T[], key: (thing: T) => string | undefined): T[] {
  return [...things].sort((a, b) => (idOf(key(a)) < idOf(key(b)) ? -1 : 1));
}

/** Amazon's shapes let each field be absent; its answers have ids. Errors: `LEDGER_UNAVAILABLE`. */
export function idOf(id: string | undefined): string {
  if (id !== undefined && id !== '' && !id.includes('/')) return id;
  throw new ParleyError('LEDGER_UNAVAILABLE', 'Amazon Managed Blockchain told of something without an id', { got: id });
}
