import { createPrivateKey } from 'node:crypto';
import { ParleyError } from '../../errors/index.js';
import { openSigner, type Signer } from '../../keys/index.js';
import { signedTransaction } from '../../ledgers/ethereum/index.js';
import type { Meaning } from '../../model/signing.js';
import { certificateOf, whoIs } from './check.js';
import type { RequestFile } from './request.js';

/** What `submitSignature` takes. Errors: `INPUT_INVALID` where the key is not that of the request's identity, or cannot be read. */
export async function signRequest(request: RequestFile, meaning: Meaning, keyText: string): Promise<Uint8Array> {
  const signer = openKey(request, keyText);
  if (signer.identity.kind === 'fabric') return signer.sign(request.bytes);
  const signature = await signer.sign(meaning.digest);
  if (request.stage === 'EVM_TRANSACTION') return signedTransaction(request.bytes, signature);
  // Wallets and contracts write the recovery bit as 27 or 28.
  return Uint8Array.from([...signature.subarray(0, 64), 27 + (signature[64] ?? 0)]);
}

const OF_FILE = { id: 'the key', member: 'its owner' };

function openKey({ identity }: RequestFile, keyText: string): Signer {
  if ('address' in identity) return walletOf(identity.address, keyText);
  const { mspId, certificate } = identity;
  requireFits(identity, keyText);
  return openSigner({ ...OF_FILE, kind: 'fabric', mspId, certificatePem: certificate, privateKeyPem: keyText });
}

function walletOf(address: string, keyText: string): Signer {
  const digits = /^\s*(?:0x)?([0-9a-fA-F]{64})\s*$/.exec(keyText)?.[1];
  if (digits === undefined) throw noKey('a private key of a wallet: 64 hex digits');
  const signer = openSigner({ ...OF_FILE, kind: 'ethereum', privateKey: digits.toLowerCase() });
  const own = signer.identity.kind === 'ethereum' ? signer.identity.address : '';
  if (own.toLowerCase() === address.toLowerCase()) return signer;
  throw otherKey(own, address);
}

function requireFits(identity: { readonly mspId: string; readonly certificate: string }, keyText: string): void {
  const certificate = certificateOf(identity.certificate);
  let fits: boolean;
  try {
    fits = certificate.checkPrivateKey(createPrivateKey(keyText));
  } catch {
    // The reason may quote what was read.
    throw noKey('a PEM private key without a passphrase: ECDSA on P-256 or P-384, or Ed25519');
  }
  if (!fits) throw otherKey('a key of another certificate', whoIs(identity));
}

const noKey = (expected: string): ParleyError =>
  new ParleyError('INPUT_INVALID', 'The key cannot be read', { expected, fix: 'Give its file with --key.' });

const otherKey = (got: string, expected: string): ParleyError =>
  new ParleyError('INPUT_INVALID', 'The key is not that of whom the request is for', {
    got,
    expected,
    fix: 'Sign with the key that belongs to the identity the request was prepared for.',
  });
