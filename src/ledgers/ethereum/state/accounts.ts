import { ParleyError } from '../../../errors/index.js';
import type { Answers, AtBlock } from '../../ledger.js';
import type { RpcReply } from '../jsonRpc/wire.js';
import { addressInput } from './addressInput.js';
import { blockTag, type StateQuestions } from './questions.js';

type AccountMethod = 'eth_getBalance' | 'eth_getTransactionCount' | 'eth_getCode';

/** Balances, nonces and code of accounts, at a block or now. */
export class Accounts {
  constructor(private readonly questions: StateQuestions) {}

  balances(questions: readonly AtBlock[]): Answers<bigint> {
    return this.read('eth_getBalance', questions, BigInt);
  }

  nonces(questions: readonly AtBlock[]): Answers<bigint> {
    return this.read('eth_getTransactionCount', questions, BigInt);
  }

  codes(questions: readonly AtBlock[]): Answers<string> {
    return this.read('eth_getCode', questions, (hex) => hex.toLowerCase());
  }

  private async read<T>(method: AccountMethod, asked: readonly AtBlock[], convert: (hex: string) => T): Answers<T> {
    const addresses = asked.map(({ address }) => addressInput(address));
    const calls = asked.flatMap(({ block }, i) => {
      const address = addresses[i];
      return typeof address === 'string' ? [{ method, params: [address, blockTag(block)] }] : [];
    });
    const replies = [...(await this.questions.ask(calls))];
    return addresses.map((address, i) =>
      typeof address === 'string' ? this.answer(replies.shift(), asked[i]?.block ?? null, convert) : address,
    );
  }

  private answer<T>(reply: RpcReply | undefined, block: number | null, convert: (hex: string) => T): T | Error {
    if (reply?.ok === false) return this.questions.failure(reply.error, block, ({ message }) => message);
    if (typeof reply?.result === 'string' && /^0x[0-9a-f]*$/i.test(reply.result)) return convert(reply.result);
    return new ParleyError('LEDGER_CONTRADICTION', 'The node answered with no value');
  }
}
