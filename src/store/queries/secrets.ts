import { randomBytes } from 'node:crypto';
import type { Session } from '../session.js';
import { sql } from '../sql.js';

const SECRET_BYTES = 32;

/** The secret of that name, made once for all processes that share the store. */
export async function secret(session: Session, name: string): Promise<Uint8Array> {
  const read = () => session.db.selectFrom('secret').select('value').where('name', '=', name).executeTakeFirst();
  const known = await read();
  if (known !== undefined) return new Uint8Array(known.value);
  const sqlite = session.traits.name === 'sqlite';
  // Cannot be read again from any ledger: it is on disk before anybody relies on it.
  if (sqlite) await sql`pragma synchronous = full`.execute(session.db);
  await session.db
    .insertInto('secret')
    .values({ name, value: randomBytes(SECRET_BYTES) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  if (sqlite) await sql`pragma synchronous = normal`.execute(session.db);
  const made = await read();
  if (made === undefined) throw new Error(`the secret ${name} vanished`);
  return new Uint8Array(made.value);
}
