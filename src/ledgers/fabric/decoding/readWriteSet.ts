import type { ledger } from '@hyperledger/fabric-protos';
import type {
  MetadataWrite,
  PrivateWrite,
  RangeQuery,
  StateRead,
  StateVersion,
  StateWrite,
} from '../../../model/fabric.js';
import { base64, hex } from '../wire/bytes.js';
import type { OpenNamespace } from '../wire/readWriteSet.js';

type KVRWSet = ledger.rwset.kvrwset.KVRWSet;

/** Everything that a transaction read and wrote, over all namespaces, in the order of the block. */
export interface ReadsAndWrites {
  readonly reads: readonly StateRead[];
  readonly writes: readonly StateWrite[];
  readonly privateWrites: readonly PrivateWrite[];
  readonly rangeQueries: readonly RangeQuery[];
  readonly metadataWrites: readonly MetadataWrite[];
}

export function readsAndWrites(namespaces: readonly OpenNamespace[]): ReadsAndWrites {
  return {
    reads: namespaces.flatMap((n) => reads(n.namespace, n.public)),
    writes: namespaces.flatMap((n) => writes(n.namespace, n.public)),
    privateWrites: namespaces.flatMap(privateWrites),
    rangeQueries: namespaces.flatMap((n) => rangeQueries(n.namespace, n.public)),
    metadataWrites: namespaces.flatMap((n) => metadataWrites(n.namespace, n.public)),
  };
}

function reads(namespace: string, set: KVRWSet): StateRead[] {
  return set
    .getReadsList()
    .map((read) => ({ namespace, key: read.getKey(), version: stateVersion(read.getVersion()) }));
}

function stateVersion(version: ledger.rwset.kvrwset.Version | undefined): StateVersion | null {
  return version === undefined ? null : { block: version.getBlockNum(), transaction: version.getTxNum() };
}

function writes(namespace: string, set: KVRWSet): StateWrite[] {
  return set.getWritesList().map((write) => {
    const isDelete = write.getIsDelete();
    return { namespace, key: write.getKey(), value: isDelete ? null : base64(write.getValue_asU8()), isDelete };
  });
}

function privateWrites({ namespace, collections }: OpenNamespace): PrivateWrite[] {
  return collections.flatMap(({ set, hashes }) =>
    hashes.getHashedWritesList().map((write) => ({
      namespace,
      collection: set.getCollectionName(),
      keyHash: hex(write.getKeyHash_asU8()),
      valueHash: write.getValueHash_asU8().length === 0 ? null : hex(write.getValueHash_asU8()),
      isDelete: write.getIsDelete(),
      isPurge: write.getIsPurge(),
    })),
  );
}

function rangeQueries(namespace: string, set: KVRWSet): RangeQuery[] {
  return set.getRangeQueriesInfoList().map((query) => ({
    namespace,
    startKey: query.getStartKey(),
    endKey: query.getEndKey(),
    exhausted: query.getItrExhausted(),
  }));
}

function metadataWrites(namespace: string, set: KVRWSet): MetadataWrite[] {
  return set.getMetadataWritesList().map((write) => ({
    namespace,
    key: write.getKey(),
    names: write.getEntriesList().map((entry) => entry.getName()),
  }));
}
