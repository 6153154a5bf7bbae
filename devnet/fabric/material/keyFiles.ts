import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyPair } from '../ports.js';

/** Where a certificate and its key are. */
export interface KeyPaths {
  readonly certificate: string;
  readonly privateKey: string;
}

export function keyPaths(directory: string): KeyPaths {
  return { certificate: join(directory, 'cert.pem'), privateKey: join(directory, 'key.pem') };
}

/** The pair in a directory, or the one that `make` makes, written there: the key is for its owner's eyes only. */
export async function keptKeys(directory: string, make: () => Promise<KeyPair>): Promise<KeyPair> {
  const paths = keyPaths(directory);
  if (existsSync(paths.certificate) && existsSync(paths.privateKey)) {
    return {
      certificatePem: readFileSync(paths.certificate, 'utf8'),
      privateKeyPem: readFileSync(paths.privateKey, 'utf8'),
    };
  }
  const keys = await make();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(paths.privateKey, keys.privateKeyPem, { mode: 0o600 });
  // Last: a pair without its certificate is one whose making was interrupted.
  writeFileSync(paths.certificate, keys.certificatePem);
  return keys;
}
