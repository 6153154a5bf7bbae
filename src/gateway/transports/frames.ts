import type { Socket } from 'node:net';
import type { StreamMessage } from '../subscribe/subscriptions.js';

// RFC 6455 section 5.2: FIN and the opcode of a text; a server's frames are not masked.
const FINAL_TEXT = 0x81;
const SMALL = 126;
const MEDIUM = 65_536;
const END = 0x7d; // }

const headerBytes = (length: number): number => (length < SMALL ? 2 : length < MEDIUM ? 4 : 10);

// Most results are smaller; what is larger gets bytes of its own.
const SCRATCH_BYTES = 16_384;

/**
 * Writes `next` messages. The result was serialised once for all; only what stands before it (with the operation's id)
 * differs, so that nothing is parsed or stringified for each subscriber.
 */
export class NextFrames {
  #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

  /**
   * A frame that goes out at once is made in bytes that the next one uses again: ten thousand subscribers leave no garbage.
   * Bytes that the system did not take at once belong to the connection from then on.
   */
  write(net: Socket, message: StreamMessage, start: string): void {
    const startBytes = Buffer.byteLength(start);
    const length = startBytes + message.bytes.length + 1;
    const size = headerBytes(length) + length;
    if (net.writableLength > 0 || net.writableCorked > 0 || size > SCRATCH_BYTES) {
      net.write(frame(Buffer.allocUnsafe(size), length, start, startBytes, message.bytes));
      return;
    }
    net.write(frame(this.#scratch.subarray(0, size), length, start, startBytes, message.bytes));
    if (net.writableLength > 0) this.#scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  }
}

/** What stands before the result of an operation with this id. */
export const startOf = (id: string): string => `{"id":${JSON.stringify(id)},"type":"next","payload":`;

function frame(bytes: Buffer, length: number, start: string, startBytes: number, payload: Buffer): Buffer {
  const header = headerBytes(length);
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
