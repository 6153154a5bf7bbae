import { AbiCoder, ParamType, Result } from 'ethers';
import type { DecodedValue } from '../../../model/ethereum.js';
import type { Checksums } from './checksums.js';

/**
 * Longer data is not decoded: an ABI's arrays of arrays may point to the same bytes again and again, so that a little data
 * describes a lot. A transaction's input and its logs are shorter in all but hostile cases.
 */
const MAX_DECODED_BYTES = 128 * 1024;

/** Decodes a tuple of ABI values; null where the data is not one. Pure, and never throws for what the chain holds. */
export function decodeValues(params: readonly ParamType[], data: string, checksums: Checksums): DecodedValue[] | null {
  if (data.length > 2 + 2 * MAX_DECODED_BYTES) return null;
  try {
    const decoded = AbiCoder.defaultAbiCoder().decode(params.map(withTextAsBytes), data);
    return params.map((param, index) => describe(param, toJson(param, decoded[index], checksums)));
  } catch {
    // Not data of this ABI. What cannot be decoded is kept as bytes by the caller, so nothing is lost.
    return null;
  }
}

export const describe = (param: ParamType, value: unknown): DecodedValue => ({
  name: param.name === '' ? null : param.name,
  type: param.format('sighash'),
  value,
});

/** A contract may call any bytes a string; they are decoded as bytes, so that reading them cannot fail. */
function withTextAsBytes(param: ParamType): ParamType {
  if (!/string/.test(param.format('sighash'))) return param;
  if (param.arrayChildren !== null) {
    const length = param.arrayLength === -1 ? '' : String(param.arrayLength);
    return ParamType.from(`${withTextAsBytes(param.arrayChildren).format('sighash')}[${length}]`);
  }
  if (param.components !== null) {
    return ParamType.from(`(${param.components.map((part) => withTextAsBytes(part).format('sighash')).join(',')})`);
  }
  return ParamType.from('bytes');
}

/** Integers as decimal strings, bytes as hex, text as text (what is not UTF-8 with U+FFFD in its place), tuples as objects where all their parts are named. */
function toJson(param: ParamType, value: unknown, checksums: Checksums): unknown {
  if (param.arrayChildren !== null) {
    const child = param.arrayChildren;
    return itemsOf(value).map((item) => toJson(child, item, checksums));
  }
  if (param.components !== null) return tupleToJson(param.components, itemsOf(value), checksums);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'string') return value;
  if (param.type === 'string') return textOf(value);
  return param.type === 'address' ? checksums.of(value) : value;
}

function tupleToJson(parts: readonly ParamType[], items: readonly unknown[], checksums: Checksums): unknown {
  const values = parts.map((part, index) => toJson(part, items[index], checksums));
  const names = new Set(parts.map(({ name }) => name));
  if (names.size !== parts.length || names.has('')) return values;
  return Object.fromEntries(parts.map(({ name }, index) => [name, values[index]]));
}

const itemsOf = (value: unknown): readonly unknown[] => (value instanceof Result ? value.toArray() : []);

const textOf = (hex: string): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(hex.slice(2), 'hex'));
