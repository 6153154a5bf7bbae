import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** Before each record: its length and its CRC-32, four bytes each, big-endian. */
const PREFIX_BYTES = 8;

interface Record {
  readonly offset: number;
  readonly length: number;
}

/**
 * An append-only file of byte records, numbered from 0. A record that a crash tore at the end is cut off when the file is
 * opened; damage before the end is refused.
 */
export class BlockFile {
  private readonly records: Record[] = [];
  private end = 0;

  private constructor(private readonly file: number) {}

  /** @throws {Error} where a record before the last is damaged */
  static open(path: string): BlockFile {
    mkdirSync(dirname(path), { recursive: true });
    const blocks = new BlockFile(openSync(path, 'a+'));
    blocks.scan(path);
    return blocks;
  }

  get count(): number {
    return this.records.length;
  }

  append(bytes: Uint8Array): void {
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(bytes.length, 0);
    prefix.writeUInt32BE(crc32(bytes), 4);
    writeAll(this.file, Buffer.concat([prefix, bytes]));
    this.records.push({ offset: this.end + PREFIX_BYTES, length: bytes.length });
    this.end += PREFIX_BYTES + bytes.length;
  }

  /** @throws {RangeError} where there is no such record */
  read(number: number): Uint8Array {
    const record = this.records[number];
    if (record === undefined) throw new RangeError(`Got: block ${number}. Expected: 0 to ${this.count - 1}.`);
    return this.bytesAt(record.offset, record.length);
  }

  close(): void {
    closeSync(this.file);
  }

  private scan(path: string): void {
    const size = fstatSync(this.file).size;
    while (this.end + PREFIX_BYTES <= size) {
      const prefix = this.bytesAt(this.end, PREFIX_BYTES);
      const length = prefix.readUInt32BE(0);
      const offset = this.end + PREFIX_BYTES;
      if (offset + length > size) break;
      if (crc32(this.bytesAt(offset, length)) !== prefix.readUInt32BE(4)) {
        if (offset + length === size) break;
        throw new Error(`${path} is damaged at byte ${offset}, in block ${this.count}. Fix: start over with --fresh.`);
      }
      this.records.push({ offset, length });
      this.end = offset + length;
    }
    if (this.end < size) ftruncateSync(this.file, this.end);
  }

  private bytesAt(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      const read = readSync(this.file, bytes, done, length - done, offset + done);
      if (read === 0) throw new Error(`The block file ends at byte ${offset + done}; expected ${length - done} more`);
      done += read;
    }
    return bytes;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done);
}
