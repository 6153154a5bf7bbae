/** One element of DER (ITU-T X.690): where its content starts and ends in the bytes it was read from. */
export interface DerElement {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** Reads the element at `offset`. Throws RangeError where there is none. */
export function readDer(bytes: Uint8Array, offset: number, limit = bytes.length): DerElement {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw new RangeError('DER ends too early');
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const start = offset + 2 + lengthBytes;
  const end = start + (first < 0x80 ? first : longLength(bytes.subarray(offset + 2, start), lengthBytes));
  if (end > limit) throw new RangeError('A DER element is longer than what holds it');
  return { tag, start, end };
}

function longLength(bytes: Uint8Array, count: number): number {
  if (count === 0 || count > 4 || bytes.length < count)
    throw new RangeError('A DER length is not definite or too large');
  return bytes.reduce((length, byte) => length * 256 + byte, 0);
}

/** The elements directly inside an element. */
export function derChildren(bytes: Uint8Array, parent: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (let at = parent.start; at < parent.end;) {
    const child = readDer(bytes, at, parent.end);
    children.push(child);
    at = child.end;
  }
  return children;
}

export function derElement(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...derLength(body.length)]), body]);
}

/** A non-negative INTEGER. */
export function derInteger(value: number | bigint): Buffer {
  const digits = BigInt(value).toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return (bytes[0] ?? 0) < 0x80 ? derElement(0x02, bytes) : derElement(0x02, Buffer.from([0]), bytes);
}

function derLength(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}
