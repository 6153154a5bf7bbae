/** Milliseconds of the machine's own clock: the same in all of its processes. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The value below which this part of the values lies. Sorts them. */
export function quantile(values: Float64Array, part: number): number {
  values.sort();
  return values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
}

export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const started = now();
  while (!(await holds())) {
    if (now() - started > withinMs) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await sleep(50);
  }
}
