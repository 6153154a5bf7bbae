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
    const calls = found.map((reply, i) => replayOf(reply, failed[i]?.block ?? 0));
    const replies = [...(await this.questions.ask(calls.filter((call) => call !== null)))];
    return calls.map((call) => (call === null ? null : this.reason(call, replies.shift())));
  }

  private reason(call: RpcCall, reply: RpcReply | undefined): string | null {
    if (reply === undefined || reply.ok || refusalOf(reply.error) !== 'reverted') return null;
    const [transaction] = call.params;
    const to = isRecord(transaction) ? String(transaction['to'] ?? '') : '';
    return this.reverts.read(reply.error, to.toLowerCase());
  }
}

/** Fees are left out: the sender may not have had them before the block, and they do not change what the code does. */
const REPLAYED = ['from', 'to', 'value', 'gas', 'input', 'accessList', 'authorizationList'] as const;

function replayOf(reply: RpcReply, block: number): RpcCall | null {
  if (!reply.ok || !isRecord(reply.result) || block < 1) return null;
  const { result } = reply;
  const call = Object.fromEntries(REPLAYED.flatMap((key) => (result[key] == null ? [] : [[key, result[key]]])));
  return { method: 'eth_call', params: [call, blockTag(block - 1)] };
}
