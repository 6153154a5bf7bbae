import type { BlockRef, RawBlock } from '../../../model/block.js';
import { fabricLedgerId, type LedgerId } from '../../../model/ids.js';
import type { LedgerHead } from '../../ledger.js';
import { openBlock } from '../wire/block.js';
import { openFrame, type BlockFrame } from '../wire/frame.js';
import { rawBlock } from '../wire/rawBlock.js';
import { deliver, type DeliverCall, type DeliverFrom } from './deliver.js';
import type { Peer } from './peer.js';
import { PeerProblem } from './peerProblem.js';
import { seekEnvelope, type Seek } from './seek.js';
import type { ClientSigner } from './signer.js';

/** Reads one channel from whichever peer it is told. All errors are `PeerProblem`s. */
export class ChannelReader {
  private readonly frames = new WeakMap<RawBlock, BlockFrame>();

  constructor(
    private readonly channel: string,
    private readonly signer: ClientSigner,
    private readonly answerTimeoutMs: number,
    private readonly from: DeliverFrom = 'peer',
  ) {}

  /** A range of blocks that exist; each must arrive in time. `after`: the hash of the block before, where it is known. */
  range(peer: Peer, from: number, to: number, signal: AbortSignal, after: string | null): AsyncGenerator<RawBlock> {
    return this.blocks(peer, { start: from, stop: to, wait: false }, signal, this.answerTimeoutMs, after);
  }

  /** What a block that it read was found to be made of. */
  frameOf(block: RawBlock): BlockFrame | undefined {
    return this.frames.get(block);
  }

  /** Every block from one on, waiting for those that do not exist yet. */
  onwards(peer: Peer, from: number, signal: AbortSignal): AsyncGenerator<RawBlock> {
    return this.blocks(peer, { start: from, stop: 'forever', wait: true }, signal, null);
  }

  async head(peer: Peer, signal: AbortSignal): Promise<LedgerHead> {
    return headOf(await this.one(peer, { start: 'newest', stop: 'newest', wait: false }, signal));
  }

  /** The newest block without its transactions: what a probe costs does not grow with the blocks. */
  newest(peer: Peer, signal: AbortSignal): Promise<RawBlock> {
    return this.one(peer, { start: 'newest', stop: 'newest', wait: false, headersOnly: true }, signal);
  }

  /** Null where the channel has no such block (or no longer: a peer that joined from a snapshot). */
  async block(peer: Peer, number: number, signal: AbortSignal): Promise<RawBlock | null> {
    try {
      return await this.one(peer, { start: number, stop: number, wait: false }, signal);
    } catch (error) {
      if (!(error instanceof PeerProblem) || error.kind !== 'notFound') throw error;
      await this.head(peer, signal); // Throws where it is the channel that is missing.
      return null;
    }
  }

  /** Makes sure, once a peer, that it serves the ledger that is meant. */
  async check(peer: Peer, ledger: LedgerId, signal: AbortSignal): Promise<void> {
    if (peer.isChecked) return;
    const genesis = await this.block(peer, 0, signal);
    if (genesis !== null && fabricLedgerId(genesis.hash) !== ledger)
      throw new PeerProblem('mismatch', `The peer serves another channel: its genesis block is ${genesis.hash}`);
    peer.isChecked = true;
  }

  private async one(peer: Peer, seek: Seek, signal: AbortSignal): Promise<RawBlock> {
    let found: RawBlock | null = null;
    for await (const block of this.blocks(peer, seek, signal, this.answerTimeoutMs)) found ??= block;
    if (found !== null) return found;
    signal.throwIfAborted();
    throw new PeerProblem('unavailable', 'The peer delivered nothing');
  }

  private async *blocks(
    peer: Peer,
    seek: Seek,
    signal: AbortSignal,
    timeoutMs: number | null,
    after: string | null = null,
  ): AsyncGenerator<RawBlock> {
    const envelope = seekEnvelope(this.channel, this.signer, seek);
    let expected: number | null = typeof seek.start === 'number' ? seek.start : null;
    let last = after;
    for await (const bytes of this.delivered(peer, { from: this.from, envelope, signal, timeoutMs })) {
      const block = this.read(bytes, seek.headersOnly !== true);
      if (expected !== null && block.number !== expected)
        throw new PeerProblem('contradiction', `The peer delivered block ${block.number} in place of ${expected}`);
      if (last !== null && block.parentHash !== last)
        throw new PeerProblem('contradiction', `The peer’s block ${block.number} does not follow its block before`);
      [expected, last] = [block.number + 1, block.hash];
      yield block;
    }
  }

  /** `whole`: the transactions must be those that the header names. */
  private read(bytes: Uint8Array, whole: boolean): RawBlock {
    const { block, frame } = opened(bytes);
    if (whole && !frame.holdsItsData)
      throw new PeerProblem('contradiction', `The data of the peer’s block ${block.number} does not fit its header`);
    this.frames.set(block, frame);
    return block;
  }

  /** As `deliver`; a refusal of a certificate that has expired says so. By this clock alone none is held to have. */
  private async *delivered(peer: Peer, call: DeliverCall): AsyncGenerator<Uint8Array> {
    const { notAfter } = this.signer;
    try {
      yield* deliver(peer, call);
    } catch (error) {
      if (!(error instanceof PeerProblem) || error.kind !== 'forbidden' || notAfter.getTime() > Date.now()) throw error;
      const ended = notAfter.toISOString();
      throw new PeerProblem('expired', `${error.message}: the certificate of ${this.signer.mspId} expired at ${ended}`);
    }
  }
}

/** A Fabric block is final as soon as a peer has it. */
export function headOf(block: RawBlock): LedgerHead {
  const { number, hash } = block;
  return { number, hash, timestampMs: openBlock(block.bytes).timestampMs, finalized: number, safe: number };
}

export const refOf = ({ number, hash }: BlockRef): BlockRef => ({ number, hash });

function opened(bytes: Uint8Array): { readonly block: RawBlock; readonly frame: BlockFrame } {
  try {
    const frame = openFrame(bytes);
    return { block: rawBlock(bytes, frame), frame };
  } catch (cause) {
    throw new PeerProblem('contradiction', 'The peer delivered bytes that are no block', { cause });
  }
}
