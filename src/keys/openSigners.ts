import type { SignerConfig } from '../config/index.js';
import { ethereumKeySigner } from './ethereumKey.js';
import { fabricFileSigner } from './fabricFile.js';
import type { Signer } from './signer.js';

/** Every configured signer, ready to sign. Errors: `CONFIG_INVALID`, naming the signer and never its key. */
export const openSigners = (configs: readonly SignerConfig[]): readonly Signer[] => configs.map(openSigner);

export const openSigner = (config: SignerConfig): Signer =>
  config.kind === 'fabric' ? fabricFileSigner(config) : ethereumKeySigner(config);
