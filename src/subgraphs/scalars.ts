import { GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import { ParleyError } from '../errors/index.js';
import { MAX_CURSOR_CHARACTERS } from '../lib/cursorSeal.js';
import { parseAddress } from '../model/address.js';

/** The most that a `Bytes` input may have: 128 KiB, as Ethereum takes in one transaction. */
const MAX_BYTES = 128 * 1024;
/** 2^256 has 78 decimal digits. */
const MAX_BIGINT_CHARACTERS = 80;

interface ScalarRules<In, Out> {
  readonly name: string;
  readonly description: string;
  readonly specifiedByURL?: string;
  readonly parse: (value: unknown) => In | undefined;
  readonly serialize: (value: unknown) => Out | undefined;
}

/** A scalar whose rules answer undefined for what they do not take. */
function scalar<In, Out>(rules: ScalarRules<In, Out>): GraphQLScalarType<In, Out> {
  const parse = (value: unknown): In => {
    const parsed = rules.parse(value);
    if (parsed === undefined) throw refused(rules.name, value, rules.description);
    return parsed;
  };
  return new GraphQLScalarType<In, Out>({
    name: rules.name,
    description: rules.description,
    specifiedByURL: rules.specifiedByURL,
    parseValue: parse,
    parseLiteral: (node, variables) => parse(literal(node, variables)),
    serialize: (value) => {
      const out = rules.serialize(value);
      if (out === undefined) throw new TypeError(`${rules.name} cannot hold ${describe(value)}`);
      return out;
    },
  });
}

function refused(name: string, got: unknown, expected: string): ParleyError {
  return new ParleyError('INPUT_INVALID', `That is no ${name}`, {
    got: describe(got),
    expected: expected.replace(/\.$/, ''),
  });
}

function describe(value: unknown): string {
  const text = typeof value === 'string' ? value : String(JSON.stringify(value));
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** Integers keep every digit: a literal's own text, not a JavaScript number. */
const literal = (node: ValueNode, variables?: Parameters<typeof valueFromASTUntyped>[1]): unknown =>
  node.kind === Kind.INT ? node.value : valueFromASTUntyped(node, variables);

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'string' || value.length > MAX_BIGINT_CHARACTERS) return undefined;
  return /^(-?\d+|0x[0-9a-fA-F]+)$/.test(value) ? BigInt(value) : undefined;
}

/** In and out: a decimal string, for whoever compiles a query writes its literals down as JSON, which has no large integers. */
export const BigIntScalar = scalar<string, string>({
  name: 'BigInt',
  description: 'Decimal string. Takes a decimal string, a 0x string or an integer.',
  parse: (value) => toBigInt(value)?.toString(),
  serialize: (value) => (Number.isSafeInteger(value) ? String(value) : toBigInt(value)?.toString()),
});

/** In: 64 lower-case hex digits without a prefix. */
export const HashScalar = scalar<string, string>({
  name: 'Hash',
  description:
    "0x-prefixed on Ethereum, plain hex on Fabric, as each ledger's own tools print it; accepted either way. 32 bytes.",
  parse: (value) => {
    const digits = text(value)?.replace(/^0x/, '');
    return digits !== undefined && /^[0-9a-fA-F]{64}$/.test(digits) ? digits.toLowerCase() : undefined;
  },
  serialize: text,
});

/** In: EIP-55. */
export const AddressScalar = scalar<string, string>({
  name: 'Address',
  description: 'EIP-55 out, any case in; a wrong checksum is refused.',
  specifiedByURL: 'https://eips.ethereum.org/EIPS/eip-55',
  parse: (value) => parseAddress(text(value) ?? '') ?? undefined,
  serialize: text,
});

/** In: 0x-prefixed, lower case. */
export const BytesScalar = scalar<string, string>({
  name: 'Bytes',
  description: '0x-prefixed hex.',
  parse: (value) => {
    const bytes = text(value);
    if (bytes === undefined || !bytes.startsWith('0x')) return undefined;
    if (bytes.length > 2 + 2 * MAX_BYTES) throw tooManyBytes((bytes.length - 2) / 2);
    return /^0x([0-9a-fA-F]{2})*$/.test(bytes) ? bytes.toLowerCase() : undefined;
  },
  serialize: text,
});

const tooManyBytes = (got: number): ParleyError =>
  new ParleyError('INPUT_INVALID', 'Those are too many Bytes for one value', {
    got: `${Math.ceil(got)} bytes`,
    expected: `at most ${MAX_BYTES} bytes (128 KiB)`,
    fix: 'Give less at once: refer to large content by its hash, or split it over several arguments or transactions.',
  });

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** In: milliseconds since 1970. Out: from milliseconds or from RFC 3339 text. */
export const DateTimeScalar = scalar<number, string>({
  name: 'DateTime',
  description: 'RFC 3339, UTC.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  parse: (value) => {
    const ms = RFC_3339.test(text(value) ?? '') ? Date.parse(String(value)) : NaN;
    return Number.isNaN(ms) ? undefined : ms;
  },
  serialize: (value) => {
    const date = new Date(value as number | string);
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  },
});

export const CursorScalar = scalar<string, string>({
  name: 'Cursor',
  description:
    'Opaque, encrypted and authenticated: a position in a stream, bound to the operation, its filter and what the caller may see.',
  parse: (value) => {
    const cursor = text(value);
    return cursor === undefined || cursor.length > MAX_CURSOR_CHARACTERS ? undefined : cursor;
  },
  serialize: text,
});

export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Only for what has no schema: decoded payloads, native records.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
});
