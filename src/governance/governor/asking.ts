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

export type Chain = Pick<EthereumLedger, 'id' | 'dataCalls' | 'head' | 'methodOf'>;
/** What asking needs of it. */
export type Asked = Pick<Chain, 'id' | 'dataCalls' | 'head'>;

/**
 * Asks contracts as of a block, all questions at once: the first value of each answer, null where the contract has none (it lacks the function,
 * or reverts). A node that keeps no state of that block is asked about its latest one: what is asked in that way either never changes or
 * is about a past timepoint, which ERC-5805 wants answered the same for ever. Errors: those of reads, retryable ones among them.
 */
export async function answersAt(
  chain: Asked,
  block: number | null,
  questions: readonly Question[],
): Promise<readonly unknown[]> {
  const answers = await valuesAt(chain, block, questions);
  return answers.map((values) => values?.[0] ?? null);
}

/** The same with every value of each answer. */
export async function valuesAt(
  chain: Asked,
  block: number | null,
  questions: readonly Question[],
): Promise<readonly (readonly unknown[] | null)[]> {
  const asked = questions.map((question) => ({
    address: question.address,
    data: question.abi.encodeFunctionData(question.function, question.arguments ?? []),
  }));
  const answers = await chain.dataCalls(asked.map((question) => ({ ...question, block })));
  // Nodes word it in many ways that they have no such state any more: some only refuse.
  const isGone = (answer: string | Error): boolean =>
    ['HISTORY_UNAVAILABLE', 'LEDGER_REFUSED'].includes(codeOf(answer) ?? '');
  if (block !== null && answers.some(isGone)) {
    await requireReached(chain, block);
    return valuesAt(chain, null, questions);
  }
  return answers.map((answer, i) => valuesOf(answer, questions[i]));
}

/** A node that is behind has no such state yet, and would answer of a moment before. Errors: `LEDGER_UNAVAILABLE`. */
async function requireReached(chain: Asked, block: number): Promise<void> {
  const { number } = await chain.head();
  if (number >= block) return;
  throw new ParleyError('LEDGER_UNAVAILABLE', 'The node that answers is behind the block that is asked about', {
    got: number,
    expected: `${block} or later`,
    source: chain.id,
  });
}

const codeOf = (answer: string | Error): string | null => (answer instanceof ParleyError ? answer.code : null);

function valuesOf(answer: string | Error, question: Question | undefined): readonly unknown[] | null {
  if (answer instanceof Error) {
    // Nodes word a revert without a reason in many ways.
    if (codeOf(answer) === 'CALL_REVERTED' || codeOf(answer) === 'LEDGER_REFUSED') return null;
    throw answer;
  }
  try {
    return question === undefined ? null : [...question.abi.decodeFunctionResult(question.function, answer)];
  } catch {
    // Something else stands at that address, or nothing.
    return null;
  }
}

export const textOr = <T>(value: unknown, otherwise: T): string | T => (typeof value === 'string' ? value : otherwise);
export const numberOr = <T>(value: unknown, otherwise: T): bigint | T =>
  typeof value === 'bigint' ? value : otherwise;
