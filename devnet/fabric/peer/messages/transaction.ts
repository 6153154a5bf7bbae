import { createHash } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import type { SignedData } from '../../ports.js';

/** An envelope with its headers decoded. */
export interface UnpackedEnvelope {
  readonly envelope: common.Envelope;
  readonly payload: common.Payload;
  readonly header: common.Header;
  readonly channelHeader: common.ChannelHeader;
  readonly signatureHeader: common.SignatureHeader;
}

/** The one action of an endorser transaction, decoded to its read-write set's bytes. */
export interface EndorsedAction {
  readonly signatureHeader: Uint8Array;
  /** `ChaincodeProposalPayload` without the transient map. */
  readonly proposalPayload: Uint8Array;
  readonly responsePayloadBytes: Uint8Array;
  readonly proposalHash: Uint8Array;
  readonly action: peer.ChaincodeAction;
  readonly endorsements: readonly peer.Endorsement[];
}

/** Throws where a layer is missing or is not the message it should be. */
export function unpackEnvelope(envelope: common.Envelope): UnpackedEnvelope {
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const header = payload.getHeader();
  if (header === undefined) throw new Error('envelope has no header');
  return {
    envelope,
    payload,
    header,
    channelHeader: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()),
    signatureHeader: common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()),
  };
}

export function envelopeOf(data: Uint8Array): UnpackedEnvelope {
  return unpackEnvelope(common.Envelope.deserializeBinary(data));
}

/** What the signer of an envelope signed. */
export function signedDataOf(unpacked: UnpackedEnvelope): SignedData {
  return {
    data: unpacked.envelope.getPayload_asU8(),
    identity: unpacked.signatureHeader.getCreator_asU8(),
    signature: unpacked.envelope.getSignature_asU8(),
  };
}

/** Decodes `peer.Transaction`. Throws where it has not exactly one action, or one that is not whole. */
export function unpackAction(transactionBytes: Uint8Array): EndorsedAction {
  const actions = peer.Transaction.deserializeBinary(transactionBytes).getActionsList();
  const [action] = actions;
  if (action === undefined || actions.length !== 1) {
    throw new Error(`only one action per transaction is supported, tx contains ${actions.length}`);
  }
  const payload = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8());
  const endorsed = payload.getAction();
  if (endorsed === undefined) throw new Error('nil action');
  const responsePayloadBytes = endorsed.getProposalResponsePayload_asU8();
  const response = peer.ProposalResponsePayload.deserializeBinary(responsePayloadBytes);
  return {
    signatureHeader: action.getHeader_asU8(),
    proposalPayload: payload.getChaincodeProposalPayload_asU8(),
    responsePayloadBytes,
    proposalHash: response.getProposalHash_asU8(),
    action: peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8()),
    endorsements: endorsed.getEndorsementsList(),
  };
}

/** SHA-256 over the channel header, the signature header and the proposal payload without transient data. */
export function proposalHash(channelHeader: Uint8Array, signatureHeader: Uint8Array, payload: Uint8Array): Uint8Array {
  return createHash('sha256').update(channelHeader).update(signatureHeader).update(payload).digest();
}

export function transactionId(nonce: Uint8Array, creator: Uint8Array): string {
  return createHash('sha256').update(nonce).update(creator).digest('hex');
}

/** The event of an action; null where the chaincode set none. */
export function eventOf(action: peer.ChaincodeAction): peer.ChaincodeEvent | null {
  const bytes = action.getEvents_asU8();
  return bytes.length === 0 ? null : peer.ChaincodeEvent.deserializeBinary(bytes);
}

/** What each endorser signed: the response payload, then its own identity. */
export function endorsementSignatures(action: EndorsedAction): SignedData[] {
  return action.endorsements.map((endorsement) => ({
    data: Buffer.concat([action.responsePayloadBytes, endorsement.getEndorser_asU8()]),
    identity: endorsement.getEndorser_asU8(),
    signature: endorsement.getSignature_asU8(),
  }));
}

export const isEndorserTransaction = (header: common.ChannelHeader): boolean =>
  header.getType() === common.HeaderType.ENDORSER_TRANSACTION;

export const isConfigTransaction = (header: common.ChannelHeader): boolean =>
  header.getType() === common.HeaderType.CONFIG;
