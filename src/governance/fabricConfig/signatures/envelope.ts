import { hash } from 'node:crypto';
import { common, msp } from '@hyperledger/fabric-protos';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { inputProblem } from '../problem.js';

/** As long as Fabric's commands make them. */
export const NONCE_BYTES = 24;

/** Who signs. */
export interface Creator {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
}

/** Bytes that somebody signs. `digest`: their SHA-256, which ECDSA signs; Ed25519 takes the bytes as they are. */
export interface BytesToSign {
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
}

/** A serialised `common.SignatureHeader`. The nonce is fresh for each signature, from a source of randomness. */
export function signatureHeader({ mspId, certificate }: Creator, nonce: Uint8Array): Uint8Array {
  if (nonce.length !== NONCE_BYTES)
    throw inputProblem('The nonce has the wrong length', {
      got: `${nonce.length} bytes`,
      expected: `${NONCE_BYTES} bytes`,
      fix: 'Draw a fresh one of that length.',
    });
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate));
  const header = new common.SignatureHeader();
  header.setCreator(identity.serializeBinary());
  header.setNonce(nonce);
  return header.serializeBinary();
}

/** What a member signs to agree to an update: the signature header with the update's exact bytes after it. */
export const configSignatureBytes = (header: Uint8Array, update: Uint8Array): BytesToSign =>
  toSign(Buffer.concat([header, update]));

/**
 * The two parts of what a member signs, for whoever shows it before signing. Throws `INPUT_INVALID` where the bytes are not exactly a
 * signature header with an update after it.
 */
export function openConfigSignatureBytes(bytes: Uint8Array): {
  readonly creator: Creator;
  readonly header: Uint8Array;
  readonly update: Uint8Array;
} {
  const header = bytes.subarray(0, headerLength(bytes));
  const opened = creatorIn(header);
  if (opened === null)
    throw inputProblem('These bytes are not what is signed for a configuration update', {
      got: `${bytes.length} bytes`,
      expected: 'a signature header, and the update after it',
      fix: 'Take the bytes of the request as they are.',
    });
  return { creator: opened, header, update: bytes.subarray(header.length) };
}

/** A header is its creator (field 1) and its nonce (field 2); an update begins with a field 1 of its own. */
function headerLength(bytes: Uint8Array): number {
  let at = 0;
  for (const tag of [CREATOR_TAG, NONCE_TAG]) {
    if (bytes[at] !== tag) return 0;
    let [length, scale] = [0, 1];
    do {
      at += 1;
      length += ((bytes[at] ?? 0) & 0x7f) * scale;
      scale *= 128;
    } while ((bytes[at] ?? 0) >= 128 && scale < MAX_SCALE);
    at += 1 + length;
  }
  return at;
}

const CREATOR_TAG = 0x0a;
const NONCE_TAG = 0x12;
/** Lengths of more than four digits of 7 bits are no header's. */
const MAX_SCALE = 128 ** 4;

function creatorIn(header: Uint8Array): Creator | null {
  try {
    const opened = common.SignatureHeader.deserializeBinary(header);
    const identity = msp.SerializedIdentity.deserializeBinary(opened.getCreator_asU8());
    const creator = {
      mspId: identity.getMspid(),
      certificate: Buffer.from(identity.getIdBytes_asU8()).toString('utf8'),
    };
    return Buffer.from(signatureHeader(creator, opened.getNonce_asU8())).equals(header) ? creator : null;
  } catch {
    return null; // Said as an error.
  }
}

/** The two parts of a serialised `common.ConfigSignature`; of bytes that are none, themselves as the signature. */
export function openConfigSignature(bytes: Uint8Array): {
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
} {
  try {
    const opened = common.ConfigSignature.deserializeBinary(bytes);
    return { header: opened.getSignatureHeader_asU8(), signature: opened.getSignature_asU8() };
  } catch {
    return { header: new Uint8Array(), signature: bytes }; // Never verified: whoever looks sees what was handed in.
  }
}

/** A serialised `common.ConfigSignature`. */
export function configSignature(header: Uint8Array, signature: Uint8Array): Uint8Array {
  const made = new common.ConfigSignature();
  made.setSignatureHeader(header);
  made.setSignature(signature);
  return made.serializeBinary();
}

export interface UpdateSubmission {
  readonly channel: string;
  readonly update: Uint8Array;
  /** Serialised `common.ConfigSignature`s. */
  readonly signatures: readonly Uint8Array[];
  /** The submitter's, whom /Channel/Writers must admit. */
  readonly header: Uint8Array;
  readonly atMs: number;
}

/** The payload of type CONFIG_UPDATE that the submitter signs and an orderer takes: `common.Payload` bytes. */
export function updatePayload({ channel, update, signatures, header, atMs }: UpdateSubmission): BytesToSign {
  const collected = new common.ConfigUpdateEnvelope();
  collected.setConfigUpdate(update);
  collected.setSignaturesList(signatures.map((bytes) => common.ConfigSignature.deserializeBinary(bytes)));
  const headers = new common.Header();
  headers.setChannelHeader(channelHeader(channel, atMs).serializeBinary());
  headers.setSignatureHeader(header);
  const payload = new common.Payload();
  payload.setHeader(headers);
  payload.setData(collected.serializeBinary());
  return toSign(payload.serializeBinary());
}

/** A serialised `common.Envelope`, as it is broadcast. */
export function updateEnvelope(payload: Uint8Array, signature: Uint8Array): Uint8Array {
  const envelope = new common.Envelope();
  envelope.setPayload(payload);
  envelope.setSignature(signature);
  return envelope.serializeBinary();
}

function channelHeader(channel: string, atMs: number): common.ChannelHeader {
  const header = new common.ChannelHeader();
  header.setType(common.HeaderType.CONFIG_UPDATE);
  header.setChannelId(channel);
  header.setTimestamp(timestamp.Timestamp.fromDate(new Date(atMs)));
  return header;
}

const toSign = (bytes: Uint8Array): BytesToSign => ({ bytes, digest: hash('sha256', bytes, 'buffer') });
