import { peer } from '@hyperledger/fabric-protos';
import { checkCollectionAccess } from './collectionAccess.js';
import { historySource, privateRangeSource, rangeSource } from './results.js';
import { queryResponse } from './transactionContext.js';
import type { TransactionContext } from './transactionContext.js';

const { Type } = peer.ChaincodeMessage;
const NOTHING = new Uint8Array();

/** Answers one request of a running chaincode with the payload of its response. Throws with the reason. */
export type RequestHandler = (context: TransactionContext, payload: Uint8Array) => Uint8Array;

function getState({ simulator, namespace, whole }: Call, payload: Uint8Array): Uint8Array {
  const request = peer.GetState.deserializeBinary(payload);
  const collection = request.getCollection();
  if (collection === '') return simulator.getState(namespace, request.getKey()) ?? NOTHING;
  checkCollectionAccess(whole, collection, 'read');
  return simulator.getPrivate(namespace, collection, request.getKey()) ?? NOTHING;
}

function getStateMultiple({ simulator, namespace, whole }: Call, payload: Uint8Array): Uint8Array {
  const request = peer.GetStateMultiple.deserializeBinary(payload);
  const collection = request.getCollection();
  if (collection !== '') checkCollectionAccess(whole, collection, 'read');
  const values = request
    .getKeysList()
    .map((key) =>
      collection === '' ? simulator.getState(namespace, key) : simulator.getPrivate(namespace, collection, key),
    );
  const result = new peer.GetStateMultipleResult();
  result.setValuesList(values.map((value) => value ?? NOTHING));
  return result.serializeBinary();
}

function getPrivateDataHash({ simulator, namespace, whole }: Call, payload: Uint8Array): Uint8Array {
  const request = peer.GetState.deserializeBinary(payload);
  if (whole.isInit) throw new Error('private data APIs are not allowed in chaincode Init()');
  return simulator.getPrivateHash(namespace, request.getCollection(), request.getKey()) ?? NOTHING;
}

function getStateMetadata({ simulator, namespace, whole }: Call, payload: Uint8Array): Uint8Array {
  const request = peer.GetStateMetadata.deserializeBinary(payload);
  const collection = request.getCollection();
  if (collection !== '') checkCollectionAccess(whole, collection, 'read');
  const metadata =
    collection === ''
      ? simulator.getMetadata(namespace, request.getKey())
      : simulator.getPrivateMetadata(namespace, collection, request.getKey());
  const result = new peer.StateMetadataResult();
  for (const [name, value] of metadata) {
    const entry = new peer.StateMetadata();
    entry.setMetakey(name);
    entry.setValue(value);
    result.addEntries(entry);
  }
  return result.serializeBinary();
}

function getStateByRange({ simulator, namespace, whole }: Call, payload: Uint8Array): Uint8Array {
  const request = peer.GetStateByRange.deserializeBinary(payload);
  const page = peer.QueryMetadata.deserializeBinary(request.getMetadata_asU8());
  const collection = request.getCollection();
  if (collection !== '') {
    checkCollectionAccess(whole, collection, 'read');
    simulator.beforePrivateQuery();
    const entries = simulator.privateRange(namespace, collection, request.getStartkey(), request.getEndkey());
    return whole.openQuery(privateRangeSource(namespace, entries)).serializeBinary();
  }
  const start = page.getBookmark() === '' ? request.getStartkey() : page.getBookmark();
  const iterator = simulator.range(namespace, start, request.getEndkey(), page.getPagesize());
  return whole.openQuery(rangeSource(namespace, iterator), page.getPagesize()).serializeBinary();
}

function getQueryResult(): Uint8Array {
  throw new Error('ExecuteQuery not supported for leveldb');
}

function getHistory({ namespace, whole }: Call, payload: Uint8Array): Uint8Array {
  const { view } = whole.invocation;
  if (view === null) throw new Error('no ledger context');
  const { key } = peer.GetHistoryForKey.deserializeBinary(payload).toObject();
  return whole.openQuery(historySource(view, namespace, key)).serializeBinary();
}

function queryNext({ whole }: Call, payload: Uint8Array): Uint8Array {
  return whole.nextBatch(peer.QueryStateNext.deserializeBinary(payload).getId()).serializeBinary();
}

function queryClose({ whole }: Call, payload: Uint8Array): Uint8Array {
  const id = peer.QueryStateClose.deserializeBinary(payload).getId();
  whole.closeQuery(id);
  return queryResponse(id, [], false).serializeBinary();
}

