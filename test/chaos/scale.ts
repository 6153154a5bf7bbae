/** `npm run test:chaos` runs the whole; `npm test` a sample of it. */
export const WHOLE = process.env.CHAOS === 'whole';
/** The same seed gives the same story, as far as processes and the clock allow. */
export const SEED = Number(process.env.CHAOS_SEED ?? 1);

/** How often something is done: in the whole, and in the sample. */
export const times = (whole: number, sample: number): number => (WHOLE ? whole : sample);

/** A line a case, as it happens. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);
