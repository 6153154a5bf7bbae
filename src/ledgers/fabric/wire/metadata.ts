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
  const item = (index: number): Uint8Array => items[index] ?? EMPTY;
  const signed = opened(() => common.Metadata.deserializeBinary(item(Index.SIGNATURES)), new common.Metadata());
  const value = signed.getValue_asU8();
  const told = opened(() => common.OrdererBlockMetadata.deserializeBinary(value), new common.OrdererBlockMetadata());
  return {
    value,
    signatures: signed.getSignaturesList().map((s) => ({
      signature: s.getSignature_asU8(),
      signatureHeader: s.getSignatureHeader_asU8(),
      identifierHeader: s.getIdentifierHeader_asU8(),
    })),
    lastConfigBlock: told.getLastConfig()?.getIndex() ?? opened(() => lastConfig(item(Index.LAST_CONFIG)), 0),
    raftConsenterIds: opened(() => raftConsenterIds(told.getConsenterMetadata_asU8()), []),
    transactionsFilter: item(Index.TRANSACTIONS_FILTER),
    commitHash: opened(() => common.Metadata.deserializeBinary(item(Index.COMMIT_HASH)).getValue_asU8(), EMPTY),
  };
}

const lastConfig = (bytes: Uint8Array): number =>
  common.LastConfig.deserializeBinary(common.Metadata.deserializeBinary(bytes).getValue_asU8()).getIndex();

const raftConsenterIds = (bytes: Uint8Array): number[] =>
  orderer.etcdraft.BlockMetadata.deserializeBinary(bytes).getConsenterIdsList();

function opened<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise; // Malformed metadata is marked by what then does not verify.
  }
}
