import { BYTES_3, BYTES_5, Fields, NUMBER_1, NUMBER_2 } from './fields.js';

/** `common.ChannelHeader`, as far as a block's reader asks it. */
export interface ChannelHeader {
  readonly type: number;
  /** Empty where there is none. */
  readonly transactionId: string;
  /** When its maker says that it was made. */
  readonly timestampMs: number | null;
}

/** Throws where the bytes are no such message. */
export function openChannelHeader(bytes: Uint8Array): ChannelHeader {
  let [type, transactionId] = [0, ''];
  let timestamp: Buffer | null = null;
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === NUMBER_1) type = fields.int32();
    else if (fields.key === BYTES_3) timestamp = fields.value();
    else if (fields.key === BYTES_5) transactionId = fields.text();
  }
  return { type, transactionId, timestampMs: timestamp === null ? null : timestampMs(timestamp) };
}

/** What a Date can hold. */
const MAX_TIME_MS = 8_640_000_000_000_000;

function timestampMs(bytes: Uint8Array): number | null {
  let [seconds, nanos] = [0, 0];
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === NUMBER_1) seconds = fields.signed();
    else if (fields.key === NUMBER_2) nanos = fields.int32();
  }
  const ms = seconds * 1000 + Math.floor(nanos / 1_000_000);
  return Math.abs(ms) <= MAX_TIME_MS ? ms : null;
}
