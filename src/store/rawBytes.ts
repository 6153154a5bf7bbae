import zlib from 'node:zlib';
import { ParleyError } from '../errors/index.js';

const PLAIN = 0;
const ZSTD = 1;
const DEFLATE = 2;
/** Smaller blocks gain nothing worth a call. */
const WORTH_PACKING_BYTES = 256;
/** A block never unpacks to more; a changed byte in a frame's header must not ask for all memory. */
const LARGEST_BLOCK_BYTES = 1 << 30;

export interface PackedBytes {
  readonly encoding: number;
  readonly bytes: Uint8Array;
}

/** Packs a raw block's bytes: certificates and JSON keys repeat, so blocks shrink to a third or less. */
export function packBytes(bytes: Uint8Array): PackedBytes {
  if (bytes.length < WORTH_PACKING_BYTES) return { encoding: PLAIN, bytes };
  const packed = smaller(bytes);
  return packed.bytes.length < bytes.length ? packed : { encoding: PLAIN, bytes };
}

function smaller(bytes: Uint8Array): PackedBytes {
  // Node has zstd from 22.15 on; before that deflate does, at twice the size.
  if (typeof zlib.zstdCompressSync !== 'function') return { encoding: DEFLATE, bytes: zlib.deflateSync(bytes) };
  const level = { [zlib.constants.ZSTD_c_compressionLevel]: 1, [zlib.constants.ZSTD_c_checksumFlag]: 1 };
  return { encoding: ZSTD, bytes: zlib.zstdCompressSync(bytes, { params: level }) };
}

/** Errors: `STORE_CORRUPT` where the bytes are not what `packBytes` gave. */
export function unpackBytes({ encoding, bytes }: PackedBytes, block: string): Uint8Array {
  const options = { maxOutputLength: LARGEST_BLOCK_BYTES };
  try {
    if (encoding === PLAIN) return bytes;
    if (encoding === ZSTD) return zlib.zstdDecompressSync(bytes, options);
    if (encoding === DEFLATE) return zlib.inflateSync(bytes, options);
  } catch (cause) {
    throw new ParleyError('STORE_CORRUPT', `The raw bytes of ${block} do not unpack`, { cause });
  }
  throw new ParleyError('STORE_CORRUPT', `The raw bytes of ${block} are packed in an unknown way`, { got: encoding });
}
