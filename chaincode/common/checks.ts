/** Letters, digits and `. _ -`, so that an id is safe in a key and in a URL. */
const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const INSTANT_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

/** Throws unless the value is an id: up to 64 letters, digits, dots, dashes and underscores. */
export function requireId(name: string, value: string): void {
  if (!ID_PATTERN.test(value)) {
    throw new Error(`${name} is not an id: got ${quote(value)}, expected up to 64 letters, digits and . _ -`);
  }
}

/** Throws unless the text has from `least` to `most` characters. */
export function requireText(name: string, value: string, least: number, most: number): void {
  if (value.length < least || value.length > most) {
    throw new Error(`${name} has ${value.length} characters, expected ${least} to ${most}`);
  }
}

/** Throws unless the number is whole and in the range, both ends included. */
export function requireInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${name} is ${value}, expected a whole number from ${least} to ${most}`);
  }
}

/** Throws unless the value is one of those named. */
export function requireOneOf<T extends string>(name: string, value: string, allowed: readonly T[]): asserts value is T {
  if (!(allowed as readonly string[]).includes(value)) {
    throw new Error(`${name} is ${quote(value)}, expected one of ${allowed.join(', ')}`);
  }
}

/** The value, or an error that says that there is no such thing. */
export function requireFound<T>(what: string, value: T | null): T {
  if (value === null) throw new Error(`${what} does not exist`);
  return value;
}

/** An ISO 8601 instant in UTC as `toISOString` writes it; throws unless the text is one, with or without milliseconds. */
export function requireInstant(name: string, value: string): string {
  const parsed = INSTANT_PATTERN.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(parsed)) {
    throw new Error(`${name} is no instant: got ${quote(value)}, expected one in UTC as in 2026-01-31T12:00:00Z`);
  }
  return new Date(parsed).toISOString();
}

/** The start of a text, as an error quotes it. */
export function quote(value: string): string {
  return JSON.stringify(value.slice(0, 80));
}
