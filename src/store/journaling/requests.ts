import { ParleyError } from '../../errors/index.js';
import type { SigningRequestRecord } from '../journal.js';
import type { Db } from '../session.js';

/** Requests that wait for a signature at once: each is a few kilobytes. */
const WAITING_AT_MOST = 10_000;

export async function keepRequest(db: Db, request: SigningRequestRecord): Promise<void> {
  const { waiting } = await db
    .selectFrom('signing_request')
    .select(({ fn }) => fn.countAll<number>().as('waiting'))
    .executeTakeFirstOrThrow();
  if (Number(waiting) >= WAITING_AT_MOST)
    throw new ParleyError('OVERLOADED', 'Too many signing requests wait for a signature', {
      got: Number(waiting),
      expected: `fewer than ${WAITING_AT_MOST}`,
    });
  const { id, caller, content, expiresMs } = request;
  await db.insertInto('signing_request').values({ id, caller, content, expires_ms: expiresMs }).execute();
}

export async function takeRequest(db: Db, id: string, caller: string): Promise<SigningRequestRecord | null> {
  const row = await db
    .deleteFrom('signing_request')
    .where('id', '=', id)
    .where('caller', '=', caller)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : { id: row.id, caller: row.caller, content: row.content, expiresMs: row.expires_ms };
}
