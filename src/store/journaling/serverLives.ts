import { CompiledQuery, type Kysely } from 'kysely';
import type pg from 'pg';
import { pause } from '../../lib/pause.js';
import { storeError } from '../dialect/storeError.js';
import { beat, connect, END_SILENT, TRY_LOCK_SHORTLY, tryLock } from '../hold/advisoryLock.js';
import type { Tables } from '../tables.js';
import type { Lives } from './lives.js';

/** A process that is stopped is taken for one that ended after so long; it is fenced when it goes on. */
const SILENT_MS = 10_000;
const AGAIN_MS = 500;

const lockName = (owner: number): string => `parley writes ${owner}`;

/**
 * Each process holds a lock of the server that bears its number, on a connection of its own: the server lets go of it when the process
 * ends, at once. Where the connection breaks it is made anew; meanwhile others may take over what this process had begun.
 */
export async function serverLives(url: string, own: number, db: Kysely<Tables>): Promise<Lives> {
  const lives = new ServerLives(url, own, db);
  await lives.begin();
  return lives;
}

class ServerLives implements Lives {
  private readonly stop = new AbortController();
  private client: pg.Client | null = null;
  private renewing: Promise<void> = Promise.resolve();
  private quiet: () => void = () => undefined;

  constructor(
    private readonly url: string,
    private readonly own: number,
    private readonly db: Kysely<Tables>,
  ) {}

  async begin(): Promise<void> {
    try {
      await this.hold();
    } catch (error) {
      throw storeError(error);
    }
  }

  async isOver(owner: number): Promise<boolean> {
    const name = lockName(owner);
    const isFree = await this.db.transaction().execute(async (db) => {
      const { rows } = await db.executeQuery<{ held: boolean }>(CompiledQuery.raw(TRY_LOCK_SHORTLY, [name]));
      return rows[0]?.held === true;
    });
    // Where one is ended the next look finds it free.
    if (!isFree) await this.db.executeQuery(CompiledQuery.raw(END_SILENT, [name, SILENT_MS]));
    return isFree;
  }

  async close(): Promise<void> {
    this.stop.abort();
    this.quiet();
    await this.renewing;
    await this.client?.end();
  }

  /** Throws where the server does not answer, or another connection holds the number (our last one, until the server notices). */
  private async hold(): Promise<void> {
    const client = await connect(this.url);
    if (!(await tryLock(client, lockName(this.own)))) {
      await client.end();
      throw new Error(`The lock “${lockName(this.own)}” is taken`);
    }
    this.client = client;
    this.quiet = beat(client, () => {
      this.client = null;
      client.end().catch(() => undefined);
      this.renewing = this.renew();
    });
  }

  private async renew(): Promise<void> {
    for (;;) {
      await pause(AGAIN_MS, this.stop.signal);
      if (this.stop.signal.aborted) return;
      const held = await this.hold().then(
        () => true,
        () => false, // Whoever writes meanwhile hears of the server's state.
      );
      if (held) return;
    }
  }
}
