import { createHash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { type Bundle, bundleOf } from '../config/bundle.js';
import { BlockCutter } from './blockCutter.js';
import { dataHash, headerHash } from './blockHash.js';
import type { BlockFile } from './blockFile.js';
import { signBlock, type OrdererSigner } from './blockSigner.js';

/** How many envelopes a BFT channel remembers as ordered; SmartBFT's pool does likewise. */
const REMEMBERED_REQUESTS = 10_000;

/** One channel's chain: collects envelopes into blocks, signs them, and keeps them in its file. */
export class Chain {
  private readonly cutter = new BlockCutter();
  private readonly ordered = new Set<string>();
  private readonly waiting = new Set<() => void>();
  private timer: NodeJS.Timeout | null = null;
  private current: Bundle;
  private lastHash: Uint8Array;
  private lastConfig: number;
  private closed = false;

  /** @throws {Error} where the file's blocks cannot be read */
  constructor(
    readonly channel: string,
    private readonly file: BlockFile,
    private readonly signers: readonly OrdererSigner[],
    genesis: common.Block,
  ) {
    if (file.count === 0) file.append(genesis.serializeBinary());
    const last = this.block(file.count - 1);
    this.lastHash = headerHash(headerOf(last));
    this.lastConfig = lastConfigOf(last);
    this.current = bundleOf(channel, this.block(this.lastConfig));
  }

  get bundle(): Bundle {
    return this.current;
  }

  get height(): number {
    return this.file.count;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** A fresh copy: who changes it changes nothing here. @throws {RangeError} where there is none */
  block(number: number): common.Block {
    return common.Block.deserializeBinary(this.file.read(number));
  }

  /** Takes an envelope that was checked. @returns null, or why a BFT orderer does not take it again */
  order(envelope: common.Envelope): string | null {
    if (this.current.orderer.consensus === 'BFT' && !this.remember(envelope)) return 'request already processed';
    const { batches, pending } = this.cutter.ordered(envelope, this.current.orderer);
    for (const batch of batches) this.write(batch);
    this.arm(pending, batches.length > 0);
    return null;
  }

  /** A config envelope stands alone in its block; what waits is cut before it. */
  configure(envelope: common.Envelope, next: Bundle): void {
    this.flush();
    this.lastConfig = this.height;
    // Signed by the consenters of the configuration before it.
    this.write([envelope]);
    this.current = next;
  }

  /** Resolves once there is a block of this number, or the chain was closed, or the signal says so. */
  async waitFor(number: number, signal: AbortSignal): Promise<void> {
    while (this.height <= number && !this.closed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.waiting.add(wake);
        signal.addEventListener('abort', wake);
      });
    }
  }

  /** What was accepted is in a block before the file is closed. */
  close(): void {
    if (this.closed) return;
    this.flush();
    this.closed = true;
    this.wake();
    this.file.close();
  }

  private flush(): void {
    this.disarm();
    const batch = this.cutter.cut();
    if (batch.length > 0) this.write(batch);
  }

  private write(batch: readonly common.Envelope[]): void {
    const data = new common.BlockData();
    data.setDataList(batch.map((envelope) => envelope.serializeBinary()));
    const header = new common.BlockHeader();
    header.setNumber(this.height);
    header.setPreviousHash(this.lastHash);
    header.setDataHash(dataHash(data.getDataList_asU8()));
    const block = new common.Block();
    block.setHeader(header);
    block.setData(data);
    signBlock(block, this.lastConfig, this.current.orderer, this.signers);
    this.file.append(block.serializeBinary());
    this.lastHash = headerHash(header);
    this.wake();
  }

  private wake(): void {
    for (const wake of [...this.waiting]) wake();
  }

  /** The clock runs from the first message of a batch. */
  private arm(pending: boolean, cut: boolean): void {
    if (!pending || cut) this.disarm();
    if (pending && this.timer === null) {
      this.timer = setTimeout(() => this.flush(), this.current.orderer.batchTimeoutMs);
    }
  }

  private disarm(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private remember(envelope: common.Envelope): boolean {
    const key = createHash('sha256').update(envelope.getPayload_asU8()).digest('base64');
    if (this.ordered.has(key)) return false;
    this.ordered.add(key);
    const [oldest] = this.ordered;
    if (this.ordered.size > REMEMBERED_REQUESTS && oldest !== undefined) this.ordered.delete(oldest);
    return true;
  }
}

function headerOf(block: common.Block): common.BlockHeader {
  const header = block.getHeader();
  if (header === undefined) throw new Error('A block has no header');
  return header;
}

/** The number of the last config block, as a block's own metadata says it. */
export function lastConfigOf(block: common.Block): number {
  const bytes = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.LAST_CONFIG] ?? new Uint8Array();
  return common.LastConfig.deserializeBinary(common.Metadata.deserializeBinary(bytes).getValue_asU8()).getIndex();
}
