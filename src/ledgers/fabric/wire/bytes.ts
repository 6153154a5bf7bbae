import { hash } from 'node:crypto';

/** The same bytes as a Buffer. */
export const view = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const hex = (bytes: Uint8Array): string => view(bytes).toString('hex');
export const base64 = (bytes: Uint8Array): string => view(bytes).toString('base64');
export const utf8 = (bytes: Uint8Array): string => view(bytes).toString('utf8');
/** One character a byte: a cheap key for maps. */
export const latin1 = (bytes: Uint8Array): string => view(bytes).toString('latin1');
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => view(a).equals(b);
/** Plain hex. */
export const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');
