import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

// A thread of SignatureChecks. It imports nothing of Parley's, so that it also runs as the source that it is.

/** Signatures to check, packed: what is signed and the signature stand one after the other in `bytes`. */
export interface CheckOrder {
  /** Keys that the thread has not been given before, as SPKI in DER; they are numbered on. */
  readonly newKeys: readonly Uint8Array[];
  readonly bytes: Uint8Array;
  /** For each signature three numbers: its key's, the length of what is signed, its own length. */
  readonly places: Int32Array;
}
/** One byte a signature: 1 where it holds. */
export type CheckAnswer = Uint8Array;

const keys: KeyObject[] = [];

parentPort?.on('message', ({ newKeys, bytes, places }: CheckOrder) => {
  for (const key of newKeys) keys.push(createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' }));
  const answer = new Uint8Array(places.length / 3);
  let at = 0;
  for (let i = 0; i < answer.length; i += 1) {
    const key = keys[places[3 * i] ?? -1];
    const signed = bytes.subarray(at, (at += places[3 * i + 1] ?? 0));
    const signature = bytes.subarray(at, (at += places[3 * i + 2] ?? 0));
    if (key === undefined) throw new RangeError('A key was never given');
    const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    answer[i] = verify(digest, signed, key, signature) ? 1 : 0;
  }
  parentPort?.postMessage(answer satisfies CheckAnswer);
});
