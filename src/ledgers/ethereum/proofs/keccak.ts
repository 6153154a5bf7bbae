import { createKeccak, type IHasher } from 'hash-wasm';

/** Keccak-256 of bytes as plain hex. */
export type Keccak = (bytes: Uint8Array) => string;

/**
 * Keccak-256 compiled to WebAssembly: proving a block takes some hundred hashes, and in JavaScript those alone would
 * halve the speed of a back-fill.
 */
export async function createKeccak256(): Promise<Keccak> {
  const hasher: IHasher = await createKeccak(256);
  return (bytes) => hasher.init().update(bytes).digest('hex');
}
