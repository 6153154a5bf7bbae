import type { common } from '@hyperledger/fabric-protos';
import type { Bundle } from '../config/bundle.js';
import type { Channel } from './channel.js';
import type { TransactionPosition } from './ledger/blockStore.js';
import type { PrivateWrites } from './ledger/privateLog.js';
import { keepsCollection } from './lifecycle/collections.js';
import { LIFECYCLE } from './lifecycle/definition.js';
import { definitionIn } from './lifecycle/lifecycleState.js';
import { Signal } from './signal.js';
import type { SimulationView } from './simulate/simulator.js';
import type { StateReader } from './state/entry.js';
import type { StateSnapshot } from './state/versionedStore.js';
import type { Version } from './state/version.js';

/** Where the view of a removed organisation's peer ended. */
interface Ending {
  readonly height: number;
  readonly bundle: Bundle;
  readonly state: StateSnapshot;
  readonly privateState: StateSnapshot;
}

/**
 * A channel as the peer of one organisation has it. A peer whose organisation was removed never receives the removing block and
 * goes on at the height before; when its organisation comes back it catches up.
 */
export class ChannelView {
  /** Told after each block that this peer has. */
  readonly committed = new Signal();
  #joined = false;
  #ending: Ending | null = null;

  constructor(
    readonly mspId: string,
    private readonly channel: Channel,
  ) {}

  get name(): string {
    return this.channel.name;
  }

  get joined(): boolean {
    return this.#joined;
  }

  /** Number of blocks. */
  get height(): number {
    return this.#ending?.height ?? this.channel.height;
  }

  get bundle(): Bundle {
    return this.#ending?.bundle ?? this.channel.bundle;
  }

  get state(): StateReader {
    return this.#ending?.state ?? this.channel.ledger.state;
  }

  get privateState(): StateReader {
    return this.#ending?.privateState ?? this.channel.ledger.privateState(this.mspId).store;
  }

  /** Throws where this peer has no block of that number. */
  block(number: number): common.Block {
    if (number >= this.height) throw new Error(`no such block number [${number}] in index`);
    return this.channel.ledger.blocks.block(number);
  }

  /** Null where this peer has no transaction of that id. */
  transaction(id: string): TransactionPosition | null {
    const position = this.channel.ledger.blocks.transaction(id);
    return position !== null && position.block < this.height ? position : null;
  }

  blockNumberOf(hash: Uint8Array): number | null {
    const number = this.channel.ledger.blocks.numberOf(hash);
    return number !== null && number < this.height ? number : null;
  }

  history(namespace: string, key: string): readonly Version[] {
    return this.channel.ledger.history.versions(namespace, key).filter(({ block }) => block < this.height);
  }

  /** A view of the state as it is now, which later blocks do not change; must be released. */
  simulationView(): SimulationView {
    const { ledger } = this.channel;
    const state = this.#ending?.state ?? ledger.state.snapshot();
    const privateState = this.#ending?.privateState ?? ledger.privateState(this.mspId).store.snapshot();
    const release = this.#ending === null ? [state, privateState] : [];
    return {
      channel: this.name,
      state,
      privateState,
      applicationMspIds: this.bundle.applicationMspIds,
      release: () => release.forEach((snapshot) => snapshot.release()),
    };
  }

  /** What a block wrote to the collections that this peer keeps. */
  privateWrites(block: number): PrivateWrites[] {
    return this.channel.ledger.privateWrites(block).filter(({ namespace, collection }) => {
      const definition = namespace === LIFECYCLE ? null : definitionIn(this.state, namespace);
      return keepsCollection(definition, collection, this.mspId);
    });
  }

  /** Called before a block is applied with the configuration that it leaves; `height` is that before the block. */
  beforeBlock(bundle: Bundle, height = this.channel.height): void {
    const isMember = bundle.applicationMspIds.includes(this.mspId);
    if (isMember) this.#rejoin();
    else if (this.#joined && this.#ending === null) this.#end(height);
  }

  afterBlock(): void {
    if (this.#joined && this.#ending === null) this.committed.send();
  }

  close(): void {
    this.committed.close();
  }

  #rejoin(): void {
    this.#joined = true;
    this.#ending?.state.release();
    this.#ending?.privateState.release();
    this.#ending = null;
  }

  #end(height: number): void {
    const { ledger, bundle } = this.channel;
    const state = ledger.state.snapshot();
    const privateState = ledger.privateState(this.mspId).store.snapshot();
    this.#ending = { height, bundle, state, privateState };
  }
}
