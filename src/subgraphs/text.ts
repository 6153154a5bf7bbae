import { isUtf8 } from 'node:buffer';

/** Base64 as 0x-prefixed hex. */
export const hexOfBase64 = (base64: string): string => `0x${Buffer.from(base64, 'base64').toString('hex')}`;

/** The text that bytes are, where they are valid UTF-8. */
export const utf8 = (bytes: Uint8Array): string | null => (isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : null);

/** The JSON value that a text is; undefined where it is none. */
export function jsonOf(text: string | null): unknown {
  if (text === null || text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Any text may be given: most payloads are no JSON.
  }
}
