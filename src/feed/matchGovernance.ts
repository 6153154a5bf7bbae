import type { PartyRef, ProposalRow, ProposalVersionCriteria, VoteRow, VoteVersionCriteria } from '../store/store.js';
import { sameBlock, type Match } from './matchBlock.js';

/** What `proposalVersions` reads of the store, as a predicate. */
export function proposalMatch(criteria: ProposalVersionCriteria): Match<ProposalRow> {
  const { ledgers = null, range = null, mechanisms, statuses, proposers, awaiting } = criteria;
  const inBlock = sameBlock<ProposalRow>({ ledgers, range }, (row) => row.block.number);
  const conditions: readonly Match<ProposalRow>[] = [
    inBlock,
    ({ state }) => mechanisms?.includes(state.mechanism) ?? true,
    ({ state }) => statuses?.includes(state.status) ?? true,
    (row) => proposers == null || isOneOf(proposers, row, [row.state.proposer]),
    (row) => awaiting == null || (row.state.status === 'ACTIVE' && isOneOf(awaiting, row, row.state.tally.missing)),
  ];
  return (row) => conditions.every((holds) => holds(row));
}

export function voteMatch({ ledgers = null, range = null, proposal }: VoteVersionCriteria): Match<VoteRow> {
  const inBlock = sameBlock<VoteRow>({ ledgers, range }, (row) => row.block.number);
  return (row) =>
    inBlock(row) &&
    (proposal == null ||
      (row.ledger === proposal.ledger &&
        row.state.mechanism === proposal.mechanism &&
        row.state.proposal === proposal.nativeId));
}

const isOneOf = (
  parties: readonly PartyRef[],
  { ledger }: ProposalRow,
  nativeIds: readonly (string | null)[],
): boolean => parties.some((one) => one.ledger === ledger && nativeIds.includes(one.nativeId));
