import { ParleyError } from '../../../errors/index.js';
import type { Answers, DataCall } from '../../ledger.js';
import type { RpcReply } from '../jsonRpc/wire.js';
import { addressInput } from './addressInput.js';
import { blockTag, type StateQuestions } from './questions.js';
import type { RevertReasons } from './revertReason.js';

/** Calls contracts in plain bytes, without a transaction. */
export class DataCalls {
  constructor(
    private readonly questions: StateQuestions,
    private readonly reverts: RevertReasons,
  ) {}

  async read(asked: readonly DataCall[]): Answers<string> {
    const addresses = asked.map(({ address }) => addressInput(address));
    const calls = asked.flatMap(({ data, block }, i) => {
      const to = addresses[i];
      return typeof to === 'string' ? [{ method: 'eth_call', params: [{ to, data }, blockTag(block)] }] : [];
    });
    const replies = [...(await this.questions.ask(calls))];
    return addresses.map((address, i) =>
      typeof address === 'string' ? this.answer(replies.shift(), address, asked[i]?.block ?? null) : address,
    );
  }

  private answer(reply: RpcReply | undefined, to: string, block: number | null): string | Error {
    if (reply?.ok === false)
      return this.questions.failure(reply.error, block, (error) => this.reverts.read(error, to.toLowerCase()));
    const data = reply?.result;
    if (typeof data === 'string' && /^0x([0-9a-f]{2})*$/i.test(data)) return data.toLowerCase();
    return new ParleyError('LEDGER_CONTRADICTION', 'The node answered a call with no bytes');
  }
}
