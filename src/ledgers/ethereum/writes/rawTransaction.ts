import { getBytes, hexlify, N as CURVE_ORDER, Signature, toBeHex, Transaction } from 'ethers';
import { ParleyError } from '../../../errors/index.js';
import type { MethodCall } from '../../../model/ethereum.js';
import type { EthereumDraft, EthereumPlan, SignedTransactionFacts } from '../../ledger.js';
import type { TransactionDecoder } from '../decode/transactionDecoder.js';

/** The unsigned transaction of a plan. */
export function draftOf(plan: EthereumPlan, chainId: bigint, nonce: number): EthereumDraft {
  const { to, value, data, gas, fees } = plan;
  const type = 'gasPrice' in fees ? 0 : 2;
  const unsigned = Transaction.from({ type, chainId, nonce, to, value, data, gasLimit: gas, ...fees });
  return {
    bytes: getBytes(unsigned.unsignedSerialized),
    digest: getBytes(unsigned.unsignedHash),
    summary: plan.summary,
  };
}

/** Errors: `SIGNATURE_INVALID` where the bytes are no signature that Ethereum takes. */
export function assemble(draft: Uint8Array, signature: Uint8Array): Uint8Array {
  const transaction = Transaction.from(hexlify(draft));
  transaction.signature = signatureOf(signature);
  return getBytes(transaction.serialized);
}

/** In its upper half s means the same with the other parity, which is how Ethereum wants it (EIP-2). */
function signatureOf(bytes: Uint8Array): Signature {
  const v = bytes[64];
  const s = BigInt(`0x0${hexlify(bytes.subarray(32, 64)).slice(2)}`);
  if (bytes.length !== 65 || v === undefined || ![0, 1, 27, 28].includes(v) || s >= CURVE_ORDER)
    throw new ParleyError('SIGNATURE_INVALID', 'That is no signature of a transaction', {
      expected: '65 bytes: r, s, and 0, 1, 27 or 28',
    });
  const isHigh = s > CURVE_ORDER / 2n;
  const parity = (v % 27) ^ Number(isHigh);
  const low = toBeHex(isHigh ? CURVE_ORDER - s : s, 32);
  return Signature.from({ r: hexlify(bytes.subarray(0, 32)), s: low, yParity: parity === 0 ? 0 : 1 });
}

/** Two transactions are the same but for the signature. */
export function isSigned(draft: Uint8Array, raw: Uint8Array): boolean {
  const unsigned = Transaction.from(hexlify(draft));
  return parse(raw).unsignedHash === unsigned.unsignedHash;
}

/** Reads raw signed transactions of one chain. */
export class RawTransactions {
  constructor(
    private readonly chainId: bigint,
    private readonly decoder: TransactionDecoder,
  ) {}

  /** Errors: `INPUT_INVALID`. */
  inspect(raw: Uint8Array): SignedTransactionFacts {
    const transaction = parse(raw);
    const { hash, from } = transaction;
    if (hash === null || from === null) {
      throw invalid('The transaction is not signed', undefined, 'a signed transaction, as a wallet gives it');
    }
    if (transaction.chainId !== this.chainId) throw this.foreign(transaction);
    return { hash, from, nonce: transaction.nonce, detail: this.decoder.waiting(transaction, from) };
  }

  /** `to`, `data`: lower case. */
  methodOf(to: string, data: string): MethodCall | null {
    return this.decoder.method({ to, input: data });
  }

  private foreign({ chainId }: Transaction): ParleyError {
    // A legacy transaction without a chain id (before EIP-155) can be taken to any chain where its wallet has money.
    const what = chainId === 0n ? 'The transaction names no chain' : 'The transaction is of another chain';
    return invalid(what, `chain id ${chainId}`, `chain id ${this.chainId}, signed as EIP-155 or later says`);
  }
}

/** The transaction of exactly these bytes: what is encoded in another way has another hash on the chain. */
function parse(raw: Uint8Array): Transaction {
  const text = hexlify(raw);
  const expected = 'a signed transaction, serialised as EIP-2718 says, of type 0 to 4';
  try {
    const transaction = Transaction.from(text);
    // Here ethers refuses what it read without a word: s in the upper half (EIP-2).
    const again = transaction.signature === null ? transaction.unsignedSerialized : transaction.serialized;
    if (again === text) return transaction;
  } catch (cause) {
    throw new ParleyError('INPUT_INVALID', 'Those bytes are no transaction', { got: startOf(text), expected, cause });
  }
  throw invalid('Those bytes are not the one encoding of a transaction', startOf(text), expected);
}

const startOf = (text: string): string => (text.length > 34 ? `${text.slice(0, 34)}…` : text);

const invalid = (what: string, got: string | undefined, expected: string): ParleyError =>
  new ParleyError('INPUT_INVALID', what, { got, expected });
