import { ParleyError } from '../../../errors/index.js';
import type { EthereumWriteRequest } from '../../ledger.js';
import type { AbiIndex } from '../decode/abiIndex.js';
import { encodeFunctionCall } from '../state/functionCall.js';

export interface CallData {
  /** 0x-prefixed, lower case. */
  readonly data: string;
  /** Of the function called by name; null where plain data is sent. */
  readonly signature: string | null;
}

type Called = Pick<EthereumWriteRequest, 'to' | 'data' | 'function' | 'arguments'>;

/** The data of a transaction: as given, or a function with its arguments. Errors: `INPUT_INVALID`, `ABI_UNKNOWN`. */
export function callData(abis: AbiIndex, request: Called): CallData {
  if (request.function === null) return plainData(request);
  if (request.data !== null) throw invalid('Both data and a function are given', 'one of them');
  if (request.to === null)
    throw invalid('A function is called without a contract', '`to`: the address of the contract');
  const call = { address: request.to, function: request.function, arguments: request.arguments };
  const encoded = encodeFunctionCall(abis, call);
  if (encoded instanceof Error) throw encoded;
  return { data: encoded.data, signature: encoded.fragment.format('sighash') };
}

function plainData({ to, data, arguments: values }: Called): CallData {
  if (values.length > 0) throw invalid('Arguments are given without a function', '`function`: a name or a signature');
  if (to === null && (data ?? '0x') === '0x') throw invalid('Neither a recipient nor code is given', '`to`, or `data`');
  return { data: data ?? '0x', signature: null };
}

const invalid = (what: string, expected: string): ParleyError => new ParleyError('INPUT_INVALID', what, { expected });
