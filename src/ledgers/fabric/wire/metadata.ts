import { common, orderer } from '@hyperledger/fabric-protos';

/** One orderer's signature. `value` is what it covers before the header: `value || header of the signer || DER header`. */
export interface OrdererSignature {
  readonly signature: Uint8Array;
  /** `common.SignatureHeader`, as a Raft orderer writes it; empty from a BFT orderer. */
  readonly signatureHeader: Uint8Array;
  /** `common.IdentifierHeader`, as a BFT orderer writes it; empty from a Raft orderer. */
  readonly identifierHeader: Uint8Array;
}

export interface BlockMetadata {
  readonly value: Uint8Array;
  readonly signatures: readonly OrdererSignature[];
  readonly lastConfigBlock: number;
  /** The Raft consenters' ids in the order of the config; empty where the block does not say. */
  readonly raftConsenterIds: readonly number[];
  /** One validation code a transaction; empty where the block does not come from a peer. */
  readonly transactionsFilter: Uint8Array;
  /** Empty where the peer has none. */
  readonly commitHash: Uint8Array;
}

const EMPTY = new Uint8Array(0);
const Index = common.BlockMetadataIndex;

/** Opens a block's metadata. What is missing or malformed is empty: then no signature verifies, and that is said. */
export function openMetadata(items: readonly Uint8Array[]): BlockMetadata {
  const signed = attempt(() => common.Metadata.deserializeBinary(items[Index.SIGNATURES] ?? EMPTY));
  const value = signed?.getValue_asU8() ?? EMPTY;
  const told = attempt(() => common.OrdererBlockMetadata.deserializeBinary(value));
  return {
    value,
    signatures: (signed?.getSignaturesList() ?? []).map((s) => ({
      signature: s.getSignature_asU8(),
      signatureHeader: s.getSignatureHeader_asU8(),
      identifierHeader: s.getIdentifierHeader_asU8(),
    })),
    lastConfigBlock: told?.getLastConfig()?.getIndex() ?? lastConfig(items[Index.LAST_CONFIG] ?? EMPTY),
    raftConsenterIds: raftConsenterIds(told?.getConsenterMetadata_asU8() ?? EMPTY),
    transactionsFilter: items[Index.TRANSACTIONS_FILTER] ?? EMPTY,
    commitHash: attempt(() => common.Metadata.deserializeBinary(items[4] ?? EMPTY).getValue_asU8()) ?? EMPTY,
  };
}

function lastConfig(bytes: Uint8Array): number {
  return (
    attempt(() =>
      common.LastConfig.deserializeBinary(common.Metadata.deserializeBinary(bytes).getValue_asU8()).getIndex(),
    ) ?? 0
  );
}

function raftConsenterIds(bytes: Uint8Array): number[] {
  return attempt(() => orderer.etcdraft.BlockMetadata.deserializeBinary(bytes).getConsenterIdsList()) ?? [];
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null; // Malformed metadata is not an error of ours: the block is marked by what then does not verify.
  }
}
