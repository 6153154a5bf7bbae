import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';

/**
 * Seals small JSON values into opaque, authenticated text: AES-256-GCM, bound to a purpose; the first secret seals, all open.
 * A value has one text for a purpose: clients compare cursors (an edge's with its page's, a page's with the one they hold).
 */
export interface CursorSeal {
  seal(purpose: string, value: unknown): string;
  /** The sealed value; undefined where it was forged, changed, or sealed for another purpose or by a forgotten secret. */
  open(purpose: string, text: string): unknown;
}

const MAX_CURSOR_CHARACTERS = 8192;

export function cursorSeal(secrets: readonly (string | Uint8Array)[]): CursorSeal {
  const keys = secrets.map((secret) => createHash('sha256').update('parley cursor ').update(secret).digest());
  const [first] = keys;
  if (first === undefined) throw new RangeError('cursorSeal needs at least one secret');
  return {
    seal: (purpose, value) => seal(first, purpose, value),
    open: (purpose, text) => {
      if (text.length > MAX_CURSOR_CHARACTERS) return undefined;
      for (const key of keys) {
        const value = open(key, purpose, text);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}

function seal(key: Buffer, purpose: string, value: unknown): string {
  const text = JSON.stringify(value);
  const nonce = nonceOf(key, purpose, text);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

/** Synthetic (as in RFC 8452): from the key and all that is sealed, so that a nonce comes back only with the same text. */
const nonceOf = (key: Buffer, purpose: string, text: string): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify([purpose, text]))
    .digest()
    .subarray(0, 12);

function open(key: Buffer, purpose: string, text: string): unknown {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < 29) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(bytes.subarray(12, 28));
  try {
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8'));
  } catch {
    return undefined; // Not sealed with this key for this purpose: the caller tries the next or refuses.
  }
}
