import { common } from '@hyperledger/fabric-protos';
import { openConfig, type ConfigInForce } from '../inForce.js';
import { applyUpdate } from '../update/applyUpdate.js';
import { computeUpdate } from '../update/computeUpdate.js';
import { copyOf } from '../update/groups.js';
import { updateDigest } from '../update/openUpdate.js';
import type { FabricConfigAction } from './action.js';
import { setBatch } from './batch.js';
import { setCapabilities } from './capabilities.js';
import { checkNext } from './nextConfig.js';
import { addOrganization, removeOrganization, setAnchorPeers, updateOrganization } from './organizationChanges.js';
import { setPolicy } from './policyChange.js';

export interface PreparedUpdate {
  /** Serialised `common.ConfigUpdate`: what every signature covers. */
  readonly update: Uint8Array;
  /** SHA-256 of it, plain hex. */
  readonly digest: string;
  /** What would be in force. */
  readonly next: ConfigInForce;
}

/**
 * The update that makes a change of the configuration in force. One made elsewhere keeps its bytes. Throws `INPUT_INVALID` where the
 * change is not possible, changes nothing, or would leave the channel with policies that nobody, or anybody, meets.
 */
export function prepareUpdate(config: ConfigInForce, action: FabricConfigAction, atMs: number): PreparedUpdate {
  const update = action.kind === 'configUpdate' ? action.update : computed(config, action, atMs);
  const after = new common.Config();
  after.setSequence(config.sequence + 1);
  after.setChannelGroup(applyUpdate(config, update));
  const next = openConfig(config.channel, after);
  checkNext(config, next);
  return { update, digest: updateDigest(update), next };
}

type TypedAction = Exclude<FabricConfigAction, { kind: 'configUpdate' }>;

function computed(config: ConfigInForce, action: TypedAction, atMs: number): Uint8Array {
  const before = new common.Config();
  before.setChannelGroup(config.group);
  return computeUpdate(config.channel, before, nextGroup(config, action, atMs));
}

/** The configuration tree after a change; versions are left as they were. Throws `INPUT_INVALID`. */
export function nextGroup(config: ConfigInForce, action: TypedAction, atMs: number): common.ConfigGroup {
  const root = copyOf(config.group);
  switch (action.kind) {
    case 'addOrganization':
      addOrganization(root, action.organization, atMs);
      return root;
    case 'updateOrganization':
      updateOrganization(root, action.organization, atMs);
      return root;
    case 'removeOrganization':
      removeOrganization(root, action.mspId);
      return root;
    case 'setAnchorPeers':
      setAnchorPeers(root, action.mspId, action.anchorPeers);
      return root;
    case 'setBatch':
      setBatch(root, action.batch);
      return root;
    case 'setPolicy':
      setPolicy(root, action.path, action.rule);
      return root;
    case 'setCapabilities':
      setCapabilities(root, action.group, action.capabilities);
      return root;
  }
}
