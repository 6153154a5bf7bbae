import type { FunctionFragment } from 'ethers';
import { ParleyError } from '../../../errors/index.js';
import type { DecodedValue } from '../../../model/ethereum.js';
import type { Answers, ContractCall } from '../../ledger.js';
import type { AbiIndex } from '../decode/abiIndex.js';
import { decodeValues } from '../decode/abiValue.js';
import type { Checksums } from '../decode/checksums.js';
import type { RpcCall, RpcReply } from '../jsonRpc/wire.js';
import { addressInput } from './addressInput.js';
import { encodeFunctionCall } from './functionCall.js';
import { blockTag, type StateQuestions } from './questions.js';
import type { RevertReasons } from './revertReason.js';

interface PreparedCall {
  readonly to: string;
  readonly block: number | null;
  readonly fragment: FunctionFragment;
  readonly call: RpcCall;
}

/** Calls functions of contracts by their ABI, without a transaction. */
export class ContractCalls {
  constructor(
    private readonly questions: StateQuestions,
    private readonly abis: AbiIndex,
    private readonly checksums: Checksums,
    private readonly reverts: RevertReasons,
  ) {}

  async read(asked: readonly ContractCall[]): Answers<readonly DecodedValue[]> {
    const prepared = asked.map((question) => this.prepare(question));
    const calls = prepared.filter((call): call is PreparedCall => !(call instanceof Error));
    const replies = [...(await this.questions.ask(calls.map(({ call }) => call)))];
    return prepared.map((call) => (call instanceof Error ? call : this.answer(call, replies.shift())));
  }

  private prepare(question: ContractCall): PreparedCall | ParleyError {
    const address = addressInput(question.address);
    if (typeof address !== 'string') return address;
    const to = address.toLowerCase();
    const encoded = encodeFunctionCall(this.abis, question);
    if (encoded instanceof Error) return encoded;
    const { fragment, data } = encoded;
    const { block } = question;
    return { to, block, fragment, call: { method: 'eth_call', params: [{ to, data }, blockTag(block)] } };
  }

  private answer(call: PreparedCall, reply: RpcReply | undefined): readonly DecodedValue[] | Error {
    if (reply?.ok === false) {
      return this.questions.failure(reply.error, call.block, (error) => this.reverts.read(error, call.to));
    }
    const { fragment } = call;
    const data = typeof reply?.result === 'string' ? reply.result.toLowerCase() : '';
    const values = decodeValues(fragment.outputs, data, this.checksums);
    if (values !== null) return values;
    return new ParleyError('CALL_REVERTED', `The answer is not one of ${fragment.format('sighash')}`, {
      got: data.slice(0, 138),
      expected: fragment.outputs.map((output) => output.format('sighash')).join(', '),
      fix: 'Check that the contract stood at that address at that block, and that its ABI is the one configured.',
    });
  }
}
