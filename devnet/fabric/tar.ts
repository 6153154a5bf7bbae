/** The little of POSIX ustar that chaincode packages need: plain files with short names. */

const BLOCK = 512;
/** Bounds what a package unpacks to. */
const MAX_BYTES = 100 * 1024 * 1024;

export interface TarFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** An archive with the same bytes for the same files: no times, no owners. */
export function writeTar(files: readonly TarFile[]): Uint8Array {
  const chunks = files.flatMap(({ name, content }) => [
    header(name, content.length),
    content,
    Buffer.alloc(padding(content.length)),
  ]);
  return Buffer.concat([...chunks, Buffer.alloc(2 * BLOCK)]);
}

/** The regular files of an archive. Throws where it is cut off or larger than a chaincode package may be. */
export function readTar(archive: Uint8Array): TarFile[] {
  if (archive.length > MAX_BYTES) throw new Error(`archive has ${archive.length} bytes, more than ${MAX_BYTES}`);
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.length);
  const files: TarFile[] = [];
  let offset = 0;
  while (offset + BLOCK <= bytes.length && bytes[offset] !== 0) {
    const size = parseInt(text(bytes, offset + 124, 12), 8) || 0;
    const start = offset + BLOCK;
    if (start + size > bytes.length) throw new Error('unexpected EOF');
    const type = text(bytes, offset + 156, 1);
    if (type === '0' || type === '') {
      files.push({ name: text(bytes, offset, 100).replace(/^\.\//, ''), content: bytes.subarray(start, start + size) });
    }
    offset = start + size + padding(size);
  }
  return files;
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100);
  block.write('0100644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

function text(bytes: Buffer, start: number, length: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('utf8', start, end === -1 ? start + length : Math.min(end, start + length));
}
