import type { Logger } from 'pino';
import { identify, visibleTo } from '../access/index.js';
import { createFeed } from '../feed/index.js';
import type { Feed } from '../feed/feed.js';
import { watchOutbox } from '../store/index.js';
import type { StoreReader } from '../store/store.js';
import type { LedgerDesk } from './desk.js';

export interface FeedParts {
  readonly storeUrl: string;
  readonly store: StoreReader;
  readonly desk: LedgerDesk;
  readonly logger: Logger;
}

/** The feed over every ledger of this process, woken by whichever process writes the store. */
export function openFeed({ storeUrl, store, desk, logger }: FeedParts): Feed {
  return createFeed({
    store,
    scope: () => visibleTo(identify(), desk.known()),
    watch: (onWake) => {
      const watch = watchOutbox(storeUrl, onWake);
      return () => watch.close();
    },
    onProblem: (error) => logger.warn({ err: error }, 'the feed cannot read what happened; it tries again'),
  });
}
