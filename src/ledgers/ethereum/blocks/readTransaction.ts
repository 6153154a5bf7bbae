import {
  LAST_KNOWN_TYPE,
  type AccessListItem,
  type Authorization,
  type CanonicalTransaction,
} from './canonicalBlock.js';
import {
  data,
  dataItem,
  fieldsOf,
  list,
  optionalData,
  optionalList,
  optionalQuantity,
  quantity,
  type Fields,
} from './fields.js';

/** Takes a transaction of a node's answer apart. Throws `MalformedAnswer`. */
export function readTransaction(answer: Fields): CanonicalTransaction {
  const type = optionalQuantity(answer, 'type') ?? '0x0';
  const typeNumber = Number(type);
  const priced = typeNumber <= 1 || typeNumber > LAST_KNOWN_TYPE;
  return {
    accessList: typeNumber === 0 ? undefined : optionalList(answer, 'accessList', readAccess),
    authorizationList: optionalList(answer, 'authorizationList', readAuthorization),
    blobVersionedHashes: optionalList(answer, 'blobVersionedHashes', dataItem(32)),
    // A legacy transaction's chain id stands in v; only some nodes say it again.
    chainId: typeNumber === 0 ? undefined : optionalQuantity(answer, 'chainId'),
    from: data(answer, 'from', 20),
    gas: quantity(answer, 'gas'),
    gasPrice: priced ? optionalQuantity(answer, 'gasPrice') : undefined,
    hash: data(answer, 'hash', 32),
    input: inputOf(answer),
    maxFeePerBlobGas: optionalQuantity(answer, 'maxFeePerBlobGas'),
    maxFeePerGas: optionalQuantity(answer, 'maxFeePerGas'),
    maxPriorityFeePerGas: optionalQuantity(answer, 'maxPriorityFeePerGas'),
    nonce: quantity(answer, 'nonce'),
    r: optionalQuantity(answer, 'r'),
    s: optionalQuantity(answer, 's'),
    to: optionalData(answer, 'to', 20) ?? null,
    type,
    v: typeNumber === 0 ? optionalQuantity(answer, 'v') : undefined,
    value: quantity(answer, 'value'),
    yParity: typeNumber === 0 ? undefined : (optionalQuantity(answer, 'yParity') ?? optionalQuantity(answer, 'v')),
  };
}

const inputOf = (answer: Fields): string => data(answer, answer['input'] === undefined ? 'data' : 'input');

function readAccess(item: unknown): AccessListItem {
  const fields = fieldsOf(item, 'an access list entry');
  return { address: data(fields, 'address', 20), storageKeys: list(fields, 'storageKeys', dataItem(32)) };
}

function readAuthorization(item: unknown): Authorization {
  const fields = fieldsOf(item, 'an authorization');
  return {
    address: data(fields, 'address', 20),
    chainId: quantity(fields, 'chainId'),
    nonce: quantity(fields, 'nonce'),
    r: quantity(fields, 'r'),
    s: quantity(fields, 's'),
    yParity: optionalQuantity(fields, 'yParity') ?? quantity(fields, 'v'),
  };
}
