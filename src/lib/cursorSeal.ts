import { createCipheriv, createDecipheriv, createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/**
 * Seals small JSON values into opaque, authenticated text: AES-256-GCM, bound to a purpose; the first secret seals, all open.
 * A value has one text for a purpose: clients compare cursors (an edge's with its page's, a page's with the one they hold).
 */
export interface CursorSeal {
  seal(purpose: string, value: unknown): string;
  /** The sealed value; undefined where it was forged, changed, or sealed for another purpose or by a forgotten secret. */
  open(purpose: string, text: string): unknown;
  /** As `seal`, for what is packed already. */
  sealBytes(purpose: string, bytes: Uint8Array): string;
  /** As `open`, for what `sealBytes` sealed. */
  openBytes(purpose: string, text: string): Buffer | undefined;
}

/** What a request's headers hold beside a cursor, in 16 KiB: a stream is resumed with one in `Last-Event-ID`. */
export const MAX_CURSOR_CHARACTERS = 12_288;
/** Nonce and authentication tag. */
const OVERHEAD_BYTES = 12 + 16;
/** The most bytes that fit into a cursor. */
export const MAX_CURSOR_BYTES = (MAX_CURSOR_CHARACTERS * 3) / 4 - OVERHEAD_BYTES;

export function cursorSeal(secrets: readonly (string | Uint8Array)[]): CursorSeal {
  // Key objects, for Node makes one of each key that is bytes: three times as slow, once an item of a stream.
  const keys = secrets.map((secret) =>
    createSecretKey(createHash('sha256').update('parley cursor ').update(secret).digest()),
  );
  const [first] = keys;
  if (first === undefined) throw new RangeError('cursorSeal needs at least one secret');
  const openBytes = (purpose: string, text: string): Buffer | undefined => {
    if (text.length > MAX_CURSOR_CHARACTERS) return undefined;
    const sealed = Buffer.from(text, 'base64url');
    // Decoding passes over what it does not know, and over spare bits: a value would have several texts.
    if (sealed.length <= OVERHEAD_BYTES || sealed.toString('base64url') !== text) return undefined;
    for (const key of keys) {
      const bytes = open(key, purpose, sealed);
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  };
  return {
    seal: (purpose, value) => seal(first, purpose, Buffer.from(JSON.stringify(value))),
    open: (purpose, text) => jsonOf(openBytes(purpose, text)),
    sealBytes: (purpose, bytes) => seal(first, purpose, bytes),
    openBytes,
  };
}

function seal(key: KeyObject, purpose: string, bytes: Uint8Array): string {
  const nonce = nonceOf(key, purpose, bytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

/** Synthetic (as in RFC 8452): from the key and all that is sealed, so that a nonce comes back only with the same text. */
const nonceOf = (key: KeyObject, purpose: string, bytes: Uint8Array): Buffer =>
  createHmac('sha256', key).update(JSON.stringify(purpose)).update(bytes).digest().subarray(0, 12);

function open(key: KeyObject, purpose: string, bytes: Buffer): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(bytes.subarray(12, 28));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(OVERHEAD_BYTES)), decipher.final()]);
  } catch {
    return undefined; // Not sealed with this key for this purpose: the caller tries the next or refuses.
  }
}

function jsonOf(bytes: Buffer | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined; // Bytes that were sealed for a purpose of JSON values: never by us.
  }
}
