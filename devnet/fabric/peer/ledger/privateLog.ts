import { isBefore } from '../state/version.js';
import type { Version } from '../state/version.js';
import { RecordFile } from './recordFile.js';

/** What a valid transaction wrote to one collection. */
export interface PrivateWrites {
  readonly version: Version;
  readonly namespace: string;
  readonly collection: string;
  /** `kvrwset.KVRWSet` */
  readonly set: Uint8Array;
}

interface Header {
  readonly block: number;
  readonly transaction: number;
  readonly namespace: string;
  readonly collection: string;
}

/** Every private write set of a channel's valid transactions, on disk; who may see one is decided by whoever reads it. */
export class PrivateLog {
  readonly #file: RecordFile;
  readonly #byBlock = new Map<number, Map<string, PrivateWrites>>();

  constructor(path: string) {
    this.#file = new RecordFile(path);
    for (let index = 0; index < this.#file.length; index++) this.#remember(decode(this.#file.read(index)));
  }

  append(writes: PrivateWrites): void {
    this.#file.append(encode(writes));
    this.#remember(writes);
  }

  ofBlock(block: number): readonly PrivateWrites[] {
    return [...(this.#byBlock.get(block)?.values() ?? [])];
  }

  /** All of one collection, oldest first. */
  ofCollection(namespace: string, collection: string): readonly PrivateWrites[] {
    return [...this.#byBlock.values()]
      .flatMap((writes) => [...writes.values()])
      .filter((writes) => writes.namespace === namespace && writes.collection === collection)
      .sort((a, b) => (isBefore(a.version, b.version) ? -1 : 1));
  }

  close(): void {
    this.#file.close();
  }

  /** A block that was written here but not to the chain before a crash comes again and replaces itself. */
  #remember(writes: PrivateWrites): void {
    const { block, transaction } = writes.version;
    const ofBlock = this.#byBlock.get(block) ?? new Map<string, PrivateWrites>();
    ofBlock.set(JSON.stringify([transaction, writes.namespace, writes.collection]), writes);
    this.#byBlock.set(block, ofBlock);
  }
}

function encode({ version, namespace, collection, set }: PrivateWrites): Uint8Array {
  const header: Header = { ...version, namespace, collection };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, set]);
}

function decode(record: Uint8Array): PrivateWrites {
  const bytes = Buffer.from(record);
  const end = 4 + bytes.readUInt32BE();
  const header = JSON.parse(bytes.toString('utf8', 4, end)) as Header;
  return {
    version: { block: header.block, transaction: header.transaction },
    namespace: header.namespace,
    collection: header.collection,
    set: bytes.subarray(end),
  };
}
