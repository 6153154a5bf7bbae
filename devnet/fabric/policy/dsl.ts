import type { common, msp } from '@hyperledger/fabric-protos';
import { isPolicyRole, nOutOf, rolePrincipal, signaturePolicy, signedBy } from './principals.js';

const TOKEN = /\s*(?:([A-Za-z]+)|'([^']*)'|"([^"]*)"|(\d+)|([(),]))/y;
const PRINCIPAL = /^([A-Za-z0-9.-]+)\.([a-z]+)$/;

/** How deep gates may be nested, and how many characters a policy may have. */
const MAX_DEPTH = 32;
const MAX_LENGTH = 10_000;

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign' | 'end';
  readonly text: string;
}

/**
 * Reads a signature policy as Fabric's tools write it: `AND('A.member', OR('B.peer', 'C.admin'))`, `OutOf(2, …)`; gates as
 * And, AND or and. Identities stand in the order in which Fabric's parser meets them, inner gates first, and are not
 * deduplicated, so that the bytes equal those which `peer lifecycle` approves.
 * @throws {Error} with the place and what was expected there
 */
export function parsePolicy(text: string): common.SignaturePolicyEnvelope {
  if (text.length > MAX_LENGTH)
    throw new Error(`The policy has ${text.length} characters; expected at most ${MAX_LENGTH}`);
  const parser = new Parser(text);
  const rule = parser.policy();
  return signaturePolicy(rule, parser.identities);
}

class Parser {
  readonly identities: msp.MSPPrincipal[] = [];
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
  }

  policy(): common.SignaturePolicy {
    const gate = parseGate(this, 0);
    this.expect('end', '');
    return this.number(gate);
  }

  next(): Token {
    return this.tokens[this.at++] ?? { kind: 'end', text: '' };
  }

  peek(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '' };
  }

  expect(kind: Token['kind'], text: string): Token {
    const token = this.next();
    if (token.kind !== kind || (text !== '' && token.text !== text)) this.fail(token, text === '' ? kind : `"${text}"`);
    return token;
  }

  fail(token: Token, expected: string): never {
    const got = token.kind === 'end' ? 'the end' : `"${token.text}"`;
    throw new Error(`The policy ${this.text} cannot be read. Got: ${got}. Expected: ${expected}.`);
  }

  /** Gives out identity numbers: inner gates first, as Fabric evaluates its expressions. */
  private number(gate: Gate): common.SignaturePolicy {
    const inner = new Map(gate.parts.flatMap((part) => (typeof part === 'string' ? [] : [[part, this.number(part)]])));
    const rules = gate.parts.map((part) => (typeof part === 'string' ? this.principal(part) : inner.get(part)));
    return nOutOf(
      gate.n,
      rules.filter((rule) => rule !== undefined),
    );
  }

  private principal(name: string): common.SignaturePolicy {
    const [, mspId, role] = PRINCIPAL.exec(name) ?? [];
    if (mspId === undefined || role === undefined || !isPolicyRole(role)) {
      this.fail({ kind: 'text', text: name }, "'MSP.role' with member, admin, client, peer or orderer");
    }
    this.identities.push(rolePrincipal(mspId, role));
    return signedBy(this.identities.length - 1);
  }
}

interface Gate {
  readonly n: number;
  readonly parts: readonly (Gate | string)[];
}

function parseGate(parser: Parser, depth: number): Gate {
  const word = parser.expect('word', '');
  if (depth > MAX_DEPTH) parser.fail(word, `at most ${MAX_DEPTH} nested gates`);
  const name = gateName(word.text);
  if (name === null) parser.fail(word, 'AND, OR or OutOf');
  parser.expect('sign', '(');
  const count = name === 'outof' ? Number(parser.expect('number', '').text) : null;
  if (count !== null) parser.expect('sign', ',');
  const parts = parseParts(parser, depth);
  const n = count ?? (name === 'and' ? parts.length : 1);
  // Fabric lets a gate ask for one more than it has, which nobody can meet.
  if (n > parts.length + 1) parser.fail({ kind: 'number', text: String(n) }, `at most ${parts.length + 1}`);
  return { n, parts };
}

function parseParts(parser: Parser, depth: number): (Gate | string)[] {
  const parts: (Gate | string)[] = [];
  for (;;) {
    parts.push(parser.peek().kind === 'text' ? parser.next().text : parseGate(parser, depth + 1));
    const sign = parser.expect('sign', '');
    if (sign.text === ')') return parts;
    if (sign.text !== ',') parser.fail(sign, '"," or ")"');
  }
}

/** And, AND and and are gates; aND is none. */
function gateName(word: string): 'and' | 'or' | 'outof' | null {
  if (/^(And|AND|and)$/.test(word)) return 'and';
  if (/^(Or|OR|or)$/.test(word)) return 'or';
  return /^(OutOf|OUTOF|outof)$/.test(word) ? 'outof' : null;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) {
      throw new Error(
        `The policy ${text} cannot be read. Got: "${text.slice(at, at + 10)}". Expected: a gate, a quoted principal, a number.`,
      );
    }
    tokens.push(tokenOf(match));
  }
  return tokens;
}

function tokenOf(match: RegExpExecArray): Token {
  const [, word, single, double, number, sign] = match;
  if (word !== undefined) return { kind: 'word', text: word };
  const quoted = single ?? double;
  if (quoted !== undefined) return { kind: 'text', text: quoted };
  return number === undefined ? { kind: 'sign', text: sign ?? '' } : { kind: 'number', text: number };
}
