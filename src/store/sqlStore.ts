import type { Session } from './session.js';
import type { Snapshots } from './snapshots.js';
import type { Store, StoreChanges, StoreReader, StoreReads, StoreUpkeep, StoreWrites } from './store.js';
import { activity } from './queries/activity.js';
import { blocks, blocksByHash, blocksByNumber, refs } from './queries/blocks.js';
import { append, rewind } from './queries/chain.js';
import { approvals, chaincodes } from './queries/chaincodes.js';
import { configHistory, configs } from './queries/configs.js';
import { contradictions } from './queries/contradictions.js';
import { events, eventsByKey, eventsOfBlock, eventsOfEmitters, eventsOfTransactions } from './queries/events.js';
import { notice } from './queries/finality.js';
import {
  consortiumKnown,
  invitationKnown,
  proposalsKnown,
  proposalsOpen,
  votesKnown,
} from './queries/governanceKnown.js';
import {
  proposalVersions,
  proposalVersionsOfBlocks,
  voteVersions,
  voteVersionsOfBlocks,
} from './queries/governanceVersions.js';
import { integrity } from './queries/integrity.js';
import { consortia, invitations, invitationsByKey } from './queries/invitations.js';
import { keptBlock, keptBlocks, rawBlocks, seed } from './queries/kept.js';
import { declare, declared, fence, ledgers } from './queries/ledgers.js';
import { membershipChanges, membershipChangesOfBlocks } from './queries/membershipChanges.js';
import { memberships } from './queries/memberships.js';
import { countProposals, proposals, proposalsByKey, proposalsOfDecisions } from './queries/proposals.js';
import { clearDerived, finishRebuild, forgetLedger, rebuilding, rederive, rewindRebuild } from './queries/rebuild.js';
import { searchHashes } from './queries/search.js';
import { secret } from './queries/secrets.js';
import { branch, chainOf, outbox, standings } from './queries/standings.js';
import { expectedRows, retractedBlocks, rowsOfBlocks, storedBlocks } from './queries/stored.js';
import { expectedProposal, storedProposal } from './queries/storedProposal.js';
import { addressesKnown, tokensHeld, tokenTransfersOfTransactions } from './queries/tokens.js';
import { transactions, transactionsOfAddresses, transactionsOfBlocks } from './queries/transactionLists.js';
import { transactionsByHash, transactionsByKey, transactionsByPlace } from './queries/transactions.js';
import { votesByPlace, votesOfParties, votesOfProposals, votesOn } from './queries/votes.js';

type Query<Rest extends unknown[], Answer> = (session: Session, ...rest: Rest) => Answer;

/** A store's connections. */
export interface Connected {
  readonly session: Session;
  readonly snapshots: Snapshots;
  readonly statements: () => number;
}

/** The port over one session: each method is the query of its name. */
export function createReader({ session, snapshots, statements }: Connected): StoreReader {
  return {
    ...readsAndChanges(session),
    snapshot: (work) => snapshots.run((one) => work(readsAndChanges(one))),
    get statements() {
      return statements();
    },
    close: () => closed(session, snapshots),
  };
}

export function createStore({ session, snapshots, statements }: Connected): Store {
  return {
    ...readsAndChanges(session),
    snapshot: (work) => snapshots.run((one) => work(readsAndChanges(one))),
    ...writes(session),
    ...upkeep(session),
    get statements() {
      return statements();
    },
    secret: (name) => secret(session, name),
    close: () => closed(session, snapshots),
  };
}

async function closed(session: Session, snapshots: Snapshots): Promise<void> {
  await session.appender?.close();
  await snapshots.close();
  await session.db.destroy();
}

const on =
  (session: Session) =>
  <Rest extends unknown[], Answer>(query: Query<Rest, Answer>) =>
  (...rest: Rest): Answer =>
    query(session, ...rest);

function reads(session: Session): StoreReads {
  const run = on(session);
  return {
    ledgers: run(ledgers),
    blocksByHash: run(blocksByHash),
    blocksByNumber: run(blocksByNumber),
    blocks: run(blocks),
    transactionsByKey: run(transactionsByKey),
    transactionsByPlace: run(transactionsByPlace),
    transactionsByHash: run(transactionsByHash),
    transactions: run(transactions),
    transactionsOfBlocks: run(transactionsOfBlocks),
    transactionsOfAddresses: run(transactionsOfAddresses),
    eventsByKey: run(eventsByKey),
    events: run(events),
    eventsOfEmitters: run(eventsOfEmitters),
    eventsOfTransactions: run(eventsOfTransactions),
    tokenTransfersOfTransactions: run(tokenTransfersOfTransactions),
    tokensHeld: run(tokensHeld),
    configs: run(configs),
    configHistory: run(configHistory),
    memberships: run(memberships),
    chaincodes: run(chaincodes),
    approvals: run(approvals),
    activity: run(activity),
    searchHashes: run(searchHashes),
    addressesKnown: run(addressesKnown),
    proposalsByKey: run(proposalsByKey),
    proposals: run(proposals),
    countProposals: run(countProposals),
    proposalsOfDecisions: run(proposalsOfDecisions),
    votesOfProposals: run(votesOfProposals),
    votesOn: run(votesOn),
    votesByPlace: run(votesByPlace),
    votesOfParties: run(votesOfParties),
    invitationsByKey: run(invitationsByKey),
    invitations: run(invitations),
    consortia: run(consortia),
  };
}

const readsAndChanges = (session: Session): StoreReads & StoreChanges => ({ ...reads(session), ...changes(session) });

function changes(session: Session): StoreChanges {
  const run = on(session);
  return {
    standings: run(standings),
    outbox: run(outbox),
    branch: run(branch),
    chainOf: run(chainOf),
    eventsOfBlock: run(eventsOfBlock),
    membershipChanges: run(membershipChanges),
    membershipChangesOfBlocks: run(membershipChangesOfBlocks),
    proposalVersions: run(proposalVersions),
    proposalVersionsOfBlocks: run(proposalVersionsOfBlocks),
    voteVersions: run(voteVersions),
    voteVersionsOfBlocks: run(voteVersionsOfBlocks),
  };
}

function writes(session: Session): StoreWrites {
  const run = on(session);
  return {
    fence: run(fence),
    declare: run(declare),
    declared: run(declared),
    seed: run(seed),
    refs: run(refs),
    append: run(append),
    rewind: run(rewind),
    notice: run(notice),
    proposalsKnown: run(proposalsKnown),
    proposalsOpen: run(proposalsOpen),
    votesKnown: run(votesKnown),
    invitationKnown: run(invitationKnown),
    consortiumKnown: run(consortiumKnown),
  };
}

function upkeep(session: Session): StoreUpkeep {
  const run = on(session);
  return {
    rawBlocks: run(rawBlocks),
    keptBlocks: run(keptBlocks),
    keptBlock: run(keptBlock),
    clearDerived: run(clearDerived),
    rederive: run(rederive),
    rebuilding: run(rebuilding),
    rewindRebuild: run(rewindRebuild),
    finishRebuild: run(finishRebuild),
    forgetLedger: run(forgetLedger),
    storedBlocks: run(storedBlocks),
    storedProposal: run(storedProposal),
    expectedProposal,
    retractedBlocks: run(retractedBlocks),
    expectedRows,
    rowsOfBlocks: run(rowsOfBlocks),
    contradictions: run(contradictions),
    integrity: run(integrity),
  };
}
