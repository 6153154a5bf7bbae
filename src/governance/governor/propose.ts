import { getAddress, id, Interface } from 'ethers';
import { z } from 'zod';
import { ParleyError } from '../../errors/index.js';
import type { EthereumLedger } from '../../ledgers/ledger.js';
import type { JsonValue } from '../mechanism.js';
import { nativeIdOf, proposalHash, type Calls } from './identify.js';

const MAX_TITLE_CHARACTERS = 200;
const MAX_CALLS = 100;
const UINT256 = 2n ** 256n;

const input = z.object({
  governor: z.string(),
  title: z.string(),
  body: z.string().optional(),
  calls: z.array(
    z.object({
      target: z.string(),
      value: z.union([z.string(), z.number()]).optional(),
      data: z.string().optional(),
      function: z.string().optional(),
      arguments: z.array(z.unknown()).optional(),
    }),
  ),
});
type Call = z.infer<typeof input>['calls'][number];

/** What is proposed, as the governor takes it. */
export interface Proposing {
  /** EIP-55. */
  readonly governor: string;
  readonly calls: Calls;
  /** `# title`, an empty line, the body. */
  readonly description: string;
  readonly descriptionHash: string;
  /** As long as the governor does not count its proposals. */
  readonly nativeId: string;
  readonly digest: string;
}

/** Of an input that may be wrong otherwise. */
export function titleAndGovernor(given: JsonValue): { readonly title: string; readonly governor: string } {
  const { title, governor } = input.parse(given);
  return { title: title.slice(0, MAX_TITLE_CHARACTERS), governor };
}

/** Reads what is proposed. Errors: `INPUT_INVALID`, `ABI_UNKNOWN`. */
export function proposingOf(given: JsonValue, chain: Pick<EthereumLedger, 'encode'>): Proposing {
  const { governor: address, title, body = '', calls: wanted } = input.parse(given);
  if (title.trim() === '' || title.length > MAX_TITLE_CHARACTERS || /[\r\n]/.test(title))
    throw invalid(
      'The title is too short, too long, or not one line',
      `${title.length} characters`,
      `1 to ${MAX_TITLE_CHARACTERS}`,
    );
  if (wanted.length === 0 || wanted.length > MAX_CALLS)
    throw invalid('A governor decides on calls', `${wanted.length} calls`, `1 to ${MAX_CALLS}`);
  const governor = addressOf(address);
  const calls = {
    targets: wanted.map(({ target }) => addressOf(target)),
    values: wanted.map(({ value }) => weiOf(value)),
    calldatas: wanted.map((call) => dataOf(call, chain)),
  };
  const description = body.trim() === '' ? `# ${title.trim()}` : `# ${title.trim()}\n\n${body.trim()}`;
  const descriptionHash = id(description);
  const digest = proposalHash(calls, descriptionHash);
  return { governor, calls, description, descriptionHash, nativeId: nativeIdOf(governor, BigInt(digest)), digest };
}

function dataOf(call: Call, chain: Pick<EthereumLedger, 'encode'>): string {
  const { target, data, function: named, arguments: values = [] } = call;
  if (named === undefined) return plainData(call);
  if (data !== undefined) throw invalid('Both data and a function are given', undefined, 'one of them');
  try {
    return chain.encode({ address: target, function: named, arguments: values });
  } catch (error) {
    // A function whose ABI is not known is encoded by its whole signature.
    const isUnknown = error instanceof ParleyError && error.code === 'ABI_UNKNOWN';
    if (isUnknown && named.includes('(')) return bySignature(named, values);
    throw error;
  }
}

function plainData({ data = '0x', arguments: values = [] }: Call): string {
  if (values.length > 0)
    throw invalid('Arguments are given without a function', undefined, '`function`: a name or a signature');
  if (!/^0x([0-9a-f]{2})*$/i.test(data))
    throw invalid('That is no call data', data.slice(0, 100), '0x and bytes in hex');
  return data.toLowerCase();
}

function bySignature(signature: string, values: readonly unknown[]): string {
  try {
    const abi = new Interface([`function ${signature}`]);
    return abi.encodeFunctionData(abi.fragments[0]?.format('sighash') ?? signature, values);
  } catch (cause) {
    throw new ParleyError('INPUT_INVALID', `The arguments do not fit ${signature}`, { got: values, cause });
  }
}

function addressOf(given: string): string {
  try {
    return getAddress(given);
  } catch (cause) {
    throw new ParleyError('INPUT_INVALID', 'That is no address', {
      got: given.slice(0, 100),
      expected: '0x and 40 hex digits',
      cause,
    });
  }
}

function weiOf(given: string | number | undefined): bigint {
  const text = String(given ?? '0');
  if (/^\d{1,78}$/.test(text) && BigInt(text) < UINT256) return BigInt(text);
  throw invalid('That is no value of a call', text.slice(0, 100), 'wei: a whole number from 0 to 2^256 - 1');
}

const invalid = (what: string, got: string | undefined, expected: string): ParleyError =>
  new ParleyError('INPUT_INVALID', what, { got, expected });
