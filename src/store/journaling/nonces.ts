import type { LedgerId } from '../../model/ids.js';
import { ParleyError } from '../../errors/index.js';
import type { Db } from '../session.js';

/** Transactions of one wallet on their way at once. */
const HELD_AT_MOST = 10_000;

export async function takeNonce(
  db: Db,
  ledger: LedgerId,
  address: string,
  atLeast: number,
  write: string,
): Promise<number> {
  await dropCounted(db, ledger, address, atLeast);
  for (;;) {
    const nonce = await lowestFree(db, ledger, address, atLeast);
    // Another process may have taken it meanwhile.
    const taken = await db
      .insertInto('wallet_nonce')
      .values({ ledger, address, nonce, write_id: write })
      .onConflict((conflict) => conflict.columns(['ledger', 'address', 'nonce']).doNothing())
      .returning('nonce')
      .executeTakeFirst();
    if (taken !== undefined) return nonce;
  }
}

/**
 * What the ledger counts needs no holding. But the count may fall back (a pool is lost, a block taken back), and then an open write's
 * transaction is sent again with its nonce.
 */
async function dropCounted(db: Db, ledger: LedgerId, address: string, count: number): Promise<void> {
  const open = db.selectFrom('write').select('id').where('state', 'in', ['PREPARED', 'SENT']);
  await db
    .deleteFrom('wallet_nonce')
    .where('ledger', '=', ledger)
    .where('address', '=', address)
    .where('nonce', '<', count)
    .where('write_id', 'not in', open)
    .execute();
}

async function lowestFree(db: Db, ledger: LedgerId, address: string, atLeast: number): Promise<number> {
  const held = await db
    .selectFrom('wallet_nonce')
    .select('nonce')
    .where('ledger', '=', ledger)
    .where('address', '=', address)
    .where('nonce', '>=', atLeast)
    .orderBy('nonce')
    .limit(HELD_AT_MOST)
    .execute();
  const free = held.findIndex(({ nonce }, at) => nonce !== atLeast + at);
  if (free >= 0) return atLeast + free;
  if (held.length < HELD_AT_MOST) return atLeast + held.length;
  throw new ParleyError('OVERLOADED', 'Too many transactions of the wallet are on their way', {
    got: held.length,
    expected: `fewer than ${HELD_AT_MOST}`,
  });
}

export async function returnNonce(
  db: Db,
  ledger: LedgerId,
  address: string,
  nonce: number,
  write: string,
): Promise<void> {
  const sent = db.selectFrom('write').select('id').where('state', '=', 'SENT').where('nonce', '=', nonce);
  await db
    .deleteFrom('wallet_nonce')
    .where('ledger', '=', ledger)
    .where('address', '=', address)
    .where('nonce', '=', nonce)
    .where('write_id', '=', write)
    .where('write_id', 'not in', sent)
    .execute();
}
