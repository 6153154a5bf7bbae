import type { StreamBatch } from '../../subgraphs/stream.js';
import type { ItemMessage } from './message.js';

const MOST_MESSAGES = 256;
const MOST_BYTES = 1_048_576;

/**
 * What a topic told last, so that who catches up joins it without a seam. One sequence may stand for several items, given in several
 * batches: `through` is the last that was given whole.
 */
export class Recent {
  #messages: ItemMessage[] = [];
  #bytes = 0;
  /** Every message after this sequence is here; null while it is not known. */
  #from: number | null = null;
  #through: number | null = null;

  get through(): number | null {
    return this.#through;
  }

  /** @param messages of all the batch's items; null where they are not kept */
  told({ items, through }: StreamBatch, messages: readonly ItemMessage[] | null): void {
    const sequences = items.map(({ sequence }) => sequence);
    this.#through = through;
    if (through === null || sequences.includes(null) || messages === null) {
      this.#forget(through === null ? null : Math.max(through, ...sequences.map((sequence) => sequence ?? 0)));
      return;
    }
    // The first batch holds all that matched since the stream began.
    this.#from ??= sequences[0] == null ? through : sequences[0] - 1;
    for (const message of messages) {
      this.#messages.push(message);
      this.#bytes += message.bytes.length;
    }
    while (this.#messages.length > MOST_MESSAGES || this.#bytes > MOST_BYTES) this.#dropFirst();
  }

  #dropFirst(): void {
    const first = this.#messages.shift();
    if (first === undefined) return;
    this.#bytes -= first.bytes.length;
    this.#from = Math.max(this.#from ?? 0, first.sequence ?? 0);
  }

  #forget(from: number | null): void {
    this.#messages = [];
    this.#bytes = 0;
    this.#from = from;
  }

  /**
   * What is lacking to one who has everything up to a sequence and nothing after it; `behind` where that is not here any more, `ahead`
   * where it has what was not told yet.
   */
  after(sequence: number): readonly ItemMessage[] | 'behind' | 'ahead' {
    if (this.#through === null || this.#from === null || sequence < this.#from) return 'behind';
    if (sequence > this.#through) return 'ahead';
    return this.#messages.filter((message) => (message.sequence ?? 0) > sequence);
  }
}
