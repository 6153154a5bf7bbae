import type { CanonicalBlock, CanonicalWithdrawal } from './canonicalBlock.js';
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
import { readTransaction } from './readTransaction.js';

/** Takes a node's answer to eth_getBlockByNumber (with whole transactions) apart. Throws `MalformedAnswer`. */
export function readBlock(answer: Fields): CanonicalBlock {
  return {
    baseFeePerGas: optionalQuantity(answer, 'baseFeePerGas'),
    blobGasUsed: optionalQuantity(answer, 'blobGasUsed'),
    blockAccessListHash: optionalData(answer, 'blockAccessListHash', 32),
    difficulty: optionalQuantity(answer, 'difficulty') ?? '0x0',
    excessBlobGas: optionalQuantity(answer, 'excessBlobGas'),
    extraData: data(answer, 'extraData'),
    gasLimit: quantity(answer, 'gasLimit'),
    gasUsed: quantity(answer, 'gasUsed'),
    hash: data(answer, 'hash', 32),
    logsBloom: data(answer, 'logsBloom', 256),
    miner: data(answer, 'miner', 20),
    mixHash: optionalData(answer, 'mixHash', 32),
    nonce: optionalData(answer, 'nonce', 8),
    number: quantity(answer, 'number'),
    parentBeaconBlockRoot: optionalData(answer, 'parentBeaconBlockRoot', 32),
    parentHash: data(answer, 'parentHash', 32),
    receiptsRoot: data(answer, 'receiptsRoot', 32),
    requestsHash: optionalData(answer, 'requestsHash', 32),
    sha3Uncles: data(answer, 'sha3Uncles', 32),
    slotNumber: optionalQuantity(answer, 'slotNumber'),
    stateRoot: data(answer, 'stateRoot', 32),
    timestamp: quantity(answer, 'timestamp'),
    transactions: list(answer, 'transactions', (item) => readTransaction(fieldsOf(item, 'a transaction'))),
    transactionsRoot: data(answer, 'transactionsRoot', 32),
    uncles: optionalList(answer, 'uncles', dataItem(32)) ?? [],
    withdrawals: optionalList(answer, 'withdrawals', readWithdrawal),
    withdrawalsRoot: optionalData(answer, 'withdrawalsRoot', 32),
  };
}

function readWithdrawal(item: unknown): CanonicalWithdrawal {
  const fields = fieldsOf(item, 'a withdrawal');
  return {
    address: data(fields, 'address', 20),
    amount: quantity(fields, 'amount'),
    index: quantity(fields, 'index'),
    validatorIndex: quantity(fields, 'validatorIndex'),
  };
}
