import { common } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { signatureHeader, type SigningIdentity } from '../msp/signingIdentity.js';
import type { Message } from './elements.js';

type HeaderTypeNumber = common.HeaderTypeMap[keyof common.HeaderTypeMap];

export function channelHeader(type: HeaderTypeNumber, channel: string, version = 0): common.ChannelHeader {
  const header = new common.ChannelHeader();
  header.setType(type);
  header.setVersion(version);
  header.setChannelId(channel);
  header.setTimestamp(timestamps.Timestamp.fromDate(new Date()));
  return header;
}

export function payload(
  channel: common.ChannelHeader,
  signature: common.SignatureHeader,
  data: Message,
): common.Payload {
  const header = new common.Header();
  header.setChannelHeader(channel.serializeBinary());
  header.setSignatureHeader(signature.serializeBinary());
  const made = new common.Payload();
  made.setHeader(header);
  made.setData(data.serializeBinary());
  return made;
}

/** An envelope of the type for the channel, signed by the identity. */
export function signedEnvelope(
  type: HeaderTypeNumber,
  channel: string,
  data: Message,
  signer: SigningIdentity,
): common.Envelope {
  const bytes = payload(channelHeader(type, channel), signatureHeader(signer.serialized), data).serializeBinary();
  const envelope = new common.Envelope();
  envelope.setPayload(bytes);
  envelope.setSignature(signer.sign(bytes));
  return envelope;
}
