import { common } from '@hyperledger/fabric-protos';
import { openTransaction, type OpenAction } from './transaction.js';

export type OpenBody =
  | { readonly kind: 'transaction'; readonly actions: readonly OpenAction[] }
  | { readonly kind: 'config'; readonly envelope: common.ConfigEnvelope }
  | { readonly kind: 'other' };

/** An envelope as far as it can be opened; `problem` says why no further. */
export interface OpenEnvelope {
  readonly bytes: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly channelHeader: common.ChannelHeader | null;
  readonly signatureHeader: common.SignatureHeader | null;
  readonly body: OpenBody;
  readonly problem: string | null;
}

const EMPTY = new Uint8Array(0);
const { ENDORSER_TRANSACTION, CONFIG } = common.HeaderType;

/** Opens an envelope of a block. Never throws: what cannot be opened is kept with the reason. */
export function openEnvelope(bytes: Uint8Array): OpenEnvelope {
  const opened = { bytes, payload: EMPTY, signature: EMPTY, channelHeader: null, signatureHeader: null, body: OTHER };
  const state: Mutable = { ...opened, problem: null };
  try {
    openInto(state);
  } catch (error) {
    state.problem = `The envelope cannot be decoded: ${error instanceof Error ? error.message : String(error)}`;
  }
  return state;
}

const OTHER: OpenBody = { kind: 'other' };
type Mutable = { -readonly [K in keyof OpenEnvelope]: OpenEnvelope[K] };

/** Fills in one part after the other, so that what was opened before a malformed part stays. */
function openInto(state: Mutable): void {
  const envelope = common.Envelope.deserializeBinary(state.bytes);
  state.payload = envelope.getPayload_asU8();
  state.signature = envelope.getSignature_asU8();
  const payload = common.Payload.deserializeBinary(state.payload);
  const header = payload.getHeader();
  if (header === undefined) throw new RangeError('it has no header');
  state.channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  state.signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  state.body = openBody(state.channelHeader.getType(), payload.getData_asU8());
}

function openBody(type: number, data: Uint8Array): OpenBody {
  if (type === ENDORSER_TRANSACTION) return { kind: 'transaction', actions: openTransaction(data) };
  if (type === CONFIG) return { kind: 'config', envelope: common.ConfigEnvelope.deserializeBinary(data) };
  return OTHER;
}

/** When its maker says that it was made. */
export function timestampMs(header: common.ChannelHeader | null): number | null {
  const timestamp = header?.getTimestamp();
  if (timestamp === undefined) return null;
  const ms = timestamp.getSeconds() * 1000 + Math.floor(timestamp.getNanos() / 1_000_000);
  return Math.abs(ms) <= MAX_TIME_MS ? ms : null;
}

/** What a Date can hold. */
const MAX_TIME_MS = 8_640_000_000_000_000;
