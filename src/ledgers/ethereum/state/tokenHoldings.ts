import { ParleyError } from '../../../errors/index.js';
import type { Answers, TokenBalanceQuestion, TokenHolding } from '../../ledger.js';
import type { StandardInterfaces } from '../decode/standards.js';
import { refusalOf } from '../jsonRpc/refusal.js';
import type { RpcCall, RpcReply } from '../jsonRpc/wire.js';
import { addressInput } from './addressInput.js';
import { blockTag, type StateQuestions } from './questions.js';
import { callOf, isWord, resultOf } from './tokens.js';

/** More ids of one account are not asked for. */
const MAX_TOKEN_IDS = 1_000;

/** What accounts hold of tokens at a block. */
export class TokenHoldings {
  constructor(
    private readonly questions: StateQuestions,
    private readonly standards: StandardInterfaces,
  ) {}

  async read(asked: readonly TokenBalanceQuestion[]): Answers<TokenHolding> {
    const prepared = asked.map((question) => this.calls(question));
    const replies = await this.questions.ask(prepared.flatMap((calls) => (calls instanceof Error ? [] : calls)));
    let at = 0;
    return asked.map((question, i) => {
      const calls = prepared[i];
      if (calls === undefined || calls instanceof Error)
        return calls ?? new ParleyError('INTERNAL', 'A question was lost');
      return this.answer(question, replies.slice(at, (at += calls.length)));
    });
  }

  private calls(question: TokenBalanceQuestion): readonly RpcCall[] | ParleyError {
    const account = addressInput(question.account);
    const token = addressInput(question.token);
    if (typeof account !== 'string') return account;
    if (typeof token !== 'string') return token;
    const { erc20, erc721, erc1155 } = this.standards;
    const call = (data: string): RpcCall => callOf(token, data, blockTag(question.block));
    const ids = question.tokenIds.slice(0, MAX_TOKEN_IDS);
    const balance = call(erc20.encodeFunctionData('balanceOf', [account]));
    switch (question.standard) {
      case 'ERC20':
        return [balance];
      case 'ERC721':
        return [balance, ...ids.map((id) => call(erc721.encodeFunctionData('ownerOf', [id])))];
      case 'ERC1155':
        return ids.map((id) => call(erc1155.encodeFunctionData('balanceOf', [account, id])));
    }
  }

  private answer(question: TokenBalanceQuestion, replies: readonly RpcReply[]): TokenHolding | Error {
    for (const [i, reply] of replies.entries()) {
      // A token that was burnt has no owner: asking for it reverts, which is an answer.
      const burnt = question.standard === 'ERC721' && i > 0;
      if (!reply.ok && !(burnt && refusalOf(reply.error) === 'reverted')) {
        return this.questions.failure(reply.error, question.block, ({ message }) => message);
      }
    }
    return holdingOf(question, replies.map(resultOf));
  }
}

function holdingOf(question: TokenBalanceQuestion, results: readonly string[]): TokenHolding {
  const { standard, tokenIds, account } = question;
  const amounts = results.map((data) => (isWord(data) ? BigInt(data) : 0n));
  if (standard === 'ERC20') return { amount: (amounts[0] ?? 0n).toString(), tokenIds: null };
  if (standard === 'ERC721') {
    const held = tokenIds.filter((_, i) => results[i + 1]?.endsWith(account.slice(2).toLowerCase()));
    return { amount: (amounts[0] ?? 0n).toString(), tokenIds: held };
  }
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  return { amount: total.toString(), tokenIds: tokenIds.filter((_, i) => (amounts[i] ?? 0n) > 0n) };
}
