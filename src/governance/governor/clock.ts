import type { DecodedBlock } from '../../model/block.js';

/** ERC-6372, https://eips.ethereum.org/EIPS/eip-6372. */
export type Clock = 'BLOCK_NUMBER' | 'TIMESTAMP';

/** What ECMAScript's dates reach. */
const LAST_MS = 8_640_000_000_000_000n;

/** `CLOCK_MODE()`; who says nothing counts blocks, as governors did before ERC-6372. */
export const clockOf = (mode: string | null): Clock =>
  mode !== null && new URLSearchParams(mode).get('mode') === 'timestamp' ? 'TIMESTAMP' : 'BLOCK_NUMBER';

/** `clock()` in a block. */
export const timepointIn = ({ number, timestampMs }: DecodedBlock, clock: Clock): bigint =>
  clock === 'TIMESTAMP' ? BigInt(Math.floor((timestampMs ?? 0) / 1_000)) : BigInt(number);

/** When a timepoint is; null where blocks are counted, whose time nobody knows before, and beyond all calendars. */
export const momentAt = (timepoint: bigint, clock: Clock): number | null =>
  clock === 'TIMESTAMP' ? millisecondsOf(timepoint) : null;

/** Seconds as milliseconds. */
export const millisecondsOf = (seconds: bigint): number | null =>
  seconds * 1_000n > LAST_MS ? null : Number(seconds * 1_000n);
