import type { Session } from '../session.js';
import { sql } from '../sql.js';

/** What the database itself finds wrong; PostgreSQL offers indexes that it marked invalid, SQLite looks at every page. */
export async function integrity(session: Session): Promise<readonly string[]> {
  if (session.traits.name === 'sqlite') {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(100)`.execute(session.db);
    return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
  }
  const { rows } = await sql<{ name: string }>`
    select cast(cast(indexrelid as regclass) as text) as name from pg_index where not indisvalid`.execute(session.db);
  return rows.map(({ name }) => `index ${name} is invalid`);
}
