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
