import type { StreamItem } from '../../subgraphs/stream.js';
import type { StreamMessage } from './subscriptions.js';

/** One item of a stream, executed and serialised. */
export class ItemMessage implements StreamMessage {
  readonly bytes: Buffer;

  constructor(
    readonly text: string,
    readonly item: StreamItem,
  ) {
    this.bytes = Buffer.from(text);
  }

  get sequence(): number | null {
    return this.item.sequence;
  }

  cursor(): string {
    return this.item.cursor();
  }

  /** As `cursor`, of something that may be kept for long: it holds no text. */
  get place(): () => string {
    const { item } = this;
    return () => item.cursor();
  }
}

/** The answer to a query or mutation: nothing resumes after it. */
export function lastMessage(text: string): StreamMessage {
  return { text, bytes: Buffer.from(text), cursor: () => '' };
}
