import { common, ledger, peer } from '@hyperledger/fabric-protos';
import type { ReadsAndWrites } from '../../../../src/ledgers/fabric/wire/readWriteSet.js';
import type {
  MetadataWrite,
  PrivateWrite,
  RangeQuery,
  StateRead,
  StateVersion,
  StateWrite,
} from '../../../../src/model/fabric.js';

// What fabric-protos makes of an envelope, every message of it deserialised: what Parley's own reader is held against.

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export type OpenBody =
  | { readonly kind: 'transaction'; readonly actions: readonly OpenAction[] }
  | { readonly kind: 'config'; readonly envelope: common.ConfigEnvelope }
  | { readonly kind: 'other' };

/** An envelope as far as it can be opened; `problem` says why no further. */
export interface OpenEnvelope {
  readonly bytes: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly channelHeader: common.ChannelHeader | null;
  readonly signatureHeader: common.SignatureHeader | null;
  readonly body: OpenBody;
  readonly problem: string | null;
}

const EMPTY = new Uint8Array(0);
const { ENDORSER_TRANSACTION, CONFIG } = common.HeaderType;

/** Opens an envelope of a block. Never throws: what cannot be opened is kept with the reason. */
export function openEnvelope(bytes: Uint8Array): OpenEnvelope {
  const opened = { bytes, payload: EMPTY, signature: EMPTY, channelHeader: null, signatureHeader: null, body: OTHER };
  const state: Mutable = { ...opened, problem: null };
  try {
    openInto(state);
  } catch (error) {
    state.problem = `The envelope cannot be decoded: ${error instanceof Error ? error.message : String(error)}`;
  }
  return state;
}

const OTHER: OpenBody = { kind: 'other' };
type Mutable = { -readonly [K in keyof OpenEnvelope]: OpenEnvelope[K] };

/** Fills in one part after the other, so that what was opened before a malformed part stays. */
function openInto(state: Mutable): void {
  const envelope = common.Envelope.deserializeBinary(state.bytes);
  state.payload = envelope.getPayload_asU8();
  state.signature = envelope.getSignature_asU8();
  const payload = common.Payload.deserializeBinary(state.payload);
  const header = payload.getHeader();
  if (header === undefined) throw new RangeError('it has no header');
  state.channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  state.signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  state.body = openBody(state.channelHeader.getType(), payload.getData_asU8());
}

function openBody(type: number, data: Uint8Array): OpenBody {
  if (type === ENDORSER_TRANSACTION) return { kind: 'transaction', actions: openTransaction(data) };
  if (type === CONFIG) return { kind: 'config', envelope: common.ConfigEnvelope.deserializeBinary(data) };
  return OTHER;
}

/** When its maker says that it was made. */
export function timestampMs(header: common.ChannelHeader | null): number | null {
  const timestamp = header?.getTimestamp();
  if (timestamp === undefined) return null;
  const ms = timestamp.getSeconds() * 1000 + Math.floor(timestamp.getNanos() / 1_000_000);
  return Math.abs(ms) <= MAX_TIME_MS ? ms : null;
}

/** What a Date can hold. */
const MAX_TIME_MS = 8_640_000_000_000_000;

/** One action of an endorser transaction: what was asked, what came of it, who endorsed it. */
export interface OpenAction {
  readonly header: common.SignatureHeader;
  readonly proposal: peer.ChaincodeProposalPayload;
  readonly invocation: peer.ChaincodeInvocationSpec;
  readonly endorsements: readonly peer.Endorsement[];
  /** What the endorsers signed, before their own identity. */
  readonly responseBytes: Uint8Array;
  readonly response: peer.ProposalResponsePayload;
  readonly result: peer.ChaincodeAction;
  readonly event: peer.ChaincodeEvent | null;
  readonly namespaces: readonly OpenNamespace[];
}

/** Opens the data of an ENDORSER_TRANSACTION payload. Throws where it is malformed. */
export function openTransaction(data: Uint8Array): OpenAction[] {
  return peer.Transaction.deserializeBinary(data).getActionsList().map(openAction);
}

function openAction(action: peer.TransactionAction): OpenAction {
  const payload = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8());
  const proposal = peer.ChaincodeProposalPayload.deserializeBinary(payload.getChaincodeProposalPayload_asU8());
  const endorsed = payload.getAction();
  const responseBytes = endorsed?.getProposalResponsePayload_asU8() ?? new Uint8Array(0);
  const response = peer.ProposalResponsePayload.deserializeBinary(responseBytes);
  const result = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
  const event = result.getEvents_asU8();
  return {
    header: common.SignatureHeader.deserializeBinary(action.getHeader_asU8()),
    proposal,
    invocation: peer.ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8()),
    endorsements: endorsed?.getEndorsementsList() ?? [],
    responseBytes,
    response,
    result,
    event: event.length === 0 ? null : peer.ChaincodeEvent.deserializeBinary(event),
    namespaces: openReadWriteSet(result.getResults_asU8()),
  };
}

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

export function readsAndWrites(namespaces: readonly OpenNamespace[]): ReadsAndWrites {
  return {
    reads: namespaces.flatMap((n) => reads(n.namespace, n.public)),
    writes: namespaces.flatMap((n) => writes(n.namespace, n.public)),
    privateWrites: namespaces.flatMap(privateWrites),
    rangeQueries: namespaces.flatMap((n) => rangeQueries(n.namespace, n.public)),
    metadataWrites: namespaces.flatMap((n) => metadataWrites(n.namespace, n.public)),
  };
}

function reads(namespace: string, set: ledger.rwset.kvrwset.KVRWSet): StateRead[] {
  return set
    .getReadsList()
    .map((read) => ({ namespace, key: read.getKey(), version: stateVersion(read.getVersion()) }));
}

function stateVersion(version: ledger.rwset.kvrwset.Version | undefined): StateVersion | null {
  return version === undefined ? null : { block: version.getBlockNum(), transaction: version.getTxNum() };
}

function writes(namespace: string, set: ledger.rwset.kvrwset.KVRWSet): StateWrite[] {
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

function rangeQueries(namespace: string, set: ledger.rwset.kvrwset.KVRWSet): RangeQuery[] {
  return set.getRangeQueriesInfoList().map((query) => ({
    namespace,
    startKey: query.getStartKey(),
    endKey: query.getEndKey(),
    exhausted: query.getItrExhausted(),
  }));
}

function metadataWrites(namespace: string, set: ledger.rwset.kvrwset.KVRWSet): MetadataWrite[] {
  return set.getMetadataWritesList().map((write) => ({
    namespace,
    key: write.getKey(),
    names: write.getEntriesList().map((entry) => entry.getName()),
  }));
}
