import { createHash } from 'node:crypto';

/** Choices that are the same for the same seed. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  pick<T>(options: readonly [T, ...T[]]): T;
  /** True once in `times`. */
  once(times: number): boolean;
  /** Hex digits. */
  hex(length: number): string;
}

/** A stream of choices that only the words decide: each is drawn from the hash of the words and a counter. */
export function seeded(...words: readonly (string | number)[]): Random {
  let drawn = 0;
  const digest = (): Buffer => {
    drawn += 1;
    return createHash('sha256')
      .update(JSON.stringify([...words, drawn]))
      .digest();
  };
  const integer = (least: number, most: number): number => least + (digest().readUInt32BE(0) % (most - least + 1));
  return {
    integer,
    pick: (options) => options[integer(0, options.length - 1)] ?? options[0],
    once: (times) => integer(1, times) === 1,
    hex: (length) => digest().toString('hex').slice(0, length),
  };
}
