import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { Bundle } from '../../../../devnet/fabric/config/bundle.js';
import { channelGroup } from '../../../../devnet/fabric/config/channelGroup.js';
import { proposeConfigUpdate } from '../../../../devnet/fabric/config/proposeUpdate.js';
import { createAuthority, type Authority } from '../../../../devnet/fabric/material/authority.js';
import type { KeyPair } from '../../../../devnet/fabric/ports.js';
import { openConfig, type ConfigInForce } from '../../../../src/governance/fabricConfig/inForce.js';
import {
  configSignature,
  configSignatureBytes,
  NONCE_BYTES,
  signatureHeader,
  updateEnvelope,
  updatePayload,
} from '../../../../src/governance/fabricConfig/signatures/envelope.js';
import { configOf } from './recorded.js';

export const CHANNEL = 'goods';

/** Someone who can sign. */
export interface Person {
  readonly mspId: string;
  readonly keys: KeyPair;
}

/** A channel of three organisations, ordered by a fourth, whose authorities' keys are at hand. */
export interface Consortium {
  readonly authorities: Readonly<Record<string, Authority>>;
  readonly config: ConfigInForce;
  person(mspId: string, unit: string, notAfter?: Date): Promise<Person>;
}

export async function makeConsortium(mspIds: readonly string[]): Promise<Consortium> {
  const made = [...mspIds, 'OrdererMSP'].map(async (id) => [id, await createAuthority(`ca.${id}`, id)] as const);
  const authorities = Object.fromEntries(await Promise.all(made));
  const authority = (mspId: string): Authority => {
    const found = authorities[mspId];
    if (found === undefined) throw new Error(`There is no ${mspId}`);
    return found;
  };
  const materialOf = (mspId: string) => {
    const { certificatePem } = authority(mspId).keys;
    return { mspId, name: mspId, rootCertificatePem: certificatePem, tlsRootCertificatePem: certificatePem };
  };
  const node = await authority('OrdererMSP').issue({
    commonName: 'orderer',
    organization: 'OrdererMSP',
    unit: 'orderer',
  });
  const group = channelGroup({
    name: CHANNEL,
    consensus: 'RAFT',
    organizations: mspIds.map((mspId) => ({ ...materialOf(mspId), peerEndpoint: null, peer: null, users: {} })),
    orderers: [{ ...materialOf('OrdererMSP'), orderer: { ...node, tls: node }, ordererEndpoint: 'localhost:7050' }],
  });
  return {
    authorities,
    config: openConfig(CHANNEL, configOf(group)),
    person: async (mspId, unit, notAfter) => {
      const subject = { commonName: `${unit}@${mspId}`, organization: mspId, unit };
      return { mspId, keys: await authority(mspId).issue(notAfter === undefined ? subject : { ...subject, notAfter }) };
    },
  };
}

export const headerOf = ({ mspId, keys }: Person): Uint8Array =>
  signatureHeader({ mspId, certificate: keys.certificatePem }, randomBytes(NONCE_BYTES));

/** How a tool writes a signature: Fabric's own take DER with the lower S, others either S, or r‖s. */
export function signed(
  person: Person,
  update: Uint8Array,
  form: 'der' | 'ieee-p1363' = 'der',
  highS?: boolean,
): Uint8Array {
  const header = headerOf(person);
  const { bytes } = configSignatureBytes(header, update);
  const key = createPrivateKey(person.keys.privateKeyPem);
  for (;;) {
    const raw = sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
    if (highS !== undefined && isHigh(raw) !== highS) continue;
    return configSignature(header, form === 'ieee-p1363' ? raw : derOf(raw));
  }
}

const isHigh = (raw: Buffer): boolean => (raw[32] ?? 0) >= 0x80;

function derOf(raw: Buffer): Buffer {
  const integers = [raw.subarray(0, 32), raw.subarray(32)].map((part) => {
    const digits = part.subarray(
      Math.max(
        0,
        part.findIndex((byte) => byte !== 0),
      ),
    );
    const content = (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits;
    return Buffer.concat([Buffer.of(2, content.length), content]);
  });
  const body = Buffer.concat(integers);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

/** What embedded Fabric's orderer says of the update with these signatures: null where it takes it. */
export function embeddedRefusal(
  config: ConfigInForce,
  update: Uint8Array,
  signatures: readonly Uint8Array[],
): string | null {
  const told = configOf(config.group);
  told.setSequence(config.sequence);
  const { bytes } = updatePayload({ channel: CHANNEL, update, signatures, header: new Uint8Array(), atMs: Date.now() });
  try {
    proposeConfigUpdate(
      new Bundle(CHANNEL, told),
      common.Envelope.deserializeBinary(updateEnvelope(bytes, new Uint8Array())),
    );
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
