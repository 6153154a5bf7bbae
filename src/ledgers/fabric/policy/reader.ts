import { policyProblem } from './problem.js';
import { POLICY_ROLES, type PolicyRole } from './principals.js';

/** How long a policy may be; Fabric names no bound, and nobody reads a longer one. */
export const MAX_POLICY_LENGTH = 10_000;

/** Gates by the three ways in which Fabric's parser takes their names; others, such as `aND`, it refuses. */
const GATES = new Map(
  (['And', 'Or', 'OutOf'] as const).flatMap((gate) =>
    [gate, gate.toLowerCase(), gate.toUpperCase()].map((name) => [name, gate] as const),
  ),
);
type GateName = 'And' | 'Or' | 'OutOf';

export interface ReadPrincipal {
  readonly mspId: string;
  readonly role: PolicyRole;
}

/** Walks over the text of a policy expression. Its places are offsets into the text. */
export class PolicyReader {
  private at = 0;

  constructor(private readonly text: string) {
    if (text.length > MAX_POLICY_LENGTH)
      this.fail(MAX_POLICY_LENGTH, `${text.length} characters`, `at most ${MAX_POLICY_LENGTH} characters`);
  }

  /** Where the next thing begins. */
  place(): number {
    this.take(/[ \t\r\n]*/y);
    return this.at;
  }

  gate(): GateName {
    const at = this.place();
    const word = this.take(/[A-Za-z]+/y);
    const gate = GATES.get(word);
    if (gate === undefined) this.fail(at, word === '' ? this.next(at) : `"${word}"`, 'AND(…), OR(…) or OutOf(n, …)');
    return gate;
  }

  count(): { readonly value: number; readonly at: number } {
    const at = this.place();
    const digits = this.take(/\d{1,9}(?![\w.])/y);
    if (digits === '') this.fail(at, this.next(at), 'how many of those that follow, as a number');
    return { value: Number(digits), at };
  }

  sign(sign: '(' | ','): void {
    const at = this.place();
    if (this.text[at] !== sign) this.fail(at, this.next(at), `"${sign}"`);
    this.at += 1;
  }

  /** True after a comma, false after the closing bracket. */
  more(): boolean {
    const at = this.place();
    const sign = this.text[at];
    if (sign !== ',' && sign !== ')') this.fail(at, this.next(at), '"," or ")"');
    this.at += 1;
    return sign === ',';
  }

  atQuote(): boolean {
    const next = this.text[this.place()];
    return next === "'" || next === '"';
  }

  principal(): ReadPrincipal {
    const at = this.place();
    const quoted = this.take(/'[^']*'|"[^"]*"/y);
    if (quoted === '') this.fail(at, 'a quote that nothing closes', `"'" at the end of the identity`);
    return this.namesIn(quoted.slice(1, -1), at + 1);
  }

  end(): void {
    const at = this.place();
    if (at < this.text.length) this.fail(at, this.next(at), 'the end');
  }

  fail(at: number, got: string, expected: string): never {
    throw policyProblem(this.text, at, got, expected);
  }

  private namesIn(name: string, at: number): ReadPrincipal {
    const dot = name.lastIndexOf('.');
    const mspId = name.slice(0, Math.max(dot, 0));
    const odd = mspId.search(/[^A-Za-z0-9.-]/);
    if (odd >= 0) this.fail(at + odd, `"${name[odd]}"`, 'letters, digits, "." and "-" in an MSP id');
    if (mspId === '') this.fail(at, `'${name}'`, `'MSP.role'`);
    const role = POLICY_ROLES.find((known) => known === name.slice(dot + 1));
    if (role === undefined)
      this.fail(at + dot + 1, `"${name.slice(dot + 1)}"`, `one of the roles ${POLICY_ROLES.join(', ')}`);
    return { mspId, role };
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ''] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }

  private next(at: number): string {
    const [word] = /^(\w+|.)/su.exec(this.text.slice(at, at + 40)) ?? [];
    return word === undefined ? 'the end' : `"${word}"`;
  }
}
