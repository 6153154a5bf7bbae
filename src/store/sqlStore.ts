import type { Session } from './session.js';
import type { Store, StoreReader, StoreReads, StoreUpkeep, StoreWrites } from './store.js';
import { activity } from './queries/activity.js';
import { blocks, blocksByHash, blocksByNumber, refs } from './queries/blocks.js';
import { append, rewind } from './queries/chain.js';
import { approvals, chaincodes } from './queries/chaincodes.js';
import { configHistory, configs } from './queries/configs.js';
import { contradictions } from './queries/contradictions.js';
import { events, eventsByKey, eventsOfEmitters, eventsOfTransactions } from './queries/events.js';
import { notice } from './queries/finality.js';
import { integrity } from './queries/integrity.js';
import { keptBlock, keptBlocks, rawBlocks, seed } from './queries/kept.js';
import { declare, declared, ledgers } from './queries/ledgers.js';
import { memberships } from './queries/memberships.js';
import { clearDerived, finishRebuild, forgetLedger, rebuilding, rederive, rewindRebuild } from './queries/rebuild.js';
import { searchHashes } from './queries/search.js';
import { secret } from './queries/secrets.js';
import { expectedRows, retractedBlocks, rowsOfBlocks, storedBlocks } from './queries/stored.js';
import { addressesKnown, tokensHeld, tokenTransfersOfTransactions } from './queries/tokens.js';
import { transactions, transactionsOfAddresses, transactionsOfBlocks } from './queries/transactionLists.js';
import { transactionsByHash, transactionsByKey, transactionsByPlace } from './queries/transactions.js';

type Query<Rest extends unknown[], Answer> = (session: Session, ...rest: Rest) => Answer;

/** The port over one session: each method is the query of its name. */
export function createReader(session: Session, statements: () => number): StoreReader {
  return {
    ...reads(session),
    get statements() {
      return statements();
    },
    close: () => session.db.destroy(),
  };
}

export function createStore(session: Session, statements: () => number): Store {
  return {
    ...reads(session),
    ...writes(session),
    ...upkeep(session),
    get statements() {
      return statements();
    },
    secret: (name) => secret(session, name),
    close: () => session.db.destroy(),
  };
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
  };
}

function writes(session: Session): StoreWrites {
  const run = on(session);
  return {
    declare: run(declare),
    declared: run(declared),
    seed: run(seed),
    refs: run(refs),
    append: run(append),
    rewind: run(rewind),
    notice: run(notice),
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
    retractedBlocks: run(retractedBlocks),
    expectedRows,
    rowsOfBlocks: run(rowsOfBlocks),
    contradictions: run(contradictions),
    integrity: run(integrity),
  };
}
