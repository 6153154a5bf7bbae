import type { Db } from '../session.js';

const AT_MOST = 1_000;
/** How long an expired request is still told from one that never was. */
const EXPIRED_FOR_MS = 86_400_000;
/** Beyond so many expired ones the oldest are told no more. */
const EXPIRED_AT_MOST = 10_000;

export async function prune(db: Db, beforeMs: number, nowMs: number): Promise<void> {
  const done = db
    .selectFrom('write')
    .select('id')
    .where('state', 'in', ['SETTLED', 'LOST'])
    .where('updated_ms', '<', beforeMs)
    .limit(AT_MOST);
  await db.deleteFrom('write').where('id', 'in', done).execute();
  const expired = db
    .selectFrom('signing_request')
    .select('id')
    .where('expires_ms', '<', nowMs - EXPIRED_FOR_MS)
    .limit(AT_MOST);
  await db.deleteFrom('signing_request').where('id', 'in', expired).execute();
  const tooMany = db
    .selectFrom('signing_request')
    .select('id')
    .where('expires_ms', '<', nowMs)
    .orderBy('expires_ms', 'desc')
    .orderBy('id')
    .limit(AT_MOST)
    .offset(EXPIRED_AT_MOST);
  await db.deleteFrom('signing_request').where('id', 'in', tooMany).execute();
}
