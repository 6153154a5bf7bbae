import { createECDH } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { SignerConfig } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import { eip55 } from '../model/address.js';
import type { Signer } from './signer.js';

const DIGEST_BYTES = 32;

/** A private key of a wallet. Errors: `CONFIG_INVALID` where it is none of the curve. */
export function ethereumKeySigner({ id, member, privateKey }: Extract<SignerConfig, { kind: 'ethereum' }>): Signer {
  const key = Uint8Array.from(Buffer.from(privateKey, 'hex'));
  return {
    id,
    member,
    identity: { kind: 'ethereum', address: addressOf(publicKeyOf(id, key)) },
    scheme: 'EVM_TRANSACTION',
    sign: async (digest) => {
      if (digest.length !== DIGEST_BYTES)
        throw new ParleyError('INTERNAL', 'A wallet signs digests', { got: digest.length, expected: DIGEST_BYTES });
      // Loaded when first needed: most configurations sign on Fabric alone.
      const { secp256k1 } = await import('@noble/curves/secp256k1.js');
      // Recovery bit first; Ethereum has it last.
      const [recovery, ...rs] = secp256k1.sign(digest, key, { prehash: false, lowS: true, format: 'recovered' });
      return Uint8Array.from([...rs, recovery ?? 0]);
    },
  };
}

function publicKeyOf(id: string, key: Uint8Array): Uint8Array {
  const curve = createECDH('secp256k1');
  try {
    curve.setPrivateKey(key);
  } catch {
    throw new ParleyError('CONFIG_INVALID', `signers: the private key of ${id} is none of secp256k1`);
  }
  return curve.getPublicKey();
}

/** https://ethereum.github.io/yellowpaper/paper.pdf, (284): the last 20 bytes of the Keccak-256 of the public key's coordinates. */
function addressOf(uncompressed: Uint8Array): string {
  const hash = keccak_256(uncompressed.subarray(1));
  return eip55(`0x${Buffer.from(hash.subarray(12)).toString('hex')}`);
}
