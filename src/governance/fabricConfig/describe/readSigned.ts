import { createHash } from 'node:crypto';
import { common, msp } from '@hyperledger/fabric-protos';
import type { Meaning } from '../../../model/signing.js';
import { inputProblem } from '../problem.js';
import { openConfigSignatureBytes, type Creator } from '../signatures/envelope.js';
import { updateDigest } from '../update/openUpdate.js';
import { outlineUpdate } from './outlineUpdate.js';

const MAX_BYTES = 16 * 1024 * 1024;

/** What a member signs to agree to a configuration update says. Errors: `INPUT_INVALID`. */
export function readConfigSignature(bytes: Uint8Array): Meaning {
  const { creator, update } = openConfigSignatureBytes(bytes);
  const [channel = '', ...changes] = outlineUpdate(update);
  return {
    lines: [
      `Agree, as ${creator.mspId}, to an update of the configuration ${channel}, that`,
      ...changes.map((change) => `  ${change}`),
      `SHA-256 of the update: ${updateDigest(update)}`,
    ],
    digest: sha256(bytes),
    signer: creator,
    essentials: [],
  };
}

/** What an envelope's payload says that gives a configuration update to ordering. Errors: `INPUT_INVALID`. */
export function readUpdatePayload(bytes: Uint8Array): Meaning {
  const { channel, creator, envelope } = opened(bytes);
  const update = envelope.getConfigUpdate_asU8();
  const [of = '', ...changes] = outlineUpdate(update);
  if (of !== `on channel ${channel}`) throw notPayload(`an update ${of} in an envelope for ${channel}`);
  const signers = envelope.getSignaturesList().map((one) => creatorOf(one.getSignatureHeader_asU8()).mspId);
  return {
    lines: [
      `Give to ordering, as ${creator.mspId}, an update of the configuration ${of}, that`,
      ...changes.map((change) => `  ${change}`),
      `Signed so far by ${signers.length === 0 ? 'nobody' : signers.join(', ')}`,
      `SHA-256 of the update: ${updateDigest(update)}`,
    ],
    digest: sha256(bytes),
    signer: creator,
    essentials: [],
  };
}

function opened(bytes: Uint8Array): {
  readonly channel: string;
  readonly creator: Creator;
  readonly envelope: common.ConfigUpdateEnvelope;
} {
  if (bytes.length > MAX_BYTES) throw notPayload(`${bytes.length} bytes`);
  try {
    const payload = common.Payload.deserializeBinary(bytes);
    const envelope = common.ConfigUpdateEnvelope.deserializeBinary(payload.getData_asU8());
    const header = payload.getHeader();
    const channelHeader = common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? bytes);
    const whole = payload.serializeBinary().length + envelope.serializeBinary().length;
    if (whole !== bytes.length + payload.getData_asU8().length) throw new RangeError('fields that are not shown');
    if (channelHeader.getType() !== common.HeaderType.CONFIG_UPDATE)
      throw new RangeError(`a header of type ${channelHeader.getType()}`);
    const creator = creatorOf(header?.getSignatureHeader_asU8() ?? new Uint8Array(0));
    return { channel: channelHeader.getChannelId(), creator, envelope };
  } catch (error) {
    throw notPayload(error instanceof Error ? error.message : String(error));
  }
}

function creatorOf(header: Uint8Array): Creator {
  const { creator } = { creator: common.SignatureHeader.deserializeBinary(header).getCreator_asU8() };
  const identity = msp.SerializedIdentity.deserializeBinary(creator);
  return { mspId: identity.getMspid(), certificate: Buffer.from(identity.getIdBytes_asU8()).toString('utf8') };
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

const notPayload = (got: string) =>
  inputProblem('The bytes are no update of a configuration that can be shown', {
    got,
    expected: 'a common.Payload of type CONFIG_UPDATE',
    fix: 'Do not sign them. Prepare the write again.',
  });
