import { view } from './bytes.js';

// Keys of fields as they stand on the wire (https://protobuf.dev/programming-guides/encoding): number * 8 + wire type. A field that
// comes with another wire type than its message gives it has another key, so it is passed over, as Fabric's own decoder does.
export const NUMBER_1 = 0x08;
export const NUMBER_2 = 0x10;
export const NUMBER_3 = 0x18;
export const NUMBER_4 = 0x20;
export const BYTES_1 = 0x0a;
export const BYTES_2 = 0x12;
export const BYTES_3 = 0x1a;
export const BYTES_4 = 0x22;
export const BYTES_5 = 0x2a;

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED_32 = 5;
const MAX_GROUPS = 100;
const TWO_TO_32 = 4_294_967_296;

/** Stands where a message has no such field; a field that is there and empty is another object. */
export const ABSENT: Buffer = Buffer.alloc(0);

/**
 * Walks the fields of one protobuf message over its bytes: copies none, makes no objects but those asked for. For messages of which
 * a block holds thousands; others are read by fabric-protos. Throws RangeError where the bytes are no message.
 */
export class Fields {
  /** Of the field that `next` went to. */
  key = 0;
  private low = 0;
  private high = 0;
  private start = 0;
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = view(bytes);
  }

  /** Goes to the next field; false at the end. */
  next(): boolean {
    if (this.at >= this.bytes.length) return false;
    this.readVarint();
    if (this.high !== 0 || this.low >>> 3 === 0) throw new RangeError('A field has no number');
    this.key = this.low >>> 0;
    this.readValue(0);
    return true;
  }

  /** The bytes of a length-delimited field. */
  value(): Buffer {
    return this.bytes.subarray(this.start, this.at);
  }

  text(): string {
    return this.bytes.toString('utf8', this.start, this.at);
  }

  base64(): string {
    return this.bytes.toString('base64', this.start, this.at);
  }

  hex(): string {
    return this.bytes.toString('hex', this.start, this.at);
  }

  /** Of a uint64; not exact above 2^53. */
  unsigned(): number {
    return (this.high >>> 0) * TWO_TO_32 + (this.low >>> 0);
  }

  /** Of an int64; not exact beyond 2^53. */
  signed(): number {
    return this.high * TWO_TO_32 + (this.low >>> 0);
  }

  /** Of an int32 or an enumeration. */
  int32(): number {
    return this.low;
  }

  flag(): boolean {
    return this.low !== 0 || this.high !== 0;
  }

  private readValue(groups: number): void {
    switch (this.key & 7) {
      case VARINT:
        return this.readVarint();
      case FIXED_64:
        return this.pass(8);
      case LENGTH_DELIMITED:
        this.readVarint();
        return this.pass(this.unsigned());
      case START_GROUP:
        return this.passGroup(groups + 1);
      case FIXED_32:
        return this.pass(4);
      default:
        throw new RangeError('A field has an unknown wire type');
    }
  }

  private pass(length: number): void {
    this.start = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError('A field is longer than its message');
  }

  /** Groups are in no message of Fabric's: an unknown field may be one. */
  private passGroup(groups: number): void {
    if (groups > MAX_GROUPS) throw new RangeError('Groups are nested too deep');
    const opened = this.key;
    for (;;) {
      this.readVarint();
      this.key = this.low >>> 0;
      if ((this.key & 7) === END_GROUP) break;
      this.readValue(groups);
    }
    if (this.key >>> 3 !== opened >>> 3) throw new RangeError('A group ends that did not begin');
    this.key = opened;
  }

  private readVarint(): void {
    const first = this.bytes[this.at];
    if (first !== undefined && first < 0x80) {
      this.at += 1;
      this.low = first;
      this.high = 0;
      return;
    }
    this.readLong();
  }

  private readLong(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new RangeError('A message ends within a number');
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high |= bits >>> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.low = low | 0;
        this.high = high | 0;
        return;
      }
    }
    throw new RangeError('A number has more than 64 bits');
  }
}

/** The first four length-delimited fields of a message by number, the last of each; `ABSENT` where there is none. */
export function parts(bytes: Uint8Array): readonly [Buffer, Buffer, Buffer, Buffer] {
  let [first, second, third, fourth] = [ABSENT, ABSENT, ABSENT, ABSENT];
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === BYTES_1) first = fields.value();
    else if (fields.key === BYTES_2) second = fields.value();
    else if (fields.key === BYTES_3) third = fields.value();
    else if (fields.key === BYTES_4) fourth = fields.value();
  }
  return [first, second, third, fourth];
}

/** All values of a message's length-delimited field that has this key. */
export function repeated(bytes: Uint8Array, key: number): Buffer[] {
  const values: Buffer[] = [];
  const fields = new Fields(bytes);
  while (fields.next()) if (fields.key === key) values.push(fields.value());
  return values;
}
