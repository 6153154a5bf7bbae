import type { DecodedBlock, DecodedEvent, DecodedTransaction, RawBlock } from '../../../model/block.js';
import type { EthereumBlockDetail, TokenTransfer } from '../../../model/ethereum.js';
import type { LedgerId } from '../../../model/ids.js';
import type { BlockDecoder } from '../../ledger.js';
import type { CanonicalAnswer, CanonicalBlock, CanonicalLog } from '../blocks/canonicalBlock.js';
import type { AbiIndex } from './abiIndex.js';
import type { Checksums } from './checksums.js';
import { decimal } from './decimal.js';
import type { DecodedLog } from './eventReader.js';
import { TokenTransferReader } from './tokenTransfers.js';
import { TransactionDecoder } from './transactionDecoder.js';

/** Decodes blocks of one chain. Carries nothing from block to block but what it has computed before. */
export class EthereumBlockDecoder implements BlockDecoder {
  private readonly transfers: TokenTransferReader;
  private readonly transactions: TransactionDecoder;

  constructor(
    private readonly ledger: LedgerId,
    private readonly abis: AbiIndex,
    private readonly checksums: Checksums,
  ) {
    this.transfers = new TokenTransferReader(checksums);
    this.transactions = new TransactionDecoder(abis, checksums);
  }

  decode(raw: RawBlock): DecodedBlock {
    const { buffer, byteOffset, byteLength } = raw.bytes;
    const answer = JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString('utf8')) as CanonicalAnswer;
    const tokenTransfers: TokenTransfer[] = [];
    const { number, hash, parentHash, bytes } = raw;
    const timestampMs = Number(answer.block.timestamp) * 1_000;
    return {
      ...{ ledger: this.ledger, number, hash, parentHash, timestampMs, bytes },
      detail: this.detail(answer.block),
      transactions: this.decodeTransactions(answer, timestampMs, tokenTransfers),
      config: null,
      lifecycle: [],
      tokenTransfers,
    };
  }

  private detail(block: CanonicalBlock): EthereumBlockDetail {
    return {
      kind: 'ethereum',
      gasUsed: decimal(block.gasUsed),
      gasLimit: decimal(block.gasLimit),
      baseFee: block.baseFeePerGas === undefined ? null : decimal(block.baseFeePerGas),
      feeRecipient: this.checksums.of(block.miner),
      stateRoot: block.stateRoot,
      transactionsRoot: block.transactionsRoot,
      receiptsRoot: block.receiptsRoot,
    };
  }

  private decodeTransactions(
    answer: CanonicalAnswer,
    timestampMs: number,
    transfers: TokenTransfer[],
  ): DecodedTransaction[] {
    const { block, receipts } = answer;
    let logIndex = 0;
    return block.transactions.map((transaction, index) => {
      const receipt = receipts[index];
      const events = (receipt?.logs ?? []).map((log) => {
        transfers.push(...this.transfers.read(log, { transactionIndex: index, logIndex }));
        return this.decodeLog(log, logIndex++);
      });
      return { index, timestampMs, ...this.transactions.decode(transaction, receipt, block), events };
    });
  }

  private decodeLog(log: CanonicalLog, index: number): DecodedEvent {
    const decoded = this.readLog(log);
    return {
      index,
      name: decoded?.name ?? null,
      chaincode: null,
      address: this.checksums.of(log.address),
      topics: log.topics,
      detail: { kind: 'ethereum', data: log.data, decoded },
    };
  }

  private readLog(log: CanonicalLog): DecodedLog | null {
    const [topic] = log.topics;
    if (topic === undefined) return null;
    for (const event of this.abis.events(log.address, topic)) {
      const decoded = event.read(log, this.checksums);
      if (decoded !== null) return decoded;
    }
    return null;
  }
}
