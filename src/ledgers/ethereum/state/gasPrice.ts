import { ParleyError } from '../../../errors/index.js';
import { isRecord, type RpcReply } from '../jsonRpc/wire.js';
import type { StateQuestions } from './questions.js';

export interface GasPrice {
  readonly baseFee: string | null;
  readonly priorityFee: string;
}

/** The base fee of the latest block, and the tip that the node would give; wei. */
export async function readGasPrice(questions: StateQuestions, source: string): Promise<GasPrice> {
  const [block, tip, price] = await questions.ask([
    { method: 'eth_getBlockByNumber', params: ['latest', false] },
    { method: 'eth_maxPriorityFeePerGas', params: [] },
    { method: 'eth_gasPrice', params: [] },
  ]);
  const baseFee = block?.ok === true && isRecord(block.result) ? weiOf(block.result['baseFeePerGas']) : null;
  // Before EIP-1559 there is no tip: the whole price is one.
  const priorityFee = weiOf(resultOf(tip)) ?? difference(weiOf(resultOf(price)), baseFee);
  if (priorityFee === null)
    throw new ParleyError('LEDGER_REFUSED', `${source} does not tell its gas price`, { source });
  return { baseFee: baseFee?.toString() ?? null, priorityFee: priorityFee.toString() };
}

const resultOf = (reply: RpcReply | undefined): unknown => (reply?.ok === true ? reply.result : null);

const weiOf = (value: unknown): bigint | null =>
  typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value) ? BigInt(value) : null;

function difference(price: bigint | null, baseFee: bigint | null): bigint | null {
  if (price === null) return null;
  const tip = price - (baseFee ?? 0n);
  return tip < 0n ? 0n : tip;
}
