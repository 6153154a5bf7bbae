import { createHash } from 'node:crypto';
import type { ChaincodeDefinition } from '../lifecycle/definition.js';
import { LIFECYCLE, implicitOwner, readDefinition, staticCollection } from '../lifecycle/definition.js';
import type { ReadableState } from '../lifecycle/serializer.js';
import { hashedNamespace, privateNamespace } from '../state/entry.js';
import type { KeyedEntry, Metadata, StateEntry, StateReader } from '../state/entry.js';
import { sameVersion } from '../state/version.js';
import type { Version } from '../state/version.js';
import { RangeIterator } from './rangeIterator.js';
import { ReadWriteSetBuilder } from './readWriteSetBuilder.js';
import type { SimulationResults } from './readWriteSetBuilder.js';
import { WriteRules } from './writeRules.js';
import { TouchedKeys } from './touchedKeys.js';

/** What a peer of one organisation sees at one height. */
export interface SimulationView {
  readonly channel: string;
  /** Public values and the hashes of private ones. */
  readonly state: StateReader;
  /** Private values of the collections that this organisation keeps. */
  readonly privateState: StateReader;
  readonly applicationMspIds: readonly string[];
  release(): void;
}

/** Runs one proposal against a view: reads what is committed (never its own writes) and notes what it reads and would write. */
export class Simulator {
  readonly touched = new TouchedKeys();
  readonly #builder = new ReadWriteSetBuilder();
  readonly #rules: WriteRules;
  readonly #iterators: { namespace: string; iterator: RangeIterator }[] = [];
  readonly #collectionsOf = new Map<string, ChaincodeDefinition | null>();
  /** Lifecycle's state as chaincode calls read it: in the read set, as on every peer. */
  readonly lifecycle: ReadableState = { get: (key) => this.getState(LIFECYCLE, key) };

  constructor(
    readonly view: SimulationView,
    readonly transactionId: string,
  ) {
    this.#rules = new WriteRules(transactionId);
  }

  getState(namespace: string, key: string): Uint8Array | undefined {
    return this.#read(namespace, key)?.value;
  }

  getMetadata(namespace: string, key: string): Metadata {
    return this.#read(namespace, key)?.metadata ?? new Map();
  }

  setState(namespace: string, key: string, value: Uint8Array | null): void {
    this.#rules.write();
    this.#builder.write(namespace, key, nonEmpty(value));
    this.touched.note(namespace, '', this.view.state.get(namespace, key));
  }

  setMetadata(namespace: string, key: string, metadata: Metadata): void {
    this.#rules.write();
    this.#builder.writeMetadata(namespace, key, metadata);
    this.touched.note(namespace, '', this.view.state.get(namespace, key));
  }

  /** `pageSize` 0: all of the range. Pages are for transactions that write nothing. */
  range(namespace: string, start: string, end: string, pageSize = 0): RangeIterator {
    if (pageSize > 0) this.#rules.readPage();
    const iterator = new RangeIterator(this.view.state, namespace, start, end, pageSize);
    this.#iterators.push({ namespace, iterator });
    return iterator;
  }

  getPrivate(namespace: string, collection: string, key: string): Uint8Array | undefined {
    this.#checkCollection(namespace, collection);
    const entry = this.view.privateState.get(privateNamespace(namespace, collection), key);
    const version = entry?.version ?? null;
    checkAvailable(this.#hashed(namespace, collection, key)?.version ?? null, version);
    this.#builder.readHash(namespace, collection, key, version);
    this.touched.notePrivateRead(namespace, collection);
    return entry?.value;
  }

  getPrivateHash(namespace: string, collection: string, key: string): Uint8Array | undefined {
    return this.#readHash(namespace, collection, key)?.value;
  }

  getPrivateMetadata(namespace: string, collection: string, key: string): Metadata {
    return this.#readHash(namespace, collection, key)?.metadata ?? new Map();
  }

  setPrivate(namespace: string, collection: string, key: string, value: Uint8Array | null, purge = false): void {
    this.#checkCollection(namespace, collection);
    this.#rules.write();
    this.#builder.writePrivate(namespace, collection, key, nonEmpty(value), purge);
    this.touched.note(namespace, collection, this.#hashed(namespace, collection, key));
  }

  setPrivateMetadata(namespace: string, collection: string, key: string, metadata: Metadata): void {
    this.#checkCollection(namespace, collection);
    this.#rules.write();
    this.#builder.writePrivateMetadata(namespace, collection, key, metadata);
    this.touched.note(namespace, collection, this.#hashed(namespace, collection, key));
  }

  /** Private ranges leave no trace in the read set, so they are for transactions that write nothing. */
  *privateRange(namespace: string, collection: string, start: string, end: string): Generator<KeyedEntry> {
    this.#checkCollection(namespace, collection);
    const stateNamespace = privateNamespace(namespace, collection);
    for (const key of this.view.privateState.keys(stateNamespace, start, end)) {
      const entry = this.view.privateState.get(stateNamespace, key);
      if (entry !== undefined) yield { key, entry };
    }
  }

  /** To be called before a private range is read. */
  beforePrivateQuery(): void {
    this.#rules.queryPrivate();
  }

  results(): SimulationResults {
    for (const { namespace, iterator } of this.#iterators) this.#builder.rangeQuery(namespace, iterator.info());
    this.#iterators.length = 0;
    return this.#builder.results();
  }

  #read(namespace: string, key: string): StateEntry | undefined {
    const entry = this.view.state.get(namespace, key);
    this.#builder.read(namespace, key, entry?.version ?? null);
    return entry;
  }

  #readHash(namespace: string, collection: string, key: string): StateEntry | undefined {
    this.#checkCollection(namespace, collection);
    const entry = this.#hashed(namespace, collection, key);
    this.#builder.readHash(namespace, collection, key, entry?.version ?? null);
    return entry;
  }

  #hashed(namespace: string, collection: string, key: string): StateEntry | undefined {
    const hash = createHash('sha256').update(key).digest('hex');
    return this.view.state.get(hashedNamespace(namespace, collection), hash);
  }

  /** Reads the definition once for each chaincode, which leaves its keys in the read set. */
  #checkCollection(namespace: string, collection: string): void {
    if (namespace !== LIFECYCLE && !this.#collectionsOf.has(namespace)) {
      this.#collectionsOf.set(namespace, readDefinition(this.lifecycle, namespace));
    }
    const owner = implicitOwner(collection);
    if (owner !== null && this.view.applicationMspIds.includes(owner)) return;
    const definition = this.#collectionsOf.get(namespace) ?? null;
    if (definition !== null && staticCollection(definition, collection) !== null) return;
    throw new Error(`collection [${collection}] not defined in the collection config for chaincode [${namespace}]`);
  }
}

/** An empty value and no value are the same to Fabric. */
const nonEmpty = (value: Uint8Array | null): Uint8Array | null => (value?.length === 0 ? null : value);

/** Everybody has the hash; who does not have the value that goes with it cannot answer. */
function checkAvailable(hashed: Version | null, found: Version | null): void {
  if (sameVersion(hashed, found)) return;
  throw new Error(
    `private data matching public hash version is not available. Public hash version = ${shown(hashed)}, Private data version = ${shown(found)}`,
  );
}

const shown = (version: Version | null): string =>
  version === null ? '<nil>' : `{BlockNum: ${version.block}, TxNum: ${version.transaction}}`;
