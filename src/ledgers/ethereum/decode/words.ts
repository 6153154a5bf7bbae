import type { ParamType } from 'ethers';
import type { Checksums } from './checksums.js';

/** Reads one 32-byte word (64 hex digits, lower case); undefined where it is not a value of the type. */
export type WordReader = (word: string, checksums: Checksums) => unknown;

const ZEROS = '0'.repeat(64);

/**
 * How a parameter that takes exactly one word is read; null for all others. Most logs are made of such words, and reading them
 * here is many times faster than through a general decoder.
 */
export function wordReader(param: ParamType): WordReader | null {
  const { type } = param;
  if (type === 'address') return readAddress;
  if (type === 'bool') return readBool;
  const [, kind = '', size = ''] = /^(uint|int|bytes)(\d+)$/.exec(type) ?? [];
  if (kind === 'uint') return unsignedReader(Number(size));
  if (kind === 'int') return signedReader(Number(size));
  return kind === 'bytes' ? bytesReader(Number(size)) : null;
}

const readAddress: WordReader = (word, checksums) =>
  word.startsWith(ZEROS.slice(0, 24)) ? checksums.of(`0x${word.slice(24)}`) : undefined;

const readBool: WordReader = (word) => {
  if (!word.startsWith(ZEROS.slice(0, 63))) return undefined;
  return word.endsWith('1') ? true : word.endsWith('0') ? false : undefined;
};

function unsignedReader(bits: number): WordReader {
  const leading = ZEROS.slice(0, 64 - bits / 4);
  return (word) => (word.startsWith(leading) ? decimal(word) : undefined);
}

function decimal(word: string): string {
  // Twelve digits are 48 bits: a number holds them exactly.
  if (word.startsWith(ZEROS.slice(0, 52))) return String(Number.parseInt(word.slice(52), 16));
  return BigInt(`0x${word}`).toString();
}

function signedReader(bits: number): WordReader {
  return (word) => {
    const value = BigInt.asIntN(256, BigInt(`0x${word}`));
    return BigInt.asIntN(bits, value) === value ? value.toString() : undefined;
  };
}

function bytesReader(size: number): WordReader {
  const trailing = ZEROS.slice(0, 64 - 2 * size);
  return (word) => (word.endsWith(trailing) ? `0x${word.slice(0, 2 * size)}` : undefined);
}
