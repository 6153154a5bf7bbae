import fc from 'fast-check';
import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** One HTTP request to Parley, well formed or not. */
export interface Garbage {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const JSON_TYPE = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
const MAX_DEPTH = 5;

/** Words that look like what the graph takes, near misses, and what nobody meant. */
const word = fc.oneof(
  fc.constantFrom('', ' ', '0', '-1', 'null', 'eip155:31337', 'eip155:31337/block/0x0', 'network/harbour', '\u0000'),
  fc.constantFrom('0x', `0x${'0'.repeat(64)}`, `0x${'f'.repeat(40)}`, 'eip155:31337/tx/0x00/1', 'a'.repeat(3_000)),
  fc.constantFrom(
    '2026-01-01T00:00:00Z',
    '9999-99-99',
    '%00',
    "' or 1=1 --",
    '😀',
    '\ud800',
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.base64String({ maxLength: 120 }),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 1, 101, 2 ** 31, 2 ** 53, Number.MAX_VALUE));
const json = fc.oneof(word, number, fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 3 }));

const hexOf = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((all) => `0x${Buffer.from(all).toString('hex')}`);
const ids = fc.constantFrom(
  ...['eip155:31337', 'network/harbour', 'eip155:31337/block/0x00', 'member/nobody', 'fabric:00', 'x', ''],
);
/** What each scalar takes, and with it the beginning of execution. */
const FITTING: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  Int: fc.oneof(fc.nat(100), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  Float: number,
  Boolean: fc.boolean(),
  String: word,
  ID: fc.oneof(ids, word),
  JSON: json,
  Hash: fc.oneof(hexOf(32), fc.constantFrom(`0x${'0'.repeat(64)}`)),
  Address: fc.oneof(hexOf(20), fc.constantFrom('0x70997970C51812dc3A010C7d01b50e0d17dc79C8')),
  Bytes: fc.nat(64).chain(hexOf),
  BigInt: fc.oneof(fc.nat(10).map(String), fc.bigInt().map(String)),
  DateTime: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  Cursor: fc.base64String({ maxLength: 80 }),
};

/** A value for an input type: mostly of its shape, sometimes not. */
function valueOf(type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return valueOf(type.ofType, depth);
  if (isListType(type)) return fc.array(valueOf(type.ofType, depth + 1), { maxLength: 3 }) as fc.Arbitrary<unknown>;
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) return depth > 4 ? json : inputObject(type, depth);
  const fits = FITTING[type.name];
  return fits === undefined ? json : fc.oneof({ weight: 12, arbitrary: fits }, { weight: 1, arbitrary: json });
}

function inputObject(type: GraphQLNamedType & { getFields(): object }, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.values(type.getFields()) as { name: string; type: GraphQLInputType }[];
  const all = Object.fromEntries(fields.map((field) => [field.name, valueOf(field.type, depth + 1)]));
  return fc.record(all, { requiredKeys: fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name) });
}

const anything = (type: GraphQLInputType): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 30, arbitrary: valueOf(type) }, { weight: 1, arbitrary: json });

