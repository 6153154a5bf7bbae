import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const LENGTH_BYTES = 4;

/** A file of records, each after its length. What a killed process left half written is cut off when it is opened again. */
export class RecordFile {
  readonly #file: number;
  /** Where each record's length stands. */
  readonly #offsets: number[] = [];
  #end = 0;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    // Created where absent, never emptied.
    this.#file = openSync(path, 'a+');
    this.#scan(fstatSync(this.#file).size);
  }

  get length(): number {
    return this.#offsets.length;
  }

  append(record: Uint8Array): void {
    const bytes = Buffer.alloc(LENGTH_BYTES + record.length);
    bytes.writeUInt32BE(record.length);
    bytes.set(record, LENGTH_BYTES);
    writeSync(this.#file, bytes);
    this.#offsets.push(this.#end);
    this.#end += bytes.length;
  }

  read(index: number): Uint8Array {
    const offset = this.#offsets[index];
    if (offset === undefined) throw new Error(`no record ${index} among ${this.length}`);
    return this.#bytesAt(offset + LENGTH_BYTES, this.#lengthAt(offset));
  }

  close(): void {
    closeSync(this.#file);
  }

  #scan(size: number): void {
    while (this.#end + LENGTH_BYTES <= size) {
      const next = this.#end + LENGTH_BYTES + this.#lengthAt(this.#end);
      if (next > size) break;
      this.#offsets.push(this.#end);
      this.#end = next;
    }
    if (this.#end < size) ftruncateSync(this.#file, this.#end);
  }

  #lengthAt(offset: number): number {
    return this.#bytesAt(offset, LENGTH_BYTES).readUInt32BE();
  }

  #bytesAt(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.#file, bytes, 0, length, offset);
    return bytes;
  }
}
