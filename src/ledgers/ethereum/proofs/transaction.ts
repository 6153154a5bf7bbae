import type { CanonicalTransaction } from '../blocks/canonicalBlock.js';
import { dataHex, quantityHex, rlp, type RlpItem } from './rlp.js';

/** A transaction as EIP-2718 encodes it, as plain hex: its Keccak-256 is its hash. Null for types that Parley does not know. */
export function encodeTransaction(transaction: CanonicalTransaction): string | null {
  const type = Number(transaction.type);
  const fields = bodyOf(transaction, type);
  if (fields === null) return null;
  const signed = [
    ...fields,
    number(type === 0 ? transaction.v : transaction.yParity),
    number(transaction.r),
    number(transaction.s),
  ];
  return type === 0 ? rlp(signed) : `0${type}${rlp(signed)}`;
}

/** What is signed, in its order: legacy, EIP-2930, EIP-1559, EIP-4844, EIP-7702. */
function bodyOf(transaction: CanonicalTransaction, type: number): RlpItem[] | null {
  const common = [number(transaction.gas), transaction.to === null ? '' : dataHex(transaction.to)];
  const payload = [number(transaction.value), dataHex(transaction.input)];
  const nonce = number(transaction.nonce);
  const chained = [number(transaction.chainId), nonce];
  const fees = [number(transaction.maxPriorityFeePerGas), number(transaction.maxFeePerGas)];
  switch (type) {
    case 0:
      return [nonce, number(transaction.gasPrice), ...common, ...payload];
    case 1:
      return [...chained, number(transaction.gasPrice), ...common, ...payload, accessList(transaction)];
    case 2:
      return [...chained, ...fees, ...common, ...payload, accessList(transaction)];
    case 3:
      return [...chained, ...fees, ...common, ...payload, accessList(transaction), ...blobs(transaction)];
    case 4:
      return [...chained, ...fees, ...common, ...payload, accessList(transaction), authorizations(transaction)];
    default:
      return null;
  }
}

const number = (quantity: string | undefined): string => quantityHex(quantity ?? '0x0');

const accessList = (transaction: CanonicalTransaction): RlpItem =>
  (transaction.accessList ?? []).map((item) => [dataHex(item.address), item.storageKeys.map(dataHex)]);

const blobs = (transaction: CanonicalTransaction): RlpItem[] => [
  number(transaction.maxFeePerBlobGas),
  (transaction.blobVersionedHashes ?? []).map(dataHex),
];

const authorizations = (transaction: CanonicalTransaction): RlpItem =>
  (transaction.authorizationList ?? []).map((item) => [
    number(item.chainId),
    dataHex(item.address),
    number(item.nonce),
    number(item.yParity),
    number(item.r),
    number(item.s),
  ]);
