import { ledger } from '@hyperledger/fabric-protos';

const { kvrwset } = ledger.rwset;

export interface OpenCollection {
  readonly set: ledger.rwset.CollectionHashedReadWriteSet;
  readonly hashes: ledger.rwset.kvrwset.HashedRWSet;
}
/** What a transaction read and wrote in one chaincode's namespace. */
export interface OpenNamespace {
  readonly namespace: string;
  readonly public: ledger.rwset.kvrwset.KVRWSet;
  readonly collections: readonly OpenCollection[];
}

/** Opens `rwset.TxReadWriteSet` bytes. Throws where they are malformed. */
export function openReadWriteSet(results: Uint8Array): OpenNamespace[] {
  return ledger.rwset.TxReadWriteSet.deserializeBinary(results)
    .getNsRwsetList()
    .map((set) => ({
      namespace: set.getNamespace(),
      public: kvrwset.KVRWSet.deserializeBinary(set.getRwset_asU8()),
      collections: set.getCollectionHashedRwsetList().map((collection) => ({
        set: collection,
        hashes: kvrwset.HashedRWSet.deserializeBinary(collection.getHashedRwset_asU8()),
      })),
    }));
}
