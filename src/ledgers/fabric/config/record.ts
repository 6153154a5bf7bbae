import { common } from '@hyperledger/fabric-protos';
import type { ChannelConfig, ChannelConfigRecord, ConfigSigner } from '../../../model/fabric.js';
import type { Identities } from '../identities/identity.js';
import type { Membership } from '../identities/membership.js';
import { verifySignature } from '../identities/signature.js';
import { creatorOf } from '../wire/signatureHeader.js';
import { configChanges } from './changes.js';
import { NO_MEMBERSHIP, type GoverningConfig } from './governing.js';
import { membershipChanges } from './memberships.js';
import { configSummary } from './summary.js';

/** What a config block's update is told by: who signed it is judged by the configuration before it. */
export interface UpdateContext {
  readonly before: GoverningConfig | null;
  readonly after: GoverningConfig;
  readonly envelope: common.ConfigEnvelope;
  readonly identities: Identities;
  readonly atMs: number;
}

export function configRecord(context: UpdateContext): ChannelConfigRecord {
  const { before, after } = context;
  const changes = configChanges(before?.root ?? null, after.root);
  const memberships = membershipChanges(before?.config ?? null, after.config);
  return {
    config: after.config,
    summary: configSummary(before?.config ?? null, after.config, changes, memberships),
    changes: changes.map(({ path, kind, before: was, after: is }) => ({ path, kind, before: was, after: is })),
    signers: signers(context),
    memberships,
  };
}

/**
 * What an index that begins in the middle of a channel tells with its first block: the configuration in force, and whoever is a
 * member by it; with what the block itself sets, where it sets something.
 */
export function openingRecord(before: ChannelConfig, own: ChannelConfigRecord | null): ChannelConfigRecord {
  const members = before.organizations.map(({ mspId }) => mspId).join(', ');
  const begins = { config: before, summary: `the index begins: the members are ${members}`, changes: [], signers: [] };
  const told = own ?? { ...begins, memberships: [] };
  const left = told.memberships.filter(({ change }) => change === 'REMOVED');
  return { ...told, memberships: [...membershipChanges(null, told.config), ...left] };
}

/** Everyone who signed the update; none in a genesis block, or where the update cannot be read. */
function signers(context: UpdateContext): ConfigSigner[] {
  const update = openUpdate(context.envelope);
  if (update === null) return [];
  const membership = context.before?.membership ?? NO_MEMBERSHIP;
  const covered = update.getConfigUpdate_asU8();
  return update.getSignaturesList().map((signature) => signer(signature, covered, membership, context));
}

/** A signature covers its own header and the update's exact bytes. */
function signer(
  signature: common.ConfigSignature,
  covered: Uint8Array,
  membership: Membership,
  { identities, atMs }: UpdateContext,
): ConfigSigner {
  const header = signature.getSignatureHeader_asU8();
  const identity = identities.read(creatorOf(header));
  const { mspId, subject } = identity.facts;
  const data = Buffer.concat([header, covered]);
  const family = membership.hashFamily(mspId);
  const verified =
    membership.holds(identity, atMs) &&
    verifySignature(identity.publicKey, data, signature.getSignature_asU8(), family);
  return { mspId, subject: subject ?? '', verified };
}

function openUpdate(envelope: common.ConfigEnvelope): common.ConfigUpdateEnvelope | null {
  const update = envelope.getLastUpdate();
  if (update === undefined) return null;
  try {
    const payload = common.Payload.deserializeBinary(update.getPayload_asU8());
    return common.ConfigUpdateEnvelope.deserializeBinary(payload.getData_asU8());
  } catch {
    return null; // The block's data hash and its orderers' signatures say whether it was changed.
  }
}
