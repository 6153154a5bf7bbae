import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import type { Bundle } from '../config/bundle.js';
import { FabricRefusal, type BroadcastResult, type OrderingService } from '../ports.js';
import { BlockFile } from './blockFile.js';
import type { OrdererSigner } from './blockSigner.js';
import { broadcast } from './broadcast.js';
import { Chain } from './chain.js';

/** A channel to order, with its first block. */
export interface OrderedChannel {
  readonly name: string;
  readonly genesis: common.Block;
  /** Whose keys sign its blocks: the one orderer for Raft, all of them for BFT. */
  readonly signers: readonly OrdererSigner[];
}

/** Every channel's chain in a directory of block files. */
export class Ordering implements OrderingService {
  private readonly chains = new Map<string, Chain>();
  private readonly subscriptions = new Set<AbortController>();

  /** @throws {Error} where a block file is damaged or no signer is given */
  constructor(
    directory: string,
    channels: readonly OrderedChannel[],
    private readonly signer: OrdererSigner,
  ) {
    for (const { name, genesis, signers } of channels) {
      this.chains.set(name, new Chain(name, BlockFile.open(join(directory, `${name}.blocks`)), signers, genesis));
    }
  }

  get channels(): readonly string[] {
    return [...this.chains.keys()];
  }

  bundle(channel: string): Bundle {
    return this.chain(channel).bundle;
  }

  height(channel: string): number {
    return this.chain(channel).height;
  }

  block(channel: string, number: number): common.Block {
    return this.chain(channel).block(number);
  }

  broadcast(envelope: common.Envelope): Promise<BroadcastResult> {
    return Promise.resolve(broadcast(this.chains, this.signer.identity, envelope));
  }

  /** A listener that throws ends its subscription with an unhandled rejection: a peer that cannot commit must not go on. */
  subscribe(channel: string, from: number, listener: (block: common.Block) => Promise<void>): () => void {
    const stop = new AbortController();
    this.subscriptions.add(stop);
    void this.follow(this.chain(channel), from, listener, stop.signal);
    return () => {
      this.subscriptions.delete(stop);
      stop.abort();
    };
  }

  /** Resolves once the channel has a block of this number, or has been closed, or the signal says so. */
  waitFor(channel: string, number: number, signal: AbortSignal): Promise<void> {
    return this.chain(channel).waitFor(number, signal);
  }

  close(): Promise<void> {
    for (const stop of this.subscriptions) stop.abort();
    this.subscriptions.clear();
    for (const chain of this.chains.values()) chain.close();
    return Promise.resolve();
  }

  private async follow(
    chain: Chain,
    from: number,
    listener: (block: common.Block) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    for (let number = from; !signal.aborted; number++) {
      await chain.waitFor(number, signal);
      if (signal.aborted || chain.isClosed) return;
      await listener(chain.block(number));
    }
  }

  private chain(channel: string): Chain {
    const chain = this.chains.get(channel);
    if (chain === undefined) throw new FabricRefusal(common.Status.NOT_FOUND, `channel '${channel}' not found`);
    return chain;
  }
}
