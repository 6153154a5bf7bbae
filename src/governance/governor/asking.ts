import type { Interface } from 'ethers';
import { ParleyError } from '../../errors/index.js';
import type { EthereumLedger } from '../../ledgers/ledger.js';

/** A view function of a contract. */
export interface Question {
  readonly abi: Interface;
  readonly address: string;
  readonly function: string;
  readonly arguments?: readonly unknown[];
}

export type Chain = Pick<EthereumLedger, 'dataCalls' | 'methodOf'>;

/**
 * Asks contracts as of a block, all questions at once: their first answer each, null where the contract has none (it lacks the function,
 * or reverts). A node that keeps no state of that block is asked about its latest one: what is asked in that way either never changes or
 * is about a past timepoint, which ERC-5805 wants answered the same for ever. Errors: those of reads, retryable ones among them.
 */
export async function answersAt(
  chain: Chain,
  block: number | null,
  questions: readonly Question[],
): Promise<readonly unknown[]> {
  const asked = questions.map((question) => ({
    address: question.address,
    data: question.abi.encodeFunctionData(question.function, question.arguments ?? []),
  }));
  const answers = await chain.dataCalls(asked.map((question) => ({ ...question, block })));
  if (block !== null && answers.some((answer) => codeOf(answer) === 'HISTORY_UNAVAILABLE'))
    return answersAt(chain, null, questions);
  return answers.map((answer, i) => valueOf(answer, questions[i]));
}

const codeOf = (answer: string | Error): string | null => (answer instanceof ParleyError ? answer.code : null);

function valueOf(answer: string | Error, question: Question | undefined): unknown {
  if (answer instanceof Error) {
    // Nodes word a revert without a reason in many ways.
    if (codeOf(answer) === 'CALL_REVERTED' || codeOf(answer) === 'LEDGER_REFUSED') return null;
    throw answer;
  }
  try {
    return question?.abi.decodeFunctionResult(question.function, answer)[0] as unknown;
  } catch {
    // Something else stands at that address, or nothing.
    return null;
  }
}

export const textOr = <T>(value: unknown, otherwise: T): string | T => (typeof value === 'string' ? value : otherwise);
export const numberOr = <T>(value: unknown, otherwise: T): bigint | T =>
  typeof value === 'bigint' ? value : otherwise;
