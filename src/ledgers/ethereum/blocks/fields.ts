/** A node's answer that lacks what every block has. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

export type Fields = Readonly<Record<string, unknown>>;

const HEX = /^0x(?:[0-9a-f]{2})*$/;
const QUANTITY = /^0x[0-9a-f]+$/;

/** An object of an answer. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new MalformedAnswer(`${what} is no object`);
}

/** Byte data, lower case; of `bytes` length where that is given. */
export function data(fields: Fields, key: string, bytes?: number): string {
  const value = fields[key];
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (!HEX.test(text) || (bytes !== undefined && text.length !== 2 + 2 * bytes)) {
    throw new MalformedAnswer(`${key} is no ${bytes === undefined ? 'byte data' : `${bytes} bytes`}`);
  }
  return text;
}

/** As `data`, undefined where the field is absent or null. */
export const optionalData = (fields: Fields, key: string, bytes?: number): string | undefined =>
  fields[key] == null ? undefined : data(fields, key, bytes);

/** A quantity, lower case and without leading zeros. */
export function quantity(fields: Fields, key: string): string {
  const value = fields[key];
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (!QUANTITY.test(text)) throw new MalformedAnswer(`${key} is no quantity`);
  return text.length > 3 && text[2] === '0' ? `0x${text.slice(2).replace(/^0+(?=.)/, '')}` : text;
}

export const optionalQuantity = (fields: Fields, key: string): string | undefined =>
  fields[key] == null ? undefined : quantity(fields, key);

/** A list; an absent one is undefined. */
export function optionalList<T>(fields: Fields, key: string, read: (item: unknown) => T): readonly T[] | undefined {
  const value = fields[key];
  if (value == null) return undefined;
  if (!Array.isArray(value)) throw new MalformedAnswer(`${key} is no list`);
  return value.map((item) => read(item));
}

export function list<T>(fields: Fields, key: string, read: (item: unknown) => T): readonly T[] {
  const items = optionalList(fields, key, read);
  if (items === undefined) throw new MalformedAnswer(`${key} is missing`);
  return items;
}

/** One item of a list of byte data. */
export const dataItem = (bytes: number) => (item: unknown) => data({ item }, 'item', bytes);
