import type { ChannelConfigRecord } from '../../model/fabric.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { visible, type Session } from '../session.js';
import { sql } from '../sql.js';
import type { ConfigRow, Page } from '../store.js';
import type { ChannelConfigTable } from '../tables.js';
import { originalText } from '../text.js';

function toConfigRow(row: ChannelConfigTable, ledger: LedgerId): ConfigRow {
  return {
    ledger,
    block: { number: row.number, hash: row.block_hash },
    timestampMs: row.timestamp_ms,
    config: JSON.parse(row.config) as ChannelConfigRecord['config'],
    summary: originalText(row.summary),
    changes: JSON.parse(row.changes) as ChannelConfigRecord['changes'],
    signers: JSON.parse(row.signers) as ChannelConfigRecord['signers'],
    memberships: JSON.parse(row.memberships) as ChannelConfigRecord['memberships'],
  };
}

/** The configuration in force on each ledger. */
export async function configs(
  session: Session,
  scope: Scope,
  ledgers: readonly LedgerId[],
): Promise<readonly (ConfigRow | null)[]> {
  const numbers = await visible(session, scope, ledgers);
  if (numbers.size === 0) return ledgers.map(() => null);
  const keys = session.traits.keys(
    [...numbers.values()].map((no) => [no]),
    ['bigint'],
  );
  const { rows } = await sql<ChannelConfigTable>`
    select c.* from ${keys} as k cross join channel_config as c
    where c.ledger = k.k0 and c.canonical = 1 and c.number = (
      select max(n.number) from channel_config as n where n.ledger = k.k0 and n.canonical = 1)`.execute(session.db);
  return ledgers.map((ledger) => {
    const row = rows.find((one) => one.ledger === numbers.get(ledger));
    return row === undefined ? null : toConfigRow(row, ledger);
  });
}

export async function configHistory(
  session: Session,
  scope: Scope,
  ledger: LedgerId,
  beforeBlock: number | null,
  limit: number,
): Promise<Page<ConfigRow>> {
  const no = (await visible(session, scope, [ledger])).get(ledger);
  if (no === undefined) return { rows: [], hasMore: false };
  const rows = await session.db
    .selectFrom('channel_config')
    .selectAll()
    .where((e) => e.and({ ledger: no, canonical: 1 }))
    .$if(beforeBlock !== null, (query) => query.where('number', '<', beforeBlock ?? 0))
    .orderBy('number', 'desc')
    .limit(limit + 1)
    .execute();
  return { rows: rows.slice(0, limit).map((row) => toConfigRow(row, ledger)), hasMore: rows.length > limit };
}
