import { peer } from '@hyperledger/fabric-protos';
import type { common } from '@hyperledger/fabric-protos';
import { Bundle } from '../config/bundle.js';
import { ChannelView } from './channelView.js';
import { Ledger } from './ledger/ledger.js';
import type { CommittedTransaction } from './ledger/ledger.js';
import {
  blockData,
  blockNumber,
  configOf,
  dataHash,
  noteOfCommitHash,
  transactionsFilter,
  withValidation,
} from './messages/block.js';
import { decodeReadWriteSet } from './messages/readWriteSet.js';
import { envelopeOf, isEndorserTransaction, unpackAction } from './messages/transaction.js';
import { BlockUpdates } from './state/blockUpdates.js';
import { commitHash } from './state/commitHash.js';
import { applyWrites } from './validate/applyWrites.js';
import { isNextConfig } from './validate/config.js';
import { validateBlock } from './validate/validateBlock.js';
import type { ValidatedBlock } from './validate/validateBlock.js';

const { VALID } = peer.TxValidationCode;

export interface ChannelOptions {
  readonly name: string;
  readonly directory: string;
  /** Organisations that have a peer here, whether the channel's configuration names them yet or not. */
  readonly mspIds: readonly string[];
  readonly genesis: common.Block;
}

/**
 * A channel as the peers of all organisations here have it: validated once, for validation gives every peer the same. What an
 * organisation may see, and up to which block, is its `ChannelView`.
 */
export class Channel {
  readonly name: string;
  readonly ledger: Ledger;
  readonly #views = new Map<string, ChannelView>();
  #bundle: Bundle;
  #commitHash: Uint8Array = new Uint8Array();

  constructor(options: ChannelOptions) {
    this.name = options.name;
    this.ledger = new Ledger(options.directory, options.mspIds);
    this.#bundle = bundleIn(this.name, options.genesis);
    for (const mspId of options.mspIds) this.#views.set(mspId, new ChannelView(mspId, this));
    if (this.height === 0) this.commit(options.genesis);
    else for (let number = 0; number < this.height; number++) this.#replay(number);
  }

  get height(): number {
    return this.ledger.blocks.height;
  }

  /** The configuration in force. */
  get bundle(): Bundle {
    return this.#bundle;
  }

  /** An organisation's view; null where it has no peer here or never was a member. */
  view(mspId: string): ChannelView | null {
    const view = this.#views.get(mspId);
    return view?.joined === true ? view : null;
  }

  /** The views of all organisations that are members now. */
  memberViews(): ChannelView[] {
    return this.#bundle.applicationMspIds.flatMap((mspId) => this.view(mspId) ?? []);
  }

  /** Validates the next block of the ordering service and writes it. Throws where it is not the next one. */
  commit(block: common.Block): void {
    const number = blockNumber(block);
    if (number !== this.height) throw new Error(`block ${number} of ${this.name} came at height ${this.height}`);
    this.#checkLinks(block);
    if (number === 0) {
      const updates = new BlockUpdates(this.ledger.state);
      this.#finish(withValidation(block, Uint8Array.of(VALID), null), [], updates, this.#bundle);
      return;
    }
    const validated = validateBlock(block, {
      state: this.ledger.state,
      bundle: this.#bundle,
      hasTransaction: (id) => this.ledger.blocks.transaction(id) !== null,
      acceptsConfig: (config) => isNextConfig(this.#bundle, config),
    });
    this.#commitHash = commitHash(validated.filter, validated.updates, this.#commitHash);
    const stored = withValidation(block, validated.filter, this.#commitHash);
    const bundle = this.#bundleAfter(stored, validated.filter);
    this.#finish(stored, committedOf(validated, number), validated.updates, bundle);
  }

  close(): void {
    for (const view of this.#views.values()) view.close();
    this.ledger.close();
  }

  #finish(
    block: common.Block,
    transactions: readonly CommittedTransaction[],
    updates: BlockUpdates,
    bundle: Bundle,
  ): void {
    // Before anything is written: a removed organisation's peer never sees the block that removes it.
    for (const view of this.#views.values()) view.beforeBlock(bundle);
    this.ledger.commit(block, transactions, updates);
    this.#bundle = bundle;
    for (const view of this.#views.values()) view.afterBlock();
  }

  #replay(number: number): void {
    const block = this.ledger.blocks.block(number);
    const filter = transactionsFilter(block);
    const updates = new BlockUpdates(this.ledger.state);
    const transactions = blockData(block).flatMap((data, index) =>
      filter[index] === VALID ? (storedTransaction(data, { block: number, transaction: index }) ?? []) : [],
    );
    for (const { sets, version } of transactions) applyWrites(sets, version, updates);
    const bundle = this.#bundleAfter(block, filter);
    for (const view of this.#views.values()) view.beforeBlock(bundle, number);
    this.ledger.apply(number, transactions, updates);
    this.#bundle = bundle;
    this.#commitHash = noteOfCommitHash(block);
    for (const view of this.#views.values()) view.afterBlock();
  }

  #bundleAfter(block: common.Block, filter: Uint8Array): Bundle {
    const config = filter[0] === VALID ? configOf(block)?.getConfig() : undefined;
    return config === undefined ? this.#bundle : new Bundle(this.name, config);
  }

  #checkLinks(block: common.Block): void {
    const header = block.getHeader();
    const { lastHash } = this.ledger.blocks;
    const linked = this.height === 0 || Buffer.compare(header?.getPreviousHash_asU8() ?? lastHash, lastHash) === 0;
    if (!linked) throw new Error(`block ${this.height} of ${this.name} does not follow the last one`);
    const whole = Buffer.compare(header?.getDataHash_asU8() ?? new Uint8Array(), dataHash(block)) === 0;
    if (!whole) throw new Error(`block ${this.height} of ${this.name} does not have the data that its header names`);
  }
}

function bundleIn(channel: string, block: common.Block): Bundle {
  const config = configOf(block)?.getConfig();
  if (config === undefined) throw new Error(`the genesis block of ${channel} holds no configuration`);
  return new Bundle(channel, config);
}

function committedOf(validated: ValidatedBlock, block: number): CommittedTransaction[] {
  return validated.transactions.flatMap(({ checked, code }, index) => {
    if (checked.type !== 'endorser' || code !== VALID) return [];
    return [{ id: checked.id, version: { block, transaction: index }, sets: checked.sets }];
  });
}

/** A valid transaction of a stored block; null where it is a config transaction. */
function storedTransaction(data: Uint8Array, version: CommittedTransaction['version']): CommittedTransaction | null {
  const { channelHeader, payload } = envelopeOf(data);
  if (!isEndorserTransaction(channelHeader)) return null;
  const { action } = unpackAction(payload.getData_asU8());
  return { id: channelHeader.getTxId(), version, sets: decodeReadWriteSet(action.getResults_asU8()) };
}
