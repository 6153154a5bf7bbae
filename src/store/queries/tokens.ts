import type { TokenStandard } from '../../model/ethereum.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { visible, type Session } from '../session.js';
import { sql } from '../sql.js';
import type { PartyRef, TokenHeldRow, TokenTransferRow, TransactionKey } from '../store.js';
import type { TokenTransferTable } from '../tables.js';
import { keyText } from '../text.js';
import { ledgersOf, safeInteger } from './blocks.js';

const MAX_TOKENS_HELD = 100;
const MAX_TOKEN_IDS = 1000;

type FoundTransfer = TokenTransferTable & { readonly ord: number; readonly ledger_id: string };

export async function tokenTransfersOfTransactions(
  session: Session,
  scope: Scope,
  keys: readonly TransactionKey[],
): Promise<readonly (readonly TokenTransferRow[])[]> {
  if (keys.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(keys));
  const wanted = keys.map((key) => [numbers.get(key.ledger) ?? -1, keyText(key.hash), safeInteger(key.index)]);
  const { rows } = await sql<FoundTransfer>`
    select k.ord, t.*, l.id as ledger_id
    from ${session.traits.keys(wanted, ['bigint', 'text', 'bigint'])} as k
      cross join block as b cross join token_transfer as t cross join ledger as l
    where b.ledger = k.k0 and b.hash = k.k1 and t.ledger = b.ledger and t.seq = b.seq and t.tx_index = k.k2
      and l.no = t.ledger
    order by k.ord, t.log_index, t.item`.execute(session.db);
  return keys.map((_, at) => rows.filter(({ ord }) => ord === at).map(toTransferRow));
}

function toTransferRow(row: FoundTransfer): TokenTransferRow {
  return {
    ledger: row.ledger_id as LedgerId,
    block: { number: row.number, hash: row.block_hash },
    transactionIndex: row.tx_index,
    logIndex: row.log_index,
    item: row.item,
    token: row.token,
    standard: row.standard as TokenStandard,
    from: row.from_address,
    to: row.to_address,
    amount: row.amount,
    tokenId: row.token_id,
  };
}

interface FoundHeld {
  readonly ord: number;
  readonly token: string;
  readonly standard: TokenStandard;
  readonly ids: string | null;
}

/**
 * Steps from token to token through the receivers' index, so that an account with a million transfers of one token costs as
 * much as one with a single transfer.
 */
export async function tokensHeld(
  session: Session,
  scope: Scope,
  accounts: readonly PartyRef[],
): Promise<readonly (readonly TokenHeldRow[])[]> {
  if (accounts.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(accounts));
  const keys = session.traits.keys(
    accounts.map(({ ledger, nativeId }) => [numbers.get(ledger) ?? -1, keyText(nativeId)]),
    ['bigint', 'text'],
  );
  const next = (after: string) =>
    sql`(select min(n.token) from token_transfer as n where n.ledger = ${sql.ref(`${after}.ledger`)}
      and n.to_address = ${sql.ref(`${after}.account`)} and n.canonical = 1 and n.token > ${sql.ref(`${after}.token`)})`;
  const newest = sql`(select i.token_id from token_transfer as i where i.ledger = h.ledger and i.to_address = h.account
      and i.canonical = 1 and i.token = h.token and i.token_id is not null
      order by i.number desc, i.tx_index desc, i.log_index desc, i.item desc limit ${sql.lit(MAX_TOKEN_IDS)}) as ids`;
  const { rows } = await sql<FoundHeld>`
    with recursive held(ord, ledger, account, token, place) as (
      select s.ord, s.ledger, s.account, ${next('s')}, 1
      from (select ord, k0 as ledger, k1 as account, '' as token from ${keys} as k) as s
      union all
      select h.ord, h.ledger, h.account, ${next('h')}, h.place + 1
      from held as h where h.token is not null and h.place < ${MAX_TOKENS_HELD})
    select h.ord, h.token, h.standard,
      case when h.standard = 'ERC20' then null else ${session.traits.jsonArray('token_id', newest)} end as ids
    from (select h.*, (select f.standard from token_transfer as f where f.ledger = h.ledger
        and f.to_address = h.account and f.canonical = 1 and f.token = h.token limit 1) as standard
      from held as h where h.token is not null) as h order by h.ord, h.token`.execute(session.db);
  return accounts.map((_, at) => rows.filter(({ ord }) => ord === at).map(toHeldRow));
}

const toHeldRow = ({ token, standard, ids }: FoundHeld): TokenHeldRow => ({
  token,
  standard,
  tokenIds: [...new Set(JSON.parse(ids ?? '[]') as string[])],
});

export async function addressesKnown(
  session: Session,
  scope: Scope,
  accounts: readonly PartyRef[],
): Promise<readonly boolean[]> {
  if (accounts.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(accounts));
  const keys = session.traits.keys(
    accounts.map(({ ledger, nativeId }) => [numbers.get(ledger) ?? -1, keyText(nativeId)]),
    ['bigint', 'text'],
  );
  const { rows } = await sql<{ ord: number }>`
    select k.ord from ${keys} as k
    where exists (select 1 from transaction_party as p
        where p.ledger = k.k0 and p.native_id = k.k1 and p.canonical = 1)
      or exists (select 1 from token_transfer as r where r.ledger = k.k0 and r.to_address = k.k1 and r.canonical = 1)
      or exists (select 1 from token_transfer as s
        where s.ledger = k.k0 and s.from_address = k.k1 and s.canonical = 1)`.execute(session.db);
  const known = new Set(rows.map(({ ord }) => ord));
  return accounts.map((_, at) => known.has(at));
}
