import type { BlockSignature } from '../../model/fabric.js';
import type { DecodedBlock } from '../../model/block.js';

/**
 * True where two copies of a channel's block differ in nothing but which orderers' signatures they carry, and all of those verify.
 * Each BFT orderer keeps the quorum that it saw itself, so two peers may rightly hold different ones. A changed byte cannot look
 * like this: it makes no other orderer's valid signature.
 */
export function isOtherQuorum(a: DecodedBlock, b: DecodedBlock): boolean {
  if (a.detail.kind !== 'fabric' || b.detail.kind !== 'fabric') return false;
  const all = [...a.detail.signatures, ...b.detail.signatures];
  return (
    a.detail.signaturesVerified &&
    b.detail.signaturesVerified &&
    all.every(({ verified }) => verified) &&
    signers(a.detail.signatures) !== signers(b.detail.signatures) &&
    JSON.stringify(withoutSignatures(a)) === JSON.stringify(withoutSignatures(b))
  );
}

const signers = (signatures: readonly BlockSignature[]): string =>
  signatures
    .map(({ consenterId }) => consenterId ?? '')
    .sort()
    .join();

function withoutSignatures(block: DecodedBlock): unknown {
  return { ...block, bytes: null, detail: { ...block.detail, signatures: null } };
}
