import { common } from '@hyperledger/fabric-protos';
import type { SignedData } from '../ports.js';
import { signatureHeader, type SigningIdentity } from '../msp/signingIdentity.js';

/** An admin's signature of a config update, as it is collected: over the signature header and the exact bytes of the update. */
export function signConfigUpdate(update: Uint8Array, signer: SigningIdentity): common.ConfigSignature {
  const header = signatureHeader(signer.serialized).serializeBinary();
  const signature = new common.ConfigSignature();
  signature.setSignatureHeader(header);
  signature.setSignature(signer.sign(Buffer.concat([header, update])));
  return signature;
}

export function configUpdateEnvelope(
  update: Uint8Array,
  signatures: readonly common.ConfigSignature[],
): common.ConfigUpdateEnvelope {
  const envelope = new common.ConfigUpdateEnvelope();
  envelope.setConfigUpdate(update);
  envelope.setSignaturesList([...signatures]);
  return envelope;
}

/** Who signed a config update, over which bytes. */
export function configUpdateSignedData(envelope: common.ConfigUpdateEnvelope): readonly SignedData[] {
  const update = envelope.getConfigUpdate_asU8();
  return envelope.getSignaturesList().map((signature) => {
    const header = signature.getSignatureHeader_asU8();
    return {
      data: Buffer.concat([header, update]),
      identity: common.SignatureHeader.deserializeBinary(header).getCreator_asU8(),
      signature: signature.getSignature_asU8(),
    };
  });
}

/** An envelope's parts. */
export interface OpenEnvelope {
  readonly channelHeader: common.ChannelHeader;
  readonly signatureHeader: common.SignatureHeader;
  readonly data: Uint8Array;
  /** The creator's signature over the payload. */
  readonly signed: SignedData;
}

/** @throws {Error} where the envelope has no payload or no headers */
export function openEnvelope(envelope: common.Envelope): OpenEnvelope {
  const bytes = envelope.getPayload_asU8();
  const payload = common.Payload.deserializeBinary(bytes);
  const header = payload.getHeader();
  if (header === undefined) throw new Error('header not set');
  if (header.getChannelHeader_asU8().length === 0) throw new Error('channel header not set');
  const signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  return {
    channelHeader: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()),
    signatureHeader,
    data: payload.getData_asU8(),
    signed: { data: bytes, identity: signatureHeader.getCreator_asU8(), signature: envelope.getSignature_asU8() },
  };
}
