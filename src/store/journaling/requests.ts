import { ParleyError } from '../../errors/index.js';
import type { SigningRequestRecord } from '../journal.js';
import type { Db } from '../session.js';

/** Requests that wait for a signature at once: each is a few kilobytes. */
const WAITING_AT_MOST = 10_000;

export async function keepRequest(db: Db, request: SigningRequestRecord): Promise<void> {
  const { waiting } = await db
    .selectFrom('signing_request')
    .select(({ fn }) => fn.countAll<number>().as('waiting'))
    .where('expires_ms', '>', Date.now())
    .executeTakeFirstOrThrow();
  if (Number(waiting) >= WAITING_AT_MOST)
    throw new ParleyError('OVERLOADED', 'Too many signing requests wait for a signature', {
      got: Number(waiting),
      expected: `fewer than ${WAITING_AT_MOST}`,
    });
  const { id, caller, content, expiresMs } = request;
  await db
    .insertInto('signing_request')
    .values({ id, caller, content, expires_ms: expiresMs, used_by: null })
    .execute();
}

/** The process that uses a caller's request; null where it waits, undefined where there is none. */
export async function requestUser(db: Db, id: string, caller: string): Promise<number | null | undefined> {
  const row = await db
    .selectFrom('signing_request')
    .select('used_by')
    .where('id', '=', id)
    .where('caller', '=', caller)
    .executeTakeFirst();
  return row?.used_by;
}

/** `user`: who used it until now; whoever else was quicker has it. */
export async function takeRequest(
  db: Db,
  owner: number,
  id: string,
  user: number | null,
): Promise<SigningRequestRecord | null> {
  const row = await db
    .updateTable('signing_request')
    .set({ used_by: owner })
    .where('id', '=', id)
    .where('used_by', user === null ? 'is' : '=', user)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : { id: row.id, caller: row.caller, content: row.content, expiresMs: row.expires_ms };
}

export async function releaseRequest(db: Db, owner: number, id: string): Promise<void> {
  const own = db.updateTable('signing_request').set({ used_by: null }).where('used_by', '=', owner);
  await own.where('id', '=', id).execute();
}

export async function dropRequest(db: Db, owner: number, id: string): Promise<void> {
  await db.deleteFrom('signing_request').where('id', '=', id).where('used_by', '=', owner).execute();
}
