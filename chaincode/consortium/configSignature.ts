import { createHash, type X509Certificate } from 'node:crypto';
import { common, msp } from '@hyperledger/fabric-protos';
import { lowerS } from './ecdsa.js';
import { certificate } from './organization.js';
import { signedBy } from './proof.js';

/** A `common.ConfigSignature` that was checked. */
export interface CheckedSignature {
  readonly mspId: string;
  /** SHA-256, in hex, of the signer's serialised identity: who signed, once. */
  readonly identity: string;
  /** Of the signer's certificate. */
  readonly subject: string;
  /** The serialised `common.ConfigSignature`, base64, with the lower of the two possible S: as Fabric takes it. */
  readonly bytes: string;
}

/**
 * Reads and checks a signature on a configuration update: it covers signature_header‖config_update. Whether the certificate is the
 * organisation's is for its MSP to say, which a chaincode cannot ask: whoever hands it in answers for it.
 */
export function checkSignature(bytes: Uint8Array, configUpdate: Uint8Array): CheckedSignature {
  const { header, creator, signature } = parse(bytes);
  const identity = deserialize('creator', () => msp.SerializedIdentity.deserializeBinary(creator));
  const mspId = identity.getMspid();
  if (mspId === '') throw new Error('The configuration signature is of no MSP');
  const pem = Buffer.from(identity.getIdBytes_asU8()).toString('utf8');
  const signer = certificate("The configuration signature's creator", pem);
  if (!signedBy(signer, Buffer.concat([header, configUpdate]), signature)) {
    throw new Error(
      `The configuration signature is not by the key of ${oneLine(signer.subject)} over its header and this configuration update`,
    );
  }
  return {
    mspId,
    identity: createHash('sha256').update(creator).digest('hex'),
    subject: oneLine(signer.subject),
    bytes: serialize(header, normalized(signer, signature)),
  };
}

/** Throws unless the bytes are a `common.ConfigUpdate` that changes something on this channel. */
export function requireConfigUpdate(bytes: Uint8Array, channelId: string): void {
  const update = deserialize('configUpdate', () => common.ConfigUpdate.deserializeBinary(bytes));
  if (update.getChannelId() !== channelId) {
    throw new Error(`configUpdate is for channel ${JSON.stringify(update.getChannelId())}, expected ${channelId}`);
  }
  if (!update.hasWriteSet()) throw new Error('configUpdate has no write set: it changes nothing');
}

interface Parsed {
  readonly header: Uint8Array;
  readonly creator: Uint8Array;
  readonly signature: Uint8Array;
}

function parse(bytes: Uint8Array): Parsed {
  const message = deserialize('configSignature', () => common.ConfigSignature.deserializeBinary(bytes));
  const header = message.getSignatureHeader_asU8();
  const creator = deserialize('signature_header', () =>
    common.SignatureHeader.deserializeBinary(header),
  ).getCreator_asU8();
  return { header, creator, signature: message.getSignature_asU8() };
}

function serialize(header: Uint8Array, signature: Uint8Array): string {
  const message = new common.ConfigSignature();
  message.setSignatureHeader(header);
  message.setSignature(signature);
  return Buffer.from(message.serializeBinary()).toString('base64');
}

/** Only ECDSA has two signatures for one. */
function normalized({ publicKey }: X509Certificate, signature: Uint8Array): Uint8Array {
  const curve = publicKey.asymmetricKeyDetails?.namedCurve;
  return curve === undefined ? signature : lowerS(curve, signature);
}

function deserialize<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new Error(`${name} does not parse as the protobuf message that it should be`);
  }
}

const oneLine = (subject: string): string => subject.split('\n').join(', ');