interface KeyRequest {
  getKey(): string;
  getCollection(): string;
}

function write({ simulator, namespace, whole }: Call, request: KeyRequest, value: Uint8Array | null): void {
  const collection = request.getCollection();
  if (collection === '') {
    simulator.setState(namespace, request.getKey(), value);
    return;
  }
  checkCollectionAccess(whole, collection, 'write');
  simulator.setPrivate(namespace, collection, request.getKey(), value);
}

function purge({ simulator, namespace, whole }: Call, request: KeyRequest): void {
  const collection = request.getCollection();
  if (collection === '') throw new Error('only applicable for private data');
  checkCollectionAccess(whole, collection, 'write');
  simulator.setPrivate(namespace, collection, request.getKey(), null, true);
}

function writeMetadata(
  { simulator, namespace, whole }: Call,
  request: KeyRequest & { getMetadata(): peer.StateMetadata | undefined },
): void {
  const collection = request.getCollection();
  const given = request.getMetadata();
  const metadata = new Map([[given?.getMetakey() ?? '', given?.getValue_asU8() ?? NOTHING]]);
  if (collection === '') {
    simulator.setMetadata(namespace, request.getKey(), metadata);
    return;
  }
  checkCollectionAccess(whole, collection, 'write');
  simulator.setPrivateMetadata(namespace, collection, request.getKey(), metadata);
}

function putState(call: Call, payload: Uint8Array): Uint8Array {
  const request = peer.PutState.deserializeBinary(payload);
  write(call, request, request.getValue_asU8());
  return NOTHING;
}

function deleteState(call: Call, payload: Uint8Array): Uint8Array {
  write(call, peer.DelState.deserializeBinary(payload), null);
  return NOTHING;
}

function purgePrivateData(call: Call, payload: Uint8Array): Uint8Array {
  purge(call, peer.DelState.deserializeBinary(payload));
  return NOTHING;
}

function putStateMetadata(call: Call, payload: Uint8Array): Uint8Array {
  writeMetadata(call, peer.PutStateMetadata.deserializeBinary(payload));
  return NOTHING;
}

function writeBatch(call: Call, payload: Uint8Array): Uint8Array {
  for (const item of peer.WriteBatchState.deserializeBinary(payload).getRecList()) writeRecord(call, item);
  return NOTHING;
}

function writeRecord(call: Call, item: peer.WriteRecord): void {
  const types = peer.WriteRecord.Type;
  const type = item.getType();
  if (type === types.PUT_STATE) write(call, item, item.getValue_asU8());
  else if (type === types.DEL_STATE) write(call, item, null);
  else if (type === types.PURGE_PRIVATE_DATA) purge(call, item);
  else if (type === types.PUT_STATE_METADATA) writeMetadata(call, item);
  else throw new Error(`unknown operation type in write batch: ${type}`);
}

/** A request's transaction, opened up. */
interface Call {
  readonly simulator: TransactionContext['simulator'];
  readonly namespace: string;
  readonly whole: TransactionContext;
}

const handlers: Readonly<Record<number, (call: Call, payload: Uint8Array) => Uint8Array>> = {
  [Type.GET_STATE]: getState,
  [Type.GET_STATE_MULTIPLE]: getStateMultiple,
  [Type.GET_PRIVATE_DATA_HASH]: getPrivateDataHash,
  [Type.GET_STATE_METADATA]: getStateMetadata,
  [Type.GET_STATE_BY_RANGE]: getStateByRange,
  [Type.GET_QUERY_RESULT]: getQueryResult,
  [Type.GET_HISTORY_FOR_KEY]: getHistory,
  [Type.QUERY_STATE_NEXT]: queryNext,
  [Type.QUERY_STATE_CLOSE]: queryClose,
  [Type.PUT_STATE]: putState,
  [Type.DEL_STATE]: deleteState,
  [Type.PURGE_PRIVATE_DATA]: purgePrivateData,
  [Type.PUT_STATE_METADATA]: putStateMetadata,
  [Type.WRITE_BATCH_STATE]: writeBatch,
};

/** The handler of a request; null where the message is none. */
export function requestHandler(type: number): RequestHandler | null {
  const handler = handlers[type];
  if (handler === undefined) return null;
  return (context, payload) =>
    handler({ simulator: context.simulator, namespace: context.namespace, whole: context }, payload);
}

/** Names of message types, as Fabric's errors say them. */
export function typeName(type: number): string {
  return Object.entries(Type).find(([, value]) => value === type)?.[0] ?? String(type);
}
