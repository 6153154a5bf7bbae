import { common } from '@hyperledger/fabric-protos';
import { openChannelHeader, type ChannelHeader } from './channelHeader.js';
import { ABSENT, parts } from './fields.js';
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
  readonly channelHeader: ChannelHeader | null;
  /** The creator that the signature header names, which may be empty; null where there is no such header. */
  readonly creator: Uint8Array | null;
  readonly body: OpenBody;
  readonly problem: string | null;
}

const { ENDORSER_TRANSACTION, CONFIG } = common.HeaderType;

/** Opens an envelope of a block. Never throws: what cannot be opened is kept with the reason. */
export function openEnvelope(bytes: Uint8Array): OpenEnvelope {
  const opened = { bytes, payload: ABSENT, signature: ABSENT, channelHeader: null, creator: null, body: OTHER };
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
  const [payload, signature] = parts(state.bytes);
  [state.payload, state.signature] = [payload, signature];
  const [header, data] = parts(payload);
  if (header === ABSENT) throw new RangeError('it has no header');
  const [channelHeader, signatureHeader] = parts(header);
  state.channelHeader = openChannelHeader(channelHeader);
  state.creator = parts(signatureHeader)[0];
  state.body = openBody(state.channelHeader.type, data);
}

function openBody(type: number, data: Uint8Array): OpenBody {
  if (type === ENDORSER_TRANSACTION) return { kind: 'transaction', actions: openTransaction(data) };
  if (type === CONFIG) return { kind: 'config', envelope: common.ConfigEnvelope.deserializeBinary(data) };
  return OTHER;
}
