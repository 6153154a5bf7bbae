import type { common } from '@hyperledger/fabric-protos';
import { Bundle } from '../../../../../devnet/fabric/config/bundle.js';
import { configOf } from '../../../../../devnet/fabric/peer/messages/block.js';
import { commitHash } from '../../../../../devnet/fabric/peer/state/commitHash.js';
import { VersionedStore } from '../../../../../devnet/fabric/peer/state/versionedStore.js';
import { isNextConfig } from '../../../../../devnet/fabric/peer/validate/config.js';
import { validateBlock } from '../../../../../devnet/fabric/peer/validate/validateBlock.js';

export interface Revalidated {
  readonly block: common.Block;
  readonly filter: Uint8Array;
  readonly commitHash: Uint8Array;
}

export function bundleIn(channel: string, block: common.Block | undefined): Bundle | null {
  const config = block === undefined ? undefined : configOf(block)?.getConfig();
  return config === undefined ? null : new Bundle(channel, config);
}

/** Validates a channel's blocks on top of each other as a peer does that has nothing but the blocks. The first is believed. */
export function* revalidate(channel: string, blocks: readonly common.Block[]): Generator<Revalidated> {
  const [genesis, ...rest] = blocks;
  let bundle = bundleIn(channel, genesis);
  if (bundle === null) throw new Error('the first block is no config block');
  const state = new VersionedStore();
  const ids = new Set<string>();
  let hash: Uint8Array = new Uint8Array();
  for (const block of rest) {
    const inForce: Bundle = bundle;
    const validated = validateBlock(block, {
      state,
      bundle: inForce,
      hasTransaction: (id) => ids.has(id),
      acceptsConfig: (config) => isNextConfig(inForce, config),
    });
    hash = commitHash(validated.filter, validated.updates, hash);
    state.apply(validated.updates.changes);
    for (const { checked } of validated.transactions) if (checked.type === 'endorser') ids.add(checked.id);
    bundle = bundleIn(channel, block) ?? bundle;
    yield { block, filter: validated.filter, commitHash: hash };
  }
}
