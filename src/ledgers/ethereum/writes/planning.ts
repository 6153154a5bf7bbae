import { ParleyError } from '../../../errors/index.js';
import type { EthereumPlan, EthereumWriteRequest } from '../../ledger.js';
import type { AbiIndex } from '../decode/abiIndex.js';
import { chainIdCall, type Endpoints } from '../jsonRpc/endpoints.js';
import { EndpointFault } from '../jsonRpc/endpointFault.js';
import type { Endpoint } from '../jsonRpc/endpoint.js';
import { refusalOf } from '../jsonRpc/refusal.js';
import { isRecord, type RpcCall, type RpcErrorObject, type RpcReply } from '../jsonRpc/wire.js';
import { addressInput } from '../state/addressInput.js';
import type { RevertReasons } from '../state/revertReason.js';
import { callData } from './callData.js';
import { feesOf, weiOf } from './fees.js';
import { summaryOf } from './summary.js';

/** EIP-7825: no transaction may use more from Osaka on. */
const MAX_TRANSACTION_GAS = 16_777_216n;
/** What a payment to an account without code uses, exactly. */
const PAYMENT_GAS = 21_000n;

interface Call {
  readonly from: string;
  readonly to: string | null;
  readonly value: string;
  readonly data: string;
}

interface Told {
  readonly block: Readonly<Record<string, unknown>>;
  readonly fees: EthereumPlan['fees'];
  /** Null where the caller gave it. */
  readonly estimate: RpcReply | null;
}

/** Finds gas and fees of a transaction, and whether it would revert. */
export class Planning {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly abis: AbiIndex,
    private readonly reverts: RevertReasons,
    private readonly source: string,
  ) {}

  async plan(request: EthereumWriteRequest, signal: AbortSignal): Promise<EthereumPlan> {
    const { data, signature } = callData(this.abis, request);
    const to = request.to === null ? null : required(addressInput(request.to));
    const call: Call = { from: required(addressInput(request.from)), to, value: request.value, data };
    requireQuantities(request);
    const { block, fees, estimate } = await this.endpoints.run(
      (endpoint, until) => this.ask(endpoint, call, request.gas === null, until),
      signal,
    );
    const gas = estimate === null ? (request.gas ?? '0') : this.gasOf(estimate, call, block).toString();
    const plan = { ...call, gas, fees };
    return { ...plan, summary: summaryOf(plan, { chain: this.source, signature, arguments: request.arguments }) };
  }

  private async ask(endpoint: Endpoint, call: Call, estimated: boolean, signal?: AbortSignal): Promise<Told> {
    const [chain, block, tip, price] = await endpoint.ask(
      [
        chainIdCall,
        { method: 'eth_getBlockByNumber', params: ['latest', false] },
        { method: 'eth_maxPriorityFeePerGas', params: [] },
        { method: 'eth_gasPrice', params: [] },
      ],
      signal,
    );
    this.endpoints.requireChain(chain);
    if (block?.ok !== true || !isRecord(block.result)) throw new EndpointFault('behind', 'it has no latest block');
    const fees = feesOf(block.result, tip, price);
    if (fees === null) throw new EndpointFault('refused', 'it does not tell its gas price');
    return { block: block.result, fees, estimate: estimated ? await this.estimate(endpoint, call, signal) : null };
  }

  /** On the pending state, for what the wallet sent before matters; on the latest where a node keeps no pending one. */
  private async estimate(endpoint: Endpoint, call: Call, signal?: AbortSignal): Promise<RpcReply> {
    const on = async (tag: string): Promise<RpcReply> => {
      const [reply] = await endpoint.ask([estimateCall(call, tag)], signal);
      if (reply === undefined) throw new EndpointFault('unreachable', 'it did not answer the estimate');
      return reply;
    };
    const pending = await on('pending');
    const reply = pending.ok || refusalOf(pending.error) === 'reverted' ? pending : await on('latest');
    if (!reply.ok && ['trouble', 'not yet'].includes(refusalOf(reply.error)))
      throw new EndpointFault('unreachable', reply.error.message);
    return reply;
  }

  /** A fifth more than the estimate, for the state may move before the block; a plain payment needs no more. */
  private gasOf(reply: RpcReply, call: Call, block: Readonly<Record<string, unknown>>): bigint {
    if (!reply.ok) throw this.refusal(reply.error, call);
    const estimate = weiOf(reply.result);
    if (estimate === null)
      throw new ParleyError('LEDGER_CONTRADICTION', 'The estimate of gas is no number', { source: this.source });
    if (estimate === PAYMENT_GAS && call.data === '0x') return estimate;
    const limits = [(estimate * 6n) / 5n, weiOf(block['gasLimit']) ?? MAX_TRANSACTION_GAS, MAX_TRANSACTION_GAS];
    const gas = limits.reduce((least, one) => (one < least ? one : least));
    return gas < estimate ? estimate : gas;
  }

  private refusal(error: RpcErrorObject, { to }: Call): ParleyError {
    const facts = { source: this.source, details: { said: error.message } };
    if (refusalOf(error) !== 'reverted')
      return new ParleyError('SUBMIT_REFUSED', `The node would not run it: ${error.message}`, facts);
    const reason = this.reverts.read(error, (to ?? '').toLowerCase());
    return new ParleyError('CALL_REVERTED', `The transaction would revert: ${reason}`, {
      ...facts,
      details: { reason, said: error.message },
      fix: 'Nothing was sent. See the revert reason; with `gas` given it is sent without an estimate.',
    });
  }
}

function estimateCall({ from, to, value, data }: Call, tag: string): RpcCall {
  const call = { from, ...(to === null ? {} : { to }), value: hexQuantity(value), data };
  return { method: 'eth_estimateGas', params: [call, tag] };
}

const hexQuantity = (decimal: string): string => `0x${BigInt(decimal).toString(16)}`;

function required(address: string | ParleyError): string {
  if (typeof address === 'string') return address;
  throw address;
}

function requireQuantities({ value, gas }: EthereumWriteRequest): void {
  for (const [name, quantity] of Object.entries({ value, gas: gas ?? '0' })) {
    const wanted = name === 'gas' ? 2n ** 64n : 2n ** 256n;
    if (/^\d{1,80}$/.test(quantity) && BigInt(quantity) < wanted) continue;
    throw new ParleyError('INPUT_INVALID', `That is no ${name} of a transaction`, {
      got: quantity,
      expected: `a whole number from 0 to ${name === 'gas' ? '2^64' : '2^256'} - 1`,
    });
  }
}
