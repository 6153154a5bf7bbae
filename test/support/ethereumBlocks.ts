import type { DecodedEvent, DecodedTransaction } from '../../src/model/block.js';
import type { EthereumTransactionDetail, TokenTransfer } from '../../src/model/ethereum.js';
import type { Parts, PartsRequest } from './blocks.js';
import { seeded, type Random } from './random.js';

/** Accounts and contracts of the made-up chain: few enough that lists about one of them have rows, many enough to tell apart. */
export const accounts = Array.from({ length: 40 }, (_, at) => `0x${seeded(at + 1).hex(40)}`);
export const tokens = Array.from({ length: 6 }, (_, at) => `0x${seeded(at + 1001).hex(40)}`);
export const TRANSFER = `0x${seeded(77).hex(64)}`;
const FUNCTIONS = ['transfer', 'approve', 'mint', 'vote', 'deposit'];

const word = (address: string): string => `0x${address.slice(2).padStart(64, '0')}`;

export function ethereumParts({ random, hash, transactions: count, timestampMs }: PartsRequest): Parts {
  const transactions: DecodedTransaction[] = [];
  const tokenTransfers: TokenTransfer[] = [];
  let logIndex = 0;
  for (let index = 0; index < count; index += 1) {
    const from = random.pick(accounts);
    const to = random.pick(tokens);
    const failed = random.below(10) === 0;
    const transfers = failed ? [] : makeTransfers(random, from, to, index, logIndex);
    logIndex += transfers.length;
    tokenTransfers.push(...transfers);
    transactions.push({
      index,
      hash: `0x${random.hex(64)}`,
      timestampMs,
      outcome: failed ? 'FAILED' : 'SUCCEEDED',
      parties: [
        { nativeId: from, role: 'SENDER' },
        { nativeId: to, role: 'RECIPIENT' },
      ],
      chaincode: null,
      function: random.below(8) === 0 ? null : random.pick(FUNCTIONS),
      detail: detail(random, from, to),
      events: transfers.map(eventOf),
    });
  }
  const root = `0x${random.hex(64)}`;
  return {
    detail: {
      ...{ kind: 'ethereum', gasUsed: String(random.below(30_000_000)), gasLimit: '30000000', baseFee: '7' },
      ...{ feeRecipient: accounts[0] ?? null, stateRoot: root, transactionsRoot: hash, receiptsRoot: root },
    },
    ...{ config: null, lifecycle: [], tokenTransfers, transactions },
  };
}

function makeTransfers(random: Random, from: string, token: string, index: number, first: number): TokenTransfer[] {
  const nft = token === tokens[0];
  return Array.from({ length: 1 + random.below(2) }, (_, at) => ({
    ...{ transactionIndex: index, logIndex: first + at, item: 0, token, standard: nft ? 'ERC721' : 'ERC20' },
    ...{ from, to: random.pick(accounts), amount: nft ? '1' : String(random.below(1_000_000)) },
    tokenId: nft ? String(random.below(500)) : null,
  }));
}

function eventOf(transfer: TokenTransfer): DecodedEvent {
  const argument = (name: string, type: string, value: string) => ({ name, type, value });
  return {
    ...{ index: transfer.logIndex, name: 'Transfer', chaincode: null, address: transfer.token },
    topics: [TRANSFER, word(transfer.from), word(transfer.to)],
    detail: {
      kind: 'ethereum',
      data: `0x${Number(transfer.amount).toString(16).padStart(64, '0')}`,
      decoded: {
        ...{ signature: 'Transfer(address,address,uint256)', name: 'Transfer' },
        arguments: [
          argument('from', 'address', transfer.from),
          argument('to', 'address', transfer.to),
          argument('value', 'uint256', transfer.amount),
        ],
      },
    },
  };
}

function detail(random: Random, from: string, to: string): EthereumTransactionDetail {
  const input = `0xa9059cbb${random.hex(128)}`;
  return {
    ...{ kind: 'ethereum', type: 2, from, to, createdContract: null, nonce: String(random.below(1000)), value: '0' },
    ...{ gas: '90000', gasPrice: null, maxFeePerGas: '100', maxPriorityFeePerGas: '2', accessList: null, input },
    method: { selector: input.slice(0, 10), signature: 'transfer(address,uint256)', name: 'transfer', arguments: [] },
    ...{ gasUsed: '51234', effectiveGasPrice: '9' },
  };
}
