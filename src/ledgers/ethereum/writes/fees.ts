import type { EthereumPlan } from '../../ledger.js';
import type { RpcReply } from '../jsonRpc/wire.js';

/** How often the base fee is offered: it grows by an eighth a block at most, so this outlasts six full blocks. */
const BASE_FEE_HEADROOM = 2n;

/**
 * What is offered for gas: by EIP-1559 the base fee with room to grow, and the tip that the node names; on a chain without base
 * fees its gas price. Null where the node tells neither.
 */
export function feesOf(
  block: Readonly<Record<string, unknown>>,
  tip: RpcReply | undefined,
  price: RpcReply | undefined,
): EthereumPlan['fees'] | null {
  const baseFee = weiOf(block['baseFeePerGas']);
  const gasPrice = weiOf(resultOf(price));
  if (baseFee === null) return gasPrice === null ? null : { gasPrice: gasPrice.toString() };
  const priority = weiOf(resultOf(tip)) ?? atLeastZero((gasPrice ?? baseFee) - baseFee);
  return {
    maxFeePerGas: (baseFee * BASE_FEE_HEADROOM + priority).toString(),
    maxPriorityFeePerGas: priority.toString(),
  };
}

/** A JSON-RPC quantity; null where it is none. */
export const weiOf = (value: unknown): bigint | null =>
  typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value) ? BigInt(value) : null;

const resultOf = (reply: RpcReply | undefined): unknown => (reply?.ok === true ? reply.result : null);

const atLeastZero = (wei: bigint): bigint => (wei < 0n ? 0n : wei);
