import type { ParamType } from 'ethers';
import type { Checksums } from './checksums.js';
import { wordReader } from './words.js';

const WORD_DIGITS = 64;

/** Data is not an encoding of the type. */
export class NotEncoded extends Error {
  override readonly name = 'NotEncoded';
}

/**
 * ABI data as plain hex, with a budget. Offsets may point anywhere, so arrays of arrays can describe the same bytes again and
 * again: a few kilobytes can stand for years of reading. Honest encodings read each word once.
 */
export class AbiData {
  private budget: number;

  constructor(
    private readonly hex: string,
    readonly checksums: Checksums,
  ) {
    this.budget = 64 + 2 * Math.ceil(hex.length / WORD_DIGITS);
  }

  /** The word that starts at byte `at`. */
  word(at: number): string {
    this.spend(1);
    const word = this.hex.slice(2 * at, 2 * at + WORD_DIGITS);
    if (word.length < WORD_DIGITS) throw new NotEncoded();
    return word;
  }

  /** A word that is an offset or a length inside the data. */
  size(at: number): number {
    const size = Number.parseInt(this.word(at), 16);
    if (size > this.hex.length / 2) throw new NotEncoded();
    return size;
  }

  bytes(at: number, length: number): string {
    this.spend(Math.ceil(length / 32));
    const bytes = this.hex.slice(2 * at, 2 * (at + length));
    if (bytes.length < 2 * length) throw new NotEncoded();
    return bytes;
  }

  spend(words: number): void {
    this.budget -= words;
    if (this.budget < 0) throw new NotEncoded();
  }
}

/** Reads one value of a type: `at` is where its head stands, `base` where the offsets of its tuple count from. */
export interface ValueReader {
  /** Bytes of its head. */
  readonly head: number;
  /** True where the head is only the offset of the rest. */
  readonly dynamic: boolean;
  read(data: AbiData, at: number): unknown;
}

/** The reader for a parameter's type, https://docs.soliditylang.org/en/latest/abi-spec.html. */
export function valueReader(param: ParamType): ValueReader {
  if (param.arrayChildren !== null) return arrayReader(valueReader(param.arrayChildren), param.arrayLength ?? -1);
  if (param.components !== null) return structReader(param.components);
  const read = wordReader(param);
  if (read !== null)
    return { head: 32, dynamic: false, read: (data, at) => sound(read(data.word(at), data.checksums)) };
  if (param.type === 'string') return { head: 32, dynamic: true, read: (data, at) => textOf(readBytes(data, at)) };
  if (param.type === 'bytes') return { head: 32, dynamic: true, read: (data, at) => `0x${readBytes(data, at)}` };
  return wordReaderOfOther();
}

/** Types that are none of the above (function references, fixed point) are shown as their word. */
const wordReaderOfOther = (): ValueReader => ({ head: 32, dynamic: false, read: (data, at) => `0x${data.word(at)}` });

function sound(value: unknown): unknown {
  if (value === undefined) throw new NotEncoded();
  return value;
}

const readBytes = (data: AbiData, at: number): string => data.bytes(at + 32, data.size(at));

/** What is not UTF-8 has U+FFFD in its place: a contract may call any bytes a string. */
const textOf = (hex: string): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(hex, 'hex'));

/** Values side by side: heads first, then what they point to. */
export function readSequence(readers: readonly ValueReader[], data: AbiData, base: number): unknown[] {
  let at = base;
  return readers.map((reader) => {
    const place = reader.dynamic ? base + data.size(at) : at;
    at += reader.head;
    return reader.read(data, place);
  });
}

function arrayReader(item: ValueReader, length: number): ValueReader {
  const items = (data: AbiData, at: number, count: number): unknown[] => {
    // Items that take no bytes, as arrays of length 0 do, cost something all the same.
    if (item.head === 0) data.spend(count);
    return readSequence(new Array<ValueReader>(count).fill(item), data, at);
  };
  if (length === -1) return { head: 32, dynamic: true, read: (data, at) => items(data, at + 32, data.size(at)) };
  return {
    dynamic: item.dynamic,
    head: item.dynamic ? 32 : item.head * length,
    read: (data, at) => items(data, at, length),
  };
}

/** An object where all parts are named, else a list. */
function structReader(parts: readonly ParamType[]): ValueReader {
  const readers = parts.map(valueReader);
  const names = parts.map(({ name }) => name);
  const named = new Set(names).size === parts.length && !names.includes('');
  const dynamic = readers.some((reader) => reader.dynamic);
  return {
    dynamic,
    head: dynamic ? 32 : readers.reduce((sum, reader) => sum + reader.head, 0),
    read: (data, at) => {
      const values = readSequence(readers, data, at);
      return named ? Object.fromEntries(names.map((name, i) => [name, values[i]])) : values;
    },
  };
}
