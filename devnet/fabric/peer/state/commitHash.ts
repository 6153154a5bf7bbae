import { createHash } from 'node:crypto';
import type { BlockUpdates } from './blockUpdates.js';
import { namespaceParts } from './entry.js';
import { compareKeys } from './keyOrder.js';
import { versionBytes } from './version.js';
import type { Version } from './version.js';

interface Write {
  readonly key: Uint8Array;
  /** Null where the key was deleted. */
  readonly value: Uint8Array | null;
  readonly version: Version;
}

/**
 * What every peer must agree on after a block: SHA-256 over the length of the transaction filter, the filter, the block's writes
 * in a fixed order (`txmgr.Updates`: namespaces, public keys before hashed ones) and the commit hash before it.
 */
export function commitHash(filter: Uint8Array, updates: BlockUpdates, previous: Uint8Array): Uint8Array {
  return createHash('sha256')
    .update(varint(filter.length))
    .update(filter)
    .update(updatesBytes(updates))
    .update(previous)
    .digest();
}

function updatesBytes(updates: BlockUpdates): Uint8Array {
  const chunks: Uint8Array[] = [];
  let lastNamespace = '';
  for (const name of [...updates.changes.keys()].sort(byNamespace)) {
    const { namespace, collection } = namespaceParts(name);
    writesOf(updates, name, collection !== '').forEach((write, index) => {
      const startsNamespace = index === 0 && namespace !== lastNamespace;
      chunks.push(field(1, kvWrite(write, startsNamespace ? namespace : '', index === 0 ? collection : '')));
    });
    lastNamespace = namespace;
  }
  return Buffer.concat(chunks);
}

function byNamespace(a: string, b: string): number {
  const left = namespaceParts(a);
  const right = namespaceParts(b);
  return compareKeys(left.namespace, right.namespace) || compareKeys(left.collection, right.collection);
}

function writesOf(updates: BlockUpdates, name: string, hashed: boolean): Write[] {
  const entries = [...(updates.changes.get(name) ?? [])].sort(([a], [b]) => compareKeys(a, b));
  return entries.map(([key, entry]) => {
    const version = entry?.version ?? updates.deletions.get(name)?.get(key);
    if (version === undefined) throw new Error(`Deletion of a key in ${name} has no version`);
    return { key: Buffer.from(key, hashed ? 'hex' : 'utf8'), value: entry?.value ?? null, version };
  });
}

function kvWrite(write: Write, namespace: string, collection: string): Uint8Array {
  return Buffer.concat([
    field(1, Buffer.from(namespace)),
    field(2, Buffer.from(collection)),
    field(3, write.key),
    write.value === null ? Buffer.from([0x20, 1]) : Buffer.alloc(0),
    field(5, write.value ?? Buffer.alloc(0)),
    field(6, versionBytes(write.version)),
  ]);
}

/** A length-delimited protobuf field; an empty one is left out, as proto3 does. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  // A message in a repeated field is never empty here: it has a version.
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Uint8Array.from([...bytes, rest]);
}
