/** Where a value was written: block number and index of the transaction in it. */
export interface Version {
  readonly block: number;
  readonly transaction: number;
}

/** True where both are the same position, or both are absent. */
export function sameVersion(a: Version | null, b: Version | null): boolean {
  if (a === null || b === null) return a === b;
  return a.block === b.block && a.transaction === b.transaction;
}

/** True where `a` stands before `b` in the chain. */
export function isBefore(a: Version, b: Version): boolean {
  return a.block < b.block || (a.block === b.block && a.transaction < b.transaction);
}

/** Fabric's order-preserving bytes of a version: for each number its size in bytes, then its bytes, most significant first. */
export function versionBytes(version: Version): Uint8Array {
  return Uint8Array.from([...orderPreserving(version.block), ...orderPreserving(version.transaction)]);
}

function orderPreserving(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(value); rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return [bytes.length, ...bytes];
}
