import type { Answers } from '../../ledger.js';
import { refusalOf } from '../jsonRpc/refusal.js';
import { isRecord, type RpcCall, type RpcReply } from '../jsonRpc/wire.js';
import { blockTag, type StateQuestions } from './questions.js';
import type { RevertReasons } from './revertReason.js';

export interface FailedTransaction {
  readonly hash: string;
  readonly block: number;
}

/**
 * Why transactions failed. A receipt does not say, so the transaction is run again as a call, by the same sender, on the state
 * before its block. What went before it in its own block is missing there: where that mattered the answer may be another
 * reason, or none. Needs a node that still keeps that state.
 */
export class FailedTransactions {
  constructor(
    private readonly questions: StateQuestions,
    private readonly reverts: RevertReasons,
  ) {}

  async reasons(failed: readonly FailedTransaction[]): Answers<string | null> {
    const asked = failed.map(({ hash }) => ({ method: 'eth_getTransactionByHash', params: [hash] }));
    const found = await this.questions.ask(asked);
    const calls = found.map((reply, i) => this.replay(reply, failed[i]?.block ?? 0));
    const replies = [...(await this.questions.ask(calls.filter(isCall)))];
    return calls.map((call, i) => (isCall(call) ? this.reason(call, failed[i]?.block ?? 0, replies.shift()) : call));
  }

  /** The call that runs it again; null where the node does not know it. */
  private replay(reply: RpcReply, block: number): RpcCall | Error | null {
    if (!reply.ok) return this.questions.failure(reply.error, block, ({ message }) => message);
    if (!isRecord(reply.result) || block < 1) return null;
    const { result } = reply;
    const call = Object.fromEntries(REPLAYED.flatMap((key) => (result[key] == null ? [] : [[key, result[key]]])));
    return { method: 'eth_call', params: [call, blockTag(block - 1)] };
  }

  private reason(call: RpcCall, block: number, reply: RpcReply | undefined): string | Error | null {
    if (reply === undefined || reply.ok) return null;
    const refusal = refusalOf(reply.error);
    if (refusal === 'trouble') return this.questions.failure(reply.error, block, ({ message }) => message);
    if (refusal !== 'reverted') return null;
    const [transaction] = call.params;
    const to = isRecord(transaction) ? String(transaction['to'] ?? '') : '';
    return this.reverts.read(reply.error, to.toLowerCase());
  }
}

const isCall = (call: RpcCall | Error | null): call is RpcCall => call !== null && !(call instanceof Error);

/** Fees are left out: the sender may not have had them before the block, and they do not change what the code does. */
const REPLAYED = ['from', 'to', 'value', 'gas', 'input', 'accessList', 'authorizationList'] as const;
