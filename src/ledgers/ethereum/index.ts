import type { EthereumLedger } from '../ledger.js';
import { EthereumChain } from './ethereumLedger.js';
import type { EthereumOptions } from './options.js';

export { storedProof, type StoredProof } from './proofs/storedProof.js';
export { readUnsigned, signedTransaction } from './signing/readUnsigned.js';
export { readBallot } from './signing/typedData.js';
export type { EthereumOptions, Finality, Proof, Tuning } from './options.js';

/**
 * Opens an Ethereum chain as a ledger; nothing is asked of it yet. Close it when done.
 * Errors: `CONFIG_INVALID` where a URL, an address or an ABI cannot be used.
 */
export function createEthereumLedger(options: EthereumOptions): EthereumLedger {
  return new EthereumChain(options);
}
