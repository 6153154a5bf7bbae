import { AbiCoder, type FunctionFragment, type ParamType } from 'ethers';
import { ParleyError } from '../../../errors/index.js';
import type { ContractCall } from '../../ledger.js';
import type { AbiIndex } from '../decode/abiIndex.js';

export interface EncodedCall {
  readonly fragment: FunctionFragment;
  /** Selector and arguments, 0x-prefixed. */
  readonly data: string;
}

type FunctionCall = Pick<ContractCall, 'address' | 'function' | 'arguments'>;

/** A function by name or signature, with its arguments, as the configured ABIs or the standards encode it. */
export function encodeFunctionCall(abis: AbiIndex, call: FunctionCall): EncodedCall | ParleyError {
  const fragment = choose(abis.callable(call.address.toLowerCase(), call.function), call);
  if (fragment instanceof Error) return fragment;
  const data = encode(fragment, call.arguments);
  return data instanceof Error ? data : { fragment, data };
}

function choose(candidates: readonly FunctionFragment[], question: FunctionCall): FunctionFragment | ParleyError {
  const fitting = candidates.filter(({ inputs }) => inputs.length === question.arguments.length);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const signatures = candidates.map((fragment) => fragment.format('sighash'));
  if (candidates.length === 0) {
    return new ParleyError('ABI_UNKNOWN', `No function ${question.function} is known at ${question.address}`);
  }
  if (fitting.length === 0) {
    return new ParleyError('INPUT_INVALID', `${question.function} takes another number of arguments`, {
      got: question.arguments.length,
      expected: signatures.join(' or '),
    });
  }
  return new ParleyError('INPUT_INVALID', `${question.function} may mean several functions`, {
    expected: `one signature of ${signatures.join(', ')}`,
  });
}

function encode(fragment: FunctionFragment, values: readonly unknown[]): string | ParleyError {
  try {
    fragment.inputs.forEach((input, i) => requireBooleans(input, values[i]));
    return fragment.selector + AbiCoder.defaultAbiCoder().encode(fragment.inputs, values).slice(2);
  } catch (cause) {
    return new ParleyError('INPUT_INVALID', `The arguments do not fit ${fragment.format('sighash')}`, {
      got: values,
      details: { said: cause instanceof Error ? cause.message.split(' (argument=')[0] : String(cause) },
    });
  }
}

/** ethers takes anything that JavaScript calls true for a `bool`, and so the text "false" too. */
function requireBooleans(type: ParamType, value: unknown): void {
  if (type.baseType === 'bool' && typeof value !== 'boolean') {
    throw new TypeError(`${type.name === '' ? 'a bool' : type.name} is neither true nor false`);
  }
  if (typeof value !== 'object' || value === null) return;
  const { arrayChildren, components } = type;
  if (arrayChildren !== null && Array.isArray(value)) for (const one of value) requireBooleans(arrayChildren, one);
  const fields = value as Readonly<Record<string, unknown>>;
  components?.forEach((part, i) => requireBooleans(part, Array.isArray(value) ? value[i] : fields[part.name]));
}
