import type { StreamMessage } from '../subscribe/subscriptions.js';

// RFC 6455 section 5.2: FIN and the opcode of a text; a server's frames are not masked.
const FINAL_TEXT = 0x81;
const SMALL = 126;
const MEDIUM = 65_536;
const END = 0x7d; // }

const headerBytes = (length: number): number => (length < SMALL ? 2 : length < MEDIUM ? 4 : 10);

/**
 * Frames of `next` messages. The result was serialised once for all; only what stands before it (with the operation's id)
 * differs, so that nothing is parsed or stringified for each subscriber.
 */
export class NextFrames {
  #message: StreamMessage | undefined;
  #start = '';
  #frame: Buffer = Buffer.alloc(0);

  /** Who chose the same id as the one before shares its bytes. */
  of(message: StreamMessage, start: string): Buffer {
    if (this.#message === message && this.#start === start) return this.#frame;
    this.#frame = frame(start, message.bytes);
    this.#message = message;
    this.#start = start;
    return this.#frame;
  }
}

/** What stands before the result of an operation with this id. */
export const startOf = (id: string): string => `{"id":${JSON.stringify(id)},"type":"next","payload":`;

function frame(start: string, payload: Buffer): Buffer {
  const startBytes = Buffer.byteLength(start);
  const length = startBytes + payload.length + 1;
  const header = headerBytes(length);
  const bytes = Buffer.allocUnsafe(header + length);
  bytes[0] = FINAL_TEXT;
  if (header === 2) bytes[1] = length;
  else if (header === 4) {
    bytes[1] = SMALL;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = SMALL + 1;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  bytes.write(start, header);
  payload.copy(bytes, header + startBytes);
  bytes[header + length - 1] = END;
  return bytes;
}
