/** What bytes that somebody is to sign say by themselves. */
export interface Meaning {
  /** In plain words, a line each. */
  readonly lines: readonly string[];
  /** What is signed: SHA-256, Keccak-256 or as the scheme says; recomputed. */
  readonly digest: Uint8Array;
  /** Whom the bytes name as their signer; null where they name nobody. */
  readonly signer: { readonly mspId: string; readonly certificate: string } | { readonly address: string } | null;
  /** Words that a summary of these bytes cannot do without. */
  readonly essentials: readonly string[];
}

/** A line that is another's to its end: no control character, no change of direction. */
export const plainLine = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�');

/** Text of others between words of ours: no control character, no change of direction, no closing quote. */
export const plainText = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}“”]/gu, '�');
