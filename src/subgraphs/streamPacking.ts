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
    const head = byteHex(VERSION) + byteHex(width) + numberHex(ledgers.length);
    const packed = Buffer.concat([Buffer.from(head + parts.join(''), 'hex'), rest]);
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

/** As hex: hashes are hex already, and one conversion of all is fast. */
function packLedger(
  ledger: LedgerId,
  { block, through, final, finalThrough, recent }: LedgerPosition,
  { width, most }: { readonly width: number; readonly most: number },
): string {
  const flags = KIND_FLAGS[ledgerKind(ledger)] | (block === null ? 0 : 2) | (through === null ? 0 : 4);
  const kept = recent.length <= most ? recent : recent.slice(-most);
  return [
    byteHex(flags) + ledgerHex(ledger),
    block === null ? '' : numberHex(block.number) + hashHex(block.hash),
    through === null ? '' : numberHex(through),
    numberHex(final + 1) + numberHex(finalThrough) + numberHex(kept.length),
    ...kept.map((digits) => digits.slice(0, 2 * width)),
  ].join('');
}

function unpackLedger(reader: Reader, width: number): [LedgerId, LedgerPosition] {
  const flags = reader.byte();
  const ledger = unpackId(reader, flags);
  const hash = (): string => `${ledgerKind(ledger) === 'ethereum' ? '0x' : ''}${reader.hex(HASH_BYTES)}`;
  const block = (flags & 2) === 0 ? null : { number: reader.number(), hash: hash() };
  const through = (flags & 4) === 0 ? null : reader.number();
  const final = reader.number() - 1;
  const finalThrough = reader.number();
  const recent = Array.from({ length: reader.number() }, () => reader.hex(width));
  return [ledger, { block, through, final, finalThrough, recent }];
}

const KIND_FLAGS = { ethereum: 0, fabric: 1, amb: 8 } as const;

function unpackId(reader: Reader, flags: number): LedgerId {
  const id =
    (flags & KIND_FLAGS.fabric) !== 0
      ? `fabric:${reader.hex(16)}`
      : (flags & KIND_FLAGS.amb) !== 0
        ? `amb:${reader.take(reader.byte()).toString('latin1')}`
        : `eip155:${reader.hex(reader.byte()).replace('f', '')}`;
  if (!isLedgerId(id)) throw new RangeError('No ledger');
  return id;
}

function ledgerHex(ledger: LedgerId): string {
  const key = ledger.slice(ledger.indexOf(':') + 1);
  if (ledgerKind(ledger) === 'fabric') return key;
  if (ledgerKind(ledger) === 'amb') return byteHex(key.length) + Buffer.from(key, 'latin1').toString('hex');
  // A chain's decimal digits as hex; a last `f` makes them even.
  const digits = key.length % 2 === 0 ? key : `${key}f`;
  return byteHex(digits.length / 2) + digits;
}

function hashHex(hash: string): string {
  const digits = hash.startsWith('0x') ? hash.slice(2) : hash;
  if (digits.length === 2 * HASH_BYTES) return digits;
  throw new TypeError(`A block's hash has ${digits.length} hex digits`);
}

const byteHex = (byte: number): string => byte.toString(16).padStart(2, '0');

function numberHex(value: number): string {
  let hex = '';
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) hex += byteHex((left % 128) + 128);
  return hex + byteHex(left);
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