interface Chosen {
  readonly text: string;
  readonly declared: readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A selection of a field with its arguments as variables. The numbers that variables are named by come from `next`. */
function fieldOf(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  depth: number,
  names: { next: number },
): fc.Arbitrary<Chosen> {
  const given = field.args.map((arg) =>
    fc
      .tuple(anything(arg.type), fc.nat(2))
      .map(([value, chance]) => (chance === 0 || isNonNullType(arg.type) ? { arg, value } : null)),
  );
  const named = getNamedType(field.type);
  const below = isLeafType(named)
    ? fc.constant<Chosen | null>(null)
    : (selectionOf(schema, named, depth + 1, names) as fc.Arbitrary<Chosen | null>);
  return fc.tuple(fc.tuple(...given), below).map(([args, inner]) => {
    const declared: string[] = [];
    const variables: Record<string, unknown> = {};
    const texts = args.flatMap((one) => {
      if (one === null) return [];
      const name = `v${(names.next += 1)}`;
      declared.push(`$${name}: ${String(one.arg.type)}`);
      variables[name] = one.value;
      return [`${one.arg.name}: $${name}`];
    });
    return {
      text: `f${(names.next += 1)}: ${field.name}${texts.length === 0 ? '' : `(${texts.join(', ')})`}${inner === null ? '' : ` { ${inner.text} }`}`,
      declared: [...declared, ...(inner?.declared ?? [])],
      variables: { ...variables, ...inner?.variables },
    };
  });
}

function selectionOf(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  depth: number,
  names: { next: number },
): fc.Arbitrary<Chosen> {
  const nothing = fc.constant<Chosen>({ text: '__typename', declared: [], variables: {} });
  if (isAbstractType(type)) {
    const possible = schema.getPossibleTypes(type);
    if (possible.length === 0) return nothing;
    return fc.constantFrom(...possible).chain((one) =>
      selectionOf(schema, one, depth, names).map((inner) => ({
        ...inner,
        text: `... on ${one.name} { ${inner.text} }`,
      })),
    );
  }
  if (!isObjectType(type) || depth > MAX_DEPTH) return nothing;
  const fields = Object.values(type.getFields());
  return fc.array(fc.constantFrom(...fields), { minLength: 1, maxLength: 3 }).chain((chosen) =>
    fc.tuple(...chosen.map((field) => fieldOf(schema, field, depth, names))).map((parts) => ({
      text: ['__typename', ...parts.map(({ text }) => text)].join(' '),
      declared: parts.flatMap(({ declared }) => declared),
      variables: Object.assign({}, ...parts.map(({ variables }) => variables)) as Record<string, unknown>,
    })),
  );
}

/** Operations that fit the schema, with values that mostly do. */
function operation(schema: GraphQLSchema): fc.Arbitrary<Garbage> {
  const roots = [
    ['query', schema.getQueryType(), 8],
    ['mutation', schema.getMutationType(), 2],
  ] as const;
  const known = roots.flatMap(([word, type, weight]) => (type == null ? [] : [{ word, type, weight }]));
  return fc.oneof(
    ...known.map(({ word, type, weight }) => ({
      weight,
      arbitrary: fc
        .constant(null)
        .chain(() => selectionOf(schema, type, 1, { next: 0 }))
        .map(({ text, declared, variables }) => {
          const head = declared.length === 0 ? '' : `(${declared.join(', ')})`;
          return posted(JSON.stringify({ query: `${word} Any${head} { ${text} }`, variables }));
        }),
    })),
  );
}

const posted = (body: string): Garbage => ({ method: 'POST', path: '/graphql', headers: JSON_TYPE, body });

/** Requests cut short, bytes exchanged, words exchanged. */
const broken = (whole: fc.Arbitrary<Garbage>): fc.Arbitrary<Garbage> =>
  fc.tuple(whole, fc.nat(), fc.nat(), word).map(([request, from, length, text]) => {
    const body = request.body ?? '';
    const at = from % (body.length + 1);
    return { ...request, body: body.slice(0, at) + text + body.slice(at + (length % 40)) };
  });

const http: fc.Arbitrary<Garbage> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'),
  path: fc.oneof(
    fc.constantFrom(
      '/graphql',
      '/',
      '/healthz',
      '/readyz',
      '/metrics',
      '/schema.graphql',
      '/graphiql',
      '/nowhere',
      '//',
    ),
    word.map((text) => `/graphql?query=${encodeURIComponent(text.toWellFormed())}`),
    word.map((text) => `/graphql?query={__typename}&variables=${encodeURIComponent(text.toWellFormed())}`),
    word.map((text) => `/${encodeURIComponent(text.toWellFormed())}`),
  ),
  headers: fc.record({
    'content-type': fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-16', 'x', ''),
    accept: fc.constantFrom('*/*', 'application/json', 'text/html', 'text/event-stream', 'multipart/mixed', 'x'),
  }),
  body: fc.oneof(word, fc.json({ maxDepth: 3 })),
});

/** Requests of every kind over a schema. */
export function garbage(schema: GraphQLSchema): fc.Arbitrary<Garbage> {
  const well = operation(schema);
  const query = word.map((text) => posted(JSON.stringify({ query: text })));
  const bodies = fc.json({ maxDepth: 4 }).map(posted);
  return fc.oneof(
    { weight: 12, arbitrary: well },
    { weight: 3, arbitrary: broken(well) },
    { weight: 1, arbitrary: query },
    { weight: 1, arbitrary: bodies },
    { weight: 2, arbitrary: http },
  );
}
