import { plainLine, plainText } from '../../model/signing.js';
import { missingIn, requireHonest, whoIs } from './check.js';
import { meaningOf } from './meaning.js';
import { readRequest } from './request.js';
import { signRequest } from './sign.js';

/** A signing request whose bytes were read and found to be what its file says. */
export interface OpenRequest {
  /** What is signed, in words, from the bytes alone. */
  readonly lines: readonly string[];
  /** What the file's own summary leaves unsaid, or what else makes one stop and think. */
  readonly warnings: readonly string[];
  /** 0x-prefixed: what `submitSignature` takes. Errors: `INPUT_INVALID` where the key is another's. */
  sign(keyText: string): Promise<string>;
}

/**
 * Opens the file of a signing request, on a machine that has nothing but the file. `abi`: of a contract that it calls. Errors:
 * `INPUT_INVALID` where it is none, its digest or signer belies its bytes, or they cannot be shown.
 */
export function openRequest(text: string, abi: readonly unknown[], nowMs: number): OpenRequest {
  const request = readRequest(text);
  const meaning = meaningOf(request, abi);
  requireHonest(request, meaning);
  const { stage, identity, summary, expiresAt } = request;
  const unsaid = missingIn(summary, meaning);
  return {
    lines: [
      `${stage}, signed by ${plainText(whoIs(identity))}:`,
      ...meaning.lines,
      `Digest 0x${Buffer.from(meaning.digest).toString('hex')}, recomputed`,
      `The server’s summary of it: ${plainLine(summary)}`,
    ],
    warnings: [
      ...unsaid.map((word) => `The server’s summary does not say “${plainText(word)}”, which the bytes do.`),
      ...(Date.parse(expiresAt) < nowMs
        ? [`The request expired at ${plainText(expiresAt)}: Parley takes it no more.`]
        : []),
    ],
    sign: async (keyText) => `0x${Buffer.from(await signRequest(request, meaning, keyText)).toString('hex')}`,
  };
}
