import type { Logger } from 'pino';
import { identify, visibleTo } from '../access/index.js';
import { openJournal } from '../store/index.js';
import type { StoreReads } from '../store/store.js';
import { ethereumSender, fabricSender, WritesDesk } from '../subgraphs/index.js';
import type { LedgerDesk } from './desk.js';

export interface WritesParts {
  readonly storeUrl: string;
  readonly store: Pick<StoreReads, 'transactionsByHash'>;
  readonly desk: LedgerDesk;
  readonly logger: Logger;
}

/** Writes of this process; those that the last one left open are taken up. */
export async function openWrites({
  storeUrl,
  store,
  desk: ledgers,
  logger,
}: WritesParts): Promise<{ readonly desk: WritesDesk; close(): Promise<void> }> {
  const journal = await openJournal(storeUrl);
  const desk = new WritesDesk({
    journal,
    store,
    senders: { fabric: fabricSender, ethereum: ethereumSender },
    scope: () => visibleTo(identify(), ledgers.known()),
    ledger: (id) => ledgers.ledgers.get(id),
    onProblem: (error) => logger.warn({ err: error }, 'a write has trouble; it goes on'),
  });
  const close = async (): Promise<void> => {
    await desk.close();
    await journal.close();
  };
  try {
    await desk.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { desk, close };
}
