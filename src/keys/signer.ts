/** Who a signature stands for: the identity that a ledger knows. */
export type SigningIdentity =
  | { readonly kind: 'fabric'; readonly mspId: string; /** PEM. */ readonly certificate: string }
  | { readonly kind: 'ethereum'; /** EIP-55. */ readonly address: string };

/** What is done to bytes to sign them; Fabric hashes with SHA-256 whatever the curve. */
export type SignatureScheme =
  'ECDSA_P256_SHA256' | 'ECDSA_P384_SHA256' | 'ED25519' | 'EIP712' | 'EIP191' | 'EVM_TRANSACTION';

/**
 * A key that Parley may use, wherever it is kept. It signs bytes and gives nothing of the key away; what may be signed is decided
 * before (`access`).
 */
export interface Signer {
  readonly id: string;
  /** The member, by its key in the configuration, that it signs for. */
  readonly member: string;
  readonly identity: SigningIdentity;
  readonly scheme: SignatureScheme;
  /**
   * Fabric: over the message (hashed as the scheme says), DER, low S. Ethereum: over a 32-byte digest, of a
   * transaction, of typed data (EIP-712) or of a message (EIP-191): 65 bytes r‖s‖v (v 0 or 1).
   * Errors: SIGNER_UNAVAILABLE.
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
