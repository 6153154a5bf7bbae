import type { LedgerPosition, StreamPosition } from '../feed/feed.js';
import { isLedgerId, ledgerKind, type LedgerId } from '../model/ids.js';

// A stream's position as bytes: the version, how many bytes of each recent hash are kept, the number of ledgers, each ledger,
// and what else the stream remembers. Numbers are LEB128.

const VERSION = 1;
const HASH_BYTES = 32;
/** Which bytes of recent hashes are kept, and of how many blocks: as many as fit. Less of them tells fewer branches apart, none wrongly. */
const DETAILS = [
  { width: 8, most: 257 },
  { width: 4, most: 257 },
  { width: 4, most: 64 },
  { width: 4, most: 16 },
  { width: 4, most: 1 },
] as const;

export interface PackedStream {
  readonly position: StreamPosition;
  /** What else the stream remembers; empty for most. */
  readonly rest: Buffer;
}

/** The bytes of a position, at most `budget` of them; undefined where it spans too many ledgers for that. The same position gives the same bytes. */
export function packStream({ position, rest }: PackedStream, budget: number): Buffer | undefined {
  const ledgers = [...position].sort(([a], [b]) => (a < b ? -1 : 1));
  const known = ledgers.flatMap(([, { recent }]) => recent.map((digits) => digits.length / 2));
  for (const { width: wide, most } of DETAILS) {
    // A cursor may have told less before.
    const width = Math.min(wide, ...known);
    const parts = ledgers.map(([ledger, one]) => packLedger(ledger, one, { width, most }));
    const packed = Buffer.concat([Buffer.from([VERSION, width]), numberBytes(ledgers.length), ...parts, rest]);
    if (packed.length <= budget) return packed;
  }
  return undefined;
}

/** What `packStream` packed; undefined where it was another version. */
export function unpackStream(bytes: Buffer): PackedStream | undefined {
  const reader = new Reader(bytes);
  try {
    if (reader.byte() !== VERSION) return undefined;
    const width = reader.byte();
    const position = new Map<LedgerId, LedgerPosition>();
    for (let left = reader.number(); left > 0; left -= 1) position.set(...unpackLedger(reader, width));
    return { position, rest: reader.rest() };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function packLedger(
  ledger: LedgerId,
  { block, through, final, finalThrough, recent }: LedgerPosition,
  detail: { readonly width: number; readonly most: number },
): Buffer {
  const flags = (ledgerKind(ledger) === 'fabric' ? 1 : 0) | (block === null ? 0 : 2) | (through === null ? 0 : 4);
  const kept = recent.slice(-detail.most).map((digits) => Buffer.from(digits.slice(0, 2 * detail.width), 'hex'));
  return Buffer.concat([
    Buffer.from([flags]),
    ledgerBytes(ledger),
    ...(block === null ? [] : [numberBytes(block.number), hashBytes(block.hash)]),
    ...(through === null ? [] : [numberBytes(through)]),
    numberBytes(final + 1),
    numberBytes(finalThrough),
    numberBytes(kept.length),
    ...kept,
  ]);
}

function unpackLedger(reader: Reader, width: number): [LedgerId, LedgerPosition] {
  const flags = reader.byte();
  const fabric = (flags & 1) !== 0;
  const ledger = fabric ? `fabric:${reader.hex(16)}` : `eip155:${reader.hex(reader.byte()).replace('f', '')}`;
  if (!isLedgerId(ledger)) throw new RangeError('No ledger');
  const hash = (): string => `${fabric ? '' : '0x'}${reader.hex(HASH_BYTES)}`;
  const block = (flags & 2) === 0 ? null : { number: reader.number(), hash: hash() };
  const through = (flags & 4) === 0 ? null : reader.number();
  const final = reader.number() - 1;
  const finalThrough = reader.number();
  const recent = Array.from({ length: reader.number() }, () => reader.hex(width));
  return [ledger, { block, through, final, finalThrough, recent }];
}

function ledgerBytes(ledger: LedgerId): Buffer {
  const key = ledger.slice(ledger.indexOf(':') + 1);
  if (ledgerKind(ledger) === 'fabric') return Buffer.from(key, 'hex');
  // A chain's decimal digits as hex; a last `f` makes them even.
  const digits = Buffer.from(key.length % 2 === 0 ? key : `${key}f`, 'hex');
  return Buffer.from([digits.length, ...digits]);
}

function hashBytes(hash: string): Buffer {
  const bytes = Buffer.from(hash.replace(/^0x/, ''), 'hex');
  if (bytes.length === HASH_BYTES) return bytes;
  throw new TypeError(`A block's hash has ${bytes.length} bytes`);
}

function numberBytes(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}

/** Reads what was packed, front to back; a RangeError where it ends too early. */
class Reader {
  #at = 0;

  constructor(readonly bytes: Buffer) {}

  byte(): number {
    return this.take(1).readUInt8();
  }

  number(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    throw new RangeError('No number');
  }

  hex(length: number): string {
    return this.take(length).toString('hex');
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.bytes.length) throw new RangeError('The bytes end too early');
    const taken = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  rest(): Buffer {
    return this.take(this.bytes.length - this.#at);
  }
}
