import { join } from 'node:path';
import type { common } from '@hyperledger/fabric-protos';
import { staticCollections } from '../lifecycle/definition.js';
import { memberMspIds } from '../lifecycle/collections.js';
import { definedChaincodes, definitionIn } from '../lifecycle/lifecycleState.js';
import type { NamespaceReadWriteSet } from '../messages/readWriteSet.js';
import type { BlockUpdates } from '../state/blockUpdates.js';
import { VersionedStore } from '../state/versionedStore.js';
import type { Version } from '../state/version.js';
import { BlockStore } from './blockStore.js';
import { Expiry } from './expiry.js';
import { History } from './history.js';
import { PrivateLog } from './privateLog.js';
import type { PrivateWrites } from './privateLog.js';
import { PrivateState } from './privateState.js';
import { Purges } from './purges.js';
import { TransientStore } from './transientStore.js';

/** A valid endorser transaction of a block, as far as the ledger keeps it. */
export interface CommittedTransaction {
  readonly id: string;
  readonly version: Version;
  readonly sets: readonly NamespaceReadWriteSet[];
}

/** One channel's ledger as its peers keep it: blocks, state, history, and what each organisation sees of private data. */
export class Ledger {
  readonly blocks: BlockStore;
  readonly state = new VersionedStore();
  readonly history = new History();
  readonly transient: TransientStore;
  readonly purges = new Purges();
  readonly #privateLog: PrivateLog;
  readonly #privateStates = new Map<string, PrivateState>();
  readonly #expiry = new Expiry();

  constructor(directory: string, mspIds: readonly string[]) {
    this.blocks = new BlockStore(join(directory, 'blocks'));
    this.#privateLog = new PrivateLog(join(directory, 'private'));
    this.transient = new TransientStore(join(directory, 'transient'));
    for (const mspId of mspIds) this.#privateStates.set(mspId, new PrivateState(mspId));
  }

  privateState(mspId: string): PrivateState {
    const state = this.#privateStates.get(mspId);
    if (state === undefined) throw new Error(`${mspId} has no peer here; known are ${[...this.#privateStates.keys()]}`);
    return state;
  }

  /** Private writes of a block without what was purged since. */
  privateWrites(block: number): readonly PrivateWrites[] {
    return this.#privateLog.ofBlock(block).map((writes) => ({ ...writes, set: this.purges.without(writes) }));
  }

  /** Writes a new block with everything that belongs to it; private data first, so that no block is without. */
  commit(block: common.Block, transactions: readonly CommittedTransaction[], updates: BlockUpdates): void {
    for (const transaction of transactions) this.#keepPrivateWrites(transaction);
    this.blocks.append(block);
    this.apply(this.blocks.height - 1, transactions, updates);
    for (const { id } of transactions) this.transient.remove(id);
  }

  /** Brings state and indexes to the height after a block that is on disk. */
  apply(block: number, transactions: readonly CommittedTransaction[], updates: BlockUpdates): void {
    const privateWrites = this.#privateLog.ofBlock(block);
    for (const state of this.#privateStates.values()) state.apply(privateWrites, this.state);
    for (const { sets, version } of transactions) {
      this.history.note(sets, version);
      this.purges.note(sets, version);
      this.#expiry.note(sets, version, this.state);
    }
    const membersBefore = this.#collectionMembers();
    this.state.apply(updates.changes);
    this.#expire(block);
    if (updates.changes.has('_lifecycle')) this.#catchUpMembers(membersBefore);
  }

  close(): void {
    this.blocks.close();
    this.#privateLog.close();
  }

  #keepPrivateWrites({ id, version, sets }: CommittedTransaction): void {
    for (const { namespace, collections } of sets) {
      for (const { collection, privateHash } of collections) {
        if (privateHash.length === 0) continue;
        const set = this.transient.find(id, namespace, collection, privateHash);
        if (set !== null) this.#privateLog.append({ version, namespace, collection, set });
      }
    }
  }

  #expire(block: number): void {
    this.state.apply(this.#expiry.expiredHashes(block, this.state));
    for (const { store } of this.#privateStates.values()) store.apply(this.#expiry.expiredValues(block, store));
    this.#expiry.forget(block);
  }

  /** By chaincode and collection, the organisations that keep it. */
  #collectionMembers(): Map<string, readonly string[]> {
    const members = new Map<string, readonly string[]>();
    for (const name of definedChaincodes(this.state)) {
      const definition = definitionIn(this.state, name);
      for (const collection of definition === null ? [] : staticCollections(definition)) {
        members.set(JSON.stringify([name, collection.getName()]), memberMspIds(collection));
      }
    }
    return members;
  }

  #catchUpMembers(before: ReadonlyMap<string, readonly string[]>): void {
    for (const [key, mspIds] of this.#collectionMembers()) {
      const known = before.get(key);
      if (known === undefined) continue;
      const [namespace, collection] = JSON.parse(key) as [string, string];
      for (const mspId of mspIds.filter((candidate) => !known.includes(candidate))) {
        const writes = this.#privateLog.ofCollection(namespace, collection);
        this.#privateStates.get(mspId)?.catchUp(writes, this.state);
      }
    }
  }
}
