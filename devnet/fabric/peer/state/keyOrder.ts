/**
 * Orders keys as their UTF-8 bytes stand, which is how LevelDB orders them. UTF-16 code units agree with that except where a
 * surrogate meets a unit above the surrogates.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  // Surrogates stand for code points above 0xffff, so they come last.
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Index of the first of `keys` (in order) that is not before `key`. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
