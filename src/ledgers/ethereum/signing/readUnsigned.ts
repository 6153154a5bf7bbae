import { formatEther, getBytes, hexlify, Interface, Transaction, type TransactionDescription } from 'ethers';
import { ParleyError } from '../../../errors/index.js';
import { plainText, type Meaning } from '../../../model/signing.js';
import { assemble } from '../writes/rawTransaction.js';

/** Functions that are known without a configuration: OpenZeppelin's Governor 5, votes and ERC-20. */
const KNOWN: readonly string[] = [
  'function propose(address[] targets, uint256[] values, bytes[] calldatas, string description)',
  'function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)',
  'function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) payable',
  'function cancel(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)',
  'function castVote(uint256 proposalId, uint8 support)',
  'function castVoteWithReason(uint256 proposalId, uint8 support, string reason)',
  'function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes signature)',
  'function delegate(address delegatee)',
  'function transfer(address to, uint256 value)',
  'function transferFrom(address from, address to, uint256 value)',
  'function approve(address spender, uint256 value)',
];

/**
 * What an unsigned transaction says. `abi`: JSON ABI of the contract that it calls, where it is none of the well-known ones. Errors:
 * `INPUT_INVALID` where the bytes are none, or call what no ABI explains.
 */
export function readUnsigned(bytes: Uint8Array, abi: readonly unknown[]): Meaning {
  const transaction = unsigned(bytes);
  const { to, value, data, chainId, nonce, gasLimit } = transaction;
  const price = transaction.maxFeePerGas ?? transaction.gasPrice ?? 0n;
  return {
    lines: [
      `On the chain with id ${chainId}: ${deed(transaction, abi)}`,
      ...callLines(called(data, abi)),
      `Pay ${formatEther(value)} ether`,
      `Nonce ${nonce}; gas costs at most ${formatEther(gasLimit * price)} ether (${gasLimit} gas)`,
    ],
    digest: getBytes(transaction.unsignedHash),
    signer: null,
    essentials: to === null ? [] : [to],
  };
}

/** The raw transaction that the chain takes. */
export const signedTransaction = (unsignedBytes: Uint8Array, signature: Uint8Array): Uint8Array =>
  assemble(unsignedBytes, signature);

function deed({ to, data }: Transaction, abi: readonly unknown[]): string {
  if (to === null) throw unreadable('a contract’s creation, whose code cannot be shown in words');
  if (data === '0x') return `pay ${to}`;
  const call = called(data, abi);
  if (call === null)
    throw unreadable(
      `a call of ${to} with the unknown selector ${data.slice(0, 10)}`,
      'Give the contract’s ABI with --abi FILE.',
    );
  return `call ${call.signature} of ${to}`;
}

function called(data: string, abi: readonly unknown[]): TransactionDescription | null {
  if (data === '0x') return null;
  for (const known of [abi, KNOWN]) {
    const read = parsed(new Interface(known as string[]), data);
    if (read !== null) return read;
  }
  return null;
}

/** Null also where encoding it again gives other bytes: then something of it would go unseen. */
function parsed(contract: Interface, data: string): TransactionDescription | null {
  try {
    const read = contract.parseTransaction({ data });
    return read !== null && contract.encodeFunctionData(read.fragment, read.args) === data ? read : null;
  } catch {
    return null; // Another contract's data.
  }
}

function callLines(call: TransactionDescription | null): string[] {
  if (call === null) return [];
  const shown = (value: unknown): string =>
    plainText(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? '');
  return call.fragment.inputs.map(({ name }, i) => `  ${plainText(name || String(i + 1))}: ${shown(call.args[i])}`);
}

function unsigned(bytes: Uint8Array): Transaction {
  const text = hexlify(bytes);
  let read: Transaction;
  try {
    read = Transaction.from(text);
  } catch (cause) {
    throw unreadable('bytes that cannot be read', undefined, cause);
  }
  if (read.signature !== null || read.unsignedSerialized !== text) throw unreadable('bytes in another encoding');
  if (read.chainId === 0n) throw unreadable('a transaction that names no chain');
  if ((read.type ?? 0) > 2 || (read.accessList ?? []).length > 0) throw unreadable('parts that are not shown here');
  return read;
}

const unreadable = (got: string, fix = 'Do not sign it. Prepare the write again.', cause?: unknown): ParleyError =>
  new ParleyError('INPUT_INVALID', 'The bytes are no transaction that can be shown', {
    got,
    expected: 'an unsigned transaction (EIP-155, EIP-2930 or EIP-1559) of a known function',
    fix,
    cause,
  });
