import type { common } from '@hyperledger/fabric-protos';

/** The limits of a batch, from the channel's configuration. */
export interface BatchLimits {
  readonly maxMessageCount: number;
  readonly preferredMaxBytes: number;
}

/** What came of one more message: batches that are full, and whether messages are left that wait for more or for time. */
export interface CutResult {
  readonly batches: readonly (readonly common.Envelope[])[];
  readonly pending: boolean;
}

/** Collects messages into batches: a message over the preferred size stands alone, the others are cut by count and size. */
export class BlockCutter {
  private batch: common.Envelope[] = [];
  private bytes = 0;

  ordered(message: common.Envelope, limits: BatchLimits): CutResult {
    const size = messageBytes(message);
    if (size > limits.preferredMaxBytes) return { batches: [...this.cutNonEmpty(), [message]], pending: false };
    const overflow = this.bytes + size > limits.preferredMaxBytes ? this.cutNonEmpty() : [];
    this.batch.push(message);
    this.bytes += size;
    const full = this.batch.length >= limits.maxMessageCount ? this.cutNonEmpty() : [];
    return { batches: [...overflow, ...full], pending: this.batch.length > 0 };
  }

  /** Takes what is pending. */
  cut(): readonly common.Envelope[] {
    const batch = this.batch;
    this.batch = [];
    this.bytes = 0;
    return batch;
  }

  private cutNonEmpty(): (readonly common.Envelope[])[] {
    return this.batch.length === 0 ? [] : [this.cut()];
  }
}

/** The size by which limits are measured: payload and signature, without the message's own framing. */
export function messageBytes(message: common.Envelope): number {
  return message.getPayload_asU8().length + message.getSignature_asU8().length;
}
