import { common } from '@hyperledger/fabric-protos';

/** The creator that a signature header names; empty (nobody, so nothing verifies) where the bytes are no such header. */
export function creatorOf(signatureHeader: Uint8Array): Uint8Array {
  try {
    return common.SignatureHeader.deserializeBinary(signatureHeader).getCreator_asU8();
  } catch {
    return new Uint8Array(0); // What it signed is marked as unverified.
  }
}
