import { quote, requireInteger, requireText } from './checks.js';

/** A JSON object that came as an argument, read name by name; errors say which name, what it got and what it expects. */
export class Fields {
  readonly #name: string;
  readonly #values: ReadonlyMap<string, unknown>;

  /** Throws unless the value is a JSON object. */
  constructor(name: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Error(`${name} is ${kindOf(value)}, expected a JSON object`);
    }
    this.#name = name;
    this.#values = new Map(Object.entries(value));
  }

  has(field: string): boolean {
    return this.#values.has(field);
  }

  /** Throws where there are other names than these: what was signed or asked for must not be dropped in silence. */
  only(...allowed: readonly string[]): this {
    for (const field of this.#values.keys()) {
      if (!allowed.includes(field)) {
        throw new Error(`${this.#name} has ${quote(field)}, expected only ${allowed.join(', ')}`);
      }
    }
    return this;
  }

  text(field: string, least: number, most: number): string {
    const value = this.#values.get(field);
    if (typeof value !== 'string') throw this.#wrong(field, value, 'a string');
    requireText(`${this.#name}.${field}`, value, least, most);
    return value;
  }

  optionalText(field: string, least: number, most: number): string | undefined {
    const absent = this.#values.get(field) ?? null;
    return absent === null ? undefined : this.text(field, least, most);
  }

  integer(field: string, least: number, most: number): number {
    const value = this.#values.get(field);
    if (typeof value !== 'number') throw this.#wrong(field, value, 'a number');
    requireInteger(`${this.#name}.${field}`, value, least, most);
    return value;
  }

  flag(field: string, absent: boolean): boolean {
    const value = this.#values.get(field) ?? absent;
    if (typeof value !== 'boolean') throw this.#wrong(field, value, 'true or false');
    return value;
  }

  object(field: string): Fields {
    return new Fields(`${this.#name}.${field}`, this.#values.get(field));
  }

  /** Absent is the empty list. */
  texts(field: string, most: number, mostCharacters: number): readonly string[] {
    return this.#list(field, most).map((value, index) => {
      if (typeof value !== 'string') throw this.#wrong(`${field}[${index}]`, value, 'a string');
      requireText(`${this.#name}.${field}[${index}]`, value, 1, mostCharacters);
      return value;
    });
  }

  /** Absent is the empty list. */
  objects(field: string, most: number): readonly Fields[] {
    return this.#list(field, most).map((value, index) => new Fields(`${this.#name}.${field}[${index}]`, value));
  }

  #list(field: string, most: number): readonly unknown[] {
    const value = this.#values.get(field) ?? [];
    if (!Array.isArray(value)) throw this.#wrong(field, value, 'a list');
    if (value.length > most) throw this.#wrong(field, value, `at most ${most}`);
    return value;
  }

  #wrong(field: string, value: unknown, expected: string): Error {
    return new Error(`${this.#name}.${field} is ${kindOf(value)}, expected ${expected}`);
  }
}

/** Reads an argument of at most so many characters as a JSON object. */
export function parseFields(name: string, json: string, mostCharacters: number): Fields {
  return new Fields(name, parseJson(name, json, mostCharacters));
}

/** Reads an argument of at most so many characters as JSON. */
export function parseJson(name: string, json: string, mostCharacters: number): unknown {
  requireText(name, json, 2, mostCharacters);
  try {
    return JSON.parse(json);
  } catch {
    // The parser's own words differ from one version of the runtime to another; endorsers should not.
    throw new Error(`${name} is not JSON: got ${quote(json)}`);
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : quote(String(value));
}
