import { common } from '@hyperledger/fabric-protos';
import { blockData, headerHash, transactionsFilter } from '../messages/block.js';
import { envelopeOf } from '../messages/transaction.js';
import { RecordFile } from './recordFile.js';

/** How many blocks are kept decoded. */
const CACHED_BLOCKS = 64;

export interface TransactionPosition {
  readonly block: number;
  readonly index: number;
  /** `peer.TxValidationCode` */
  readonly code: number;
}

/** A channel's validated blocks on disk, and where a transaction or a hash stands among them. */
export class BlockStore {
  readonly #file: RecordFile;
  readonly #cache = new Map<number, common.Block>();
  readonly #transactions = new Map<string, TransactionPosition>();
  readonly #byHash = new Map<string, number>();
  #lastHash: Uint8Array = new Uint8Array();

  constructor(path: string) {
    this.#file = new RecordFile(path);
    for (let number = 0; number < this.height; number++) this.#index(this.block(number), number);
  }

  /** Number of blocks. */
  get height(): number {
    return this.#file.length;
  }

  /** Header hash of the last block; empty where there is none. */
  get lastHash(): Uint8Array {
    return this.#lastHash;
  }

  append(block: common.Block): void {
    const number = this.height;
    this.#file.append(block.serializeBinary());
    this.#remember(number, block);
    this.#index(block, number);
  }

  /** Throws where there is no block of that number. Blocks are shared: nobody may change one. */
  block(number: number): common.Block {
    const known = this.#cache.get(number);
    if (known !== undefined) return known;
    const block = common.Block.deserializeBinary(this.#file.read(number));
    this.#remember(number, block);
    return block;
  }

  transaction(id: string): TransactionPosition | null {
    return this.#transactions.get(id) ?? null;
  }

  numberOf(hash: Uint8Array): number | null {
    return this.#byHash.get(Buffer.from(hash).toString('hex')) ?? null;
  }

  close(): void {
    this.#file.close();
  }

  #remember(number: number, block: common.Block): void {
    this.#cache.set(number, block);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED_BLOCKS && oldest !== undefined) this.#cache.delete(oldest);
  }

  #index(block: common.Block, number: number): void {
    this.#lastHash = headerHash(block);
    this.#byHash.set(Buffer.from(this.#lastHash).toString('hex'), number);
    const filter = transactionsFilter(block);
    blockData(block).forEach((data, index) => {
      const id = idOf(data);
      // A duplicate never takes the place of the first.
      if (id === '' || this.#transactions.has(id)) return;
      this.#transactions.set(id, { block: number, index, code: filter[index] ?? 0 });
    });
  }
}

function idOf(data: Uint8Array): string {
  try {
    return envelopeOf(data).channelHeader.getTxId();
  } catch {
    // An envelope that cannot be read was ordered all the same; it has a validation code and no id.
    return '';
  }
}
