import type { MovingInvitation, MovingNetwork, MovingProposal, MovingVote } from './records.js';

/** One transaction of a move. */
export interface MovingCall {
  readonly function: 'Bootstrap' | 'BootstrapPage';
  /** JSON. */
  readonly argument: string;
  /** What it brings, in words. */
  readonly summary: string;
}

/** What the chaincode has already, by its ids. */
export interface Present {
  readonly proposals: ReadonlySet<string>;
  readonly invitations: ReadonlySet<string>;
}

// Well below what the chaincode takes: half a million characters and a thousand of each kind. It reads each key before it writes it.
const PAGE_CHARACTERS = 200_000;
const PAGE_ENTRIES = 400;

interface Page {
  readonly proposals: readonly MovingProposal[];
  readonly votes: readonly MovingVote[];
  readonly invitations: readonly MovingInvitation[];
}
const EMPTY: Page = { proposals: [], votes: [], invitations: [] };

/**
 * The transactions that bring a network in, or the rest of one: all that is missing, but for the seal where `sealed` is false. A proposal
 * and its votes always stand in one.
 */
export function movingCalls(
  moving: MovingNetwork,
  present: Present | null,
): { readonly calls: readonly MovingCall[]; readonly sealed: boolean } {
  const pages = paged(unitsOf(moving, present));
  if (present !== null) return { calls: pages.map(pageCall), sealed: false };
  const [first = EMPTY, ...rest] = pages;
  const { source, network, votingPolicy, members } = moving;
  const sealed = rest.length === 0;
  const state = { version: 1, source, network, votingPolicy, members, ...first, complete: sealed };
  const begin: MovingCall = {
    function: 'Bootstrap',
    argument: JSON.stringify(state),
    summary: `the network, its rule, ${members.length} members, ${pageText(first)}`,
  };
  return { calls: [begin, ...rest.map(pageCall)], sealed };
}

/** Ends a move: from then on the network decides. */
export const SEAL: MovingCall = {
  function: 'BootstrapPage',
  argument: JSON.stringify({ complete: true }),
  summary: 'the seal: from then on its members decide',
};

const pageCall = (page: Page): MovingCall => ({
  function: 'BootstrapPage',
  argument: JSON.stringify(page),
  summary: pageText(page),
});

const pageText = ({ proposals, votes, invitations }: Page): string =>
  `${proposals.length} proposals, ${votes.length} votes, ${invitations.length} invitations`;

/** What is never divided. */
function unitsOf({ proposals, votes, invitations }: MovingNetwork, present: Present | null): readonly Page[] {
  const cast = Map.groupBy(votes, ({ proposalId }) => proposalId);
  return [
    ...proposals
      .filter(({ proposalId }) => present?.proposals.has(proposalId) !== true)
      .map((proposal) => ({ ...EMPTY, proposals: [proposal], votes: cast.get(proposal.proposalId) ?? [] })),
    ...invitations
      .filter(({ invitationId }) => present?.invitations.has(invitationId) !== true)
      .map((invitation) => ({ ...EMPTY, invitations: [invitation] })),
  ];
}

function paged(units: readonly Page[]): readonly Page[] {
  const pages: Page[] = [];
  let held: Page[] = [];
  let [characters, entries] = [0, 0];
  const close = (): void => {
    if (held.length > 0) pages.push(joined(held));
    [held, characters, entries] = [[], 0, 0];
  };
  for (const unit of units) {
    const size = JSON.stringify(unit).length;
    const count = unit.proposals.length + unit.votes.length + unit.invitations.length;
    if (characters + size > PAGE_CHARACTERS || entries + count > PAGE_ENTRIES) close();
    held.push(unit);
    characters += size;
    entries += count;
  }
  close();
  return pages;
}

const joined = (units: readonly Page[]): Page => ({
  proposals: units.flatMap(({ proposals }) => proposals),
  votes: units.flatMap(({ votes }) => votes),
  invitations: units.flatMap(({ invitations }) => invitations),
});
