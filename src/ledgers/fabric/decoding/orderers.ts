import { common } from '@hyperledger/fabric-protos';
import type { BlockSignature } from '../../../model/fabric.js';
import type { GoverningConfig } from '../config/governing.js';
import type { Identities, Identity } from '../identities/identity.js';
import { verifySignature } from '../identities/signature.js';
import type { OpenBlock } from '../wire/block.js';
import type { OrdererSignature } from '../wire/metadata.js';
import { creatorOf } from '../wire/signatureHeader.js';

export interface OrdererVerdict {
  readonly signatures: readonly BlockSignature[];
  readonly verified: boolean;
}

/**
 * Judges the orderers' signatures by the configuration before the block: one is enough on Raft, a quorum of different consenters on
 * BFT. A genesis block has none to judge.
 */
export function judgeOrderers(
  block: OpenBlock,
  config: GoverningConfig | null,
  identities: Identities,
): OrdererVerdict {
  if (block.number === 0) return { signatures: [], verified: true };
  const judged = block.metadata.signatures.map((signature) => judge(signature, block, config, identities));
  const signers = new Set(judged.filter((s) => s.verified).map((s) => s.consenterId ?? ''));
  const required =
    config === null ? Infinity : config.config.consensus.type === 'BFT' ? config.config.consensus.quorum : 1;
  return { signatures: judged, verified: signers.size >= required };
}

interface Signer {
  readonly consenterId: string | null;
  readonly identity: Identity | null;
  /** What stands between the metadata's value and the header in the signed bytes. */
  readonly header: Uint8Array;
}

function judge(
  signature: OrdererSignature,
  block: OpenBlock,
  config: GoverningConfig | null,
  identities: Identities,
): BlockSignature {
  const { consenterId, identity, header } = signerOf(signature, config, identities);
  if (identity === null) return { consenterId, mspId: null, subject: null, verified: false };
  const data = Buffer.concat([block.metadata.value, header, block.headerBytes]);
  const { mspId, subject } = identity.facts;
  const family = config?.membership.hashFamily(mspId);
  return {
    consenterId,
    mspId,
    subject,
    verified:
      (config?.membership.holdsOrderer(identity) ?? false) &&
      verifySignature(identity.publicKey, data, signature.signature, family),
  };
}

function signerOf(signature: OrdererSignature, config: GoverningConfig | null, identities: Identities): Signer {
  if (config?.config.consensus.type === 'BFT') return bftSigner(signature.identifierHeader, config);
  const header = signature.signatureHeader;
  return { consenterId: null, identity: identities.read(creatorOf(header)), header };
}

function bftSigner(header: Uint8Array, config: GoverningConfig): Signer {
  try {
    const id = common.IdentifierHeader.deserializeBinary(header).getIdentifier();
    return { consenterId: String(id), identity: config.signers.get(id) ?? null, header };
  } catch {
    return { consenterId: null, identity: null, header }; // Marked: nobody known signed this.
  }
}
