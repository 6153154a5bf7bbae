import { randomBytes } from 'node:crypto';
import { common, orderer } from '@hyperledger/fabric-protos';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { ClientSigner } from './signer.js';

/** Which blocks a Deliver stream is asked for. */
export interface Seek {
  readonly start: number | 'newest';
  /** `forever` goes on as blocks are made. */
  readonly stop: number | 'newest' | 'forever';
  /** Whether to wait for a block that does not exist yet, or to be told that it does not. */
  readonly wait: boolean;
  /** Only headers and metadata are wanted; config blocks come whole. Nodes before 2.4 send whole blocks anyway. */
  readonly headersOnly?: boolean;
}

/** A signed seek envelope for `protos.Deliver`, serialised. */
export function seekEnvelope(channel: string, signer: ClientSigner, seek: Seek): Uint8Array {
  const info = new orderer.SeekInfo();
  info.setStart(position(seek.start));
  info.setStop(position(seek.stop));
  const { BLOCK_UNTIL_READY, FAIL_IF_NOT_READY } = orderer.SeekInfo.SeekBehavior;
  info.setBehavior(seek.wait ? BLOCK_UNTIL_READY : FAIL_IF_NOT_READY);
  if (seek.headersOnly === true) info.setContentType(orderer.SeekInfo.SeekContentType.HEADER_WITH_SIG);
  const payload = new common.Payload();
  payload.setHeader(header(channel, signer));
  payload.setData(info.serializeBinary());
  const bytes = payload.serializeBinary();
  const envelope = new common.Envelope();
  envelope.setPayload(bytes);
  envelope.setSignature(signer.sign(bytes));
  return envelope.serializeBinary();
}

function header(channel: string, signer: ClientSigner): common.Header {
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(common.HeaderType.DELIVER_SEEK_INFO);
  channelHeader.setChannelId(channel);
  channelHeader.setTimestamp(timestamp.Timestamp.fromDate(new Date()));
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(signer.serialized);
  signatureHeader.setNonce(randomBytes(24));
  const both = new common.Header();
  both.setChannelHeader(channelHeader.serializeBinary());
  both.setSignatureHeader(signatureHeader.serializeBinary());
  return both;
}

function position(at: number | 'newest' | 'forever'): orderer.SeekPosition {
  const seek = new orderer.SeekPosition();
  if (at === 'newest') {
    seek.setNewest(new orderer.SeekNewest());
    return seek;
  }
  const specified = new orderer.SeekSpecified();
  specified.setNumber(at === 'forever' ? Number.MAX_SAFE_INTEGER : at);
  seek.setSpecified(specified);
  return seek;
}
