import { afterAll, beforeAll, describe } from '@jest/globals';
import { activityAndSearch } from './store/activity.js';
import { chainOfBlocks } from './store/chain.js';
import { changes } from './store/changes.js';
import { channelFacts } from './store/channels.js';
import { concurrency } from './store/concurrency.js';
import { constancy } from './store/constancy.js';
import { crashes } from './store/crash.js';
import { governance } from './store/governance.js';
import { journal } from './store/journal.js';
import { hostileText } from './store/hostileText.js';
import { keyedReads } from './store/keys.js';
import { lists } from './store/lists.js';
import { migrations } from './store/migrations.js';
import { plans } from './store/plans.js';
import { rebuilds } from './store/rebuild.js';
import { tokens } from './store/tokens.js';
import { watching } from './store/watch.js';

/** A database that tests may fill with stores. */
export interface TestDatabase {
  /** The URL of a fresh, empty store. */
  fresh(): Promise<string>;
  close(): Promise<void>;
}
export type Fresh = () => Promise<string>;

/** What every store must do, whatever database is behind it. */
export function storeContract(name: string, start: () => Promise<TestDatabase>): void {
  describe(`store on ${name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await start();
    });
    afterAll(() => database.close());
    const fresh: Fresh = () => database.fresh();

    chainOfBlocks(fresh);
    keyedReads(fresh);
    lists(fresh);
    tokens(fresh);
    channelFacts(fresh);
    changes(fresh);
    watching(fresh);
    activityAndSearch(fresh);
    constancy(fresh);
    plans(fresh);
    rebuilds(fresh);
    hostileText(fresh);
    migrations(fresh);
    concurrency(fresh);
    crashes(fresh);
    journal(fresh);
    governance(fresh);
  });
}
