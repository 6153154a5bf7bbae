import type { PartyRef, TokenHeldRow } from '../../store/store.js';
import { chainReadsOf } from '../chainReads.js';
import type { RequestContext } from '../context.js';
import { loadersOf } from '../loaders.js';
import { Token, TokenBalance } from './token.js';

/** What an account holds of the tokens that it ever received, at a block; tokens of which nothing is left are not named. */
export async function tokenBalances(
  context: RequestContext,
  account: PartyRef,
  block: number | null,
): Promise<TokenBalance[]> {
  const held = await loadersOf(context).tokensHeld.load(account);
  const balances = await Promise.all(held.map((token) => balanceOf(context, account, token, block)));
  return balances.filter(({ amount }) => BigInt(amount) > 0n);
}

async function balanceOf(
  context: RequestContext,
  { ledger, nativeId }: PartyRef,
  { token, standard, tokenIds }: TokenHeldRow,
  block: number | null,
): Promise<TokenBalance> {
  const question = { account: nativeId, token, standard, tokenIds, block };
  const holding = await (await chainReadsOf(context, ledger)).holding.load(question);
  return Object.assign(new TokenBalance(), { token: new Token(ledger, token, standard), ...holding });
}
