import { LAST_KNOWN_TYPE, type CanonicalLog, type CanonicalReceipt } from './canonicalBlock.js';
import { data, dataItem, fieldsOf, list, optionalData, optionalQuantity, quantity, type Fields } from './fields.js';

/** Takes a receipt of a node's answer apart. Throws `MalformedAnswer`. */
export function readReceipt(answer: Fields): CanonicalReceipt {
  const type = Number(optionalQuantity(answer, 'type') ?? '0x0');
  const status = optionalQuantity(answer, 'status');
  return {
    cumulativeGasUsed: quantity(answer, 'cumulativeGasUsed'),
    effectiveGasPrice: type > LAST_KNOWN_TYPE ? optionalQuantity(answer, 'effectiveGasPrice') : undefined,
    gasUsed: quantity(answer, 'gasUsed'),
    logs: list(answer, 'logs', (item) => readLog(fieldsOf(item, 'a log'))),
    root: status === undefined ? optionalData(answer, 'root', 32) : undefined,
    status,
    transactionHash: data(answer, 'transactionHash', 32),
  };
}

function readLog(fields: Fields): CanonicalLog {
  return {
    address: data(fields, 'address', 20),
    data: data(fields, 'data'),
    topics: list(fields, 'topics', dataItem(32)),
  };
}
