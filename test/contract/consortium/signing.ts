import { createPrivateKey, sign } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { computeConfigUpdate } from '../../../devnet/fabric/config/configUpdate.js';
import { configOf } from '../../../devnet/fabric/config/bundle.js';
import type { OrganizationMaterial } from '../../../devnet/fabric/ports.js';
import { serializeIdentity, signatureHeader } from '../../../devnet/fabric/msp/signingIdentity.js';
import type { World } from '../../../devnet/fabric/world.js';

/** What the organisation's administrator signs an answer to an invitation with, as JSON. */
export function proofBy({ users }: OrganizationMaterial, bytes: Uint8Array, chain: readonly string[] = []): string {
  const { certificatePem, privateKeyPem } = adminKeys(users);
  const signature = sign('sha256', bytes, createPrivateKey(privateKeyPem)).toString('base64');
  return JSON.stringify({ certificate: certificatePem, chain, signature });
}

/** A configuration update that gives a channel's applications one more policy, serialised. */
export function morePolicies(world: World, channel: string, name: string): Uint8Array {
  const genesis = world.channels.find((candidate) => candidate.name === channel)?.genesis;
  if (genesis === undefined) throw new Error(`no channel ${channel}`);
  const original = configOf(genesis).getConfig()?.getChannelGroup() ?? new common.ConfigGroup();
  const updated = original.cloneMessage();
  const policies = updated.getGroupsMap().get('Application')?.getPoliciesMap();
  const readers = policies?.get('Readers');
  if (policies === undefined || readers === undefined) throw new Error(`${channel} has no policy of readers`);
  const added = readers.cloneMessage();
  added.setVersion(0);
  policies.set(name, added);
  return computeConfigUpdate(channel, original, updated).serializeBinary();
}

/** A serialised `common.ConfigSignature` of the organisation's administrator whose S is the higher one, base64. */
export function highSignature({ mspId, users }: OrganizationMaterial, update: Uint8Array): string {
  const { certificatePem, privateKeyPem } = adminKeys(users);
  const header = signatureHeader(serializeIdentity(mspId, certificatePem)).serializeBinary();
  const key = createPrivateKey(privateKeyPem);
  const bytes = Buffer.concat([header, update]);
  let signature = sign('sha256', bytes, key);
  // Half of all have the higher S, whose top bit is set: it takes a byte more.
  while (signature[4 + (signature[3] ?? 0) + 1] !== 33) signature = sign('sha256', bytes, key);
  const message = new common.ConfigSignature();
  message.setSignatureHeader(header);
  message.setSignature(signature);
  return Buffer.from(message.serializeBinary()).toString('base64');
}

function adminKeys(users: OrganizationMaterial['users']) {
  const { admin } = users;
  if (admin === undefined) throw new Error('There is no administrator');
  return admin;
}
