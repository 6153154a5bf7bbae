import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLSchema,
} from 'graphql';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ids = ['member/ann', 'member/bob', 'member/ghost', 'red/1', 'red/3', 'red/9', 'blue/1', 'blue/2'];

/**
 * A valid query, or subscription, of the schema by a seed: aliases, fragments, abstract types, introspection, @skip and
 * @include.
 */
export function randomDocument(schema: GraphQLSchema, seed: number, root: 'query' | 'subscription' = 'query'): string {
  const next = random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  const fragments: string[] = [];
  // Fields of one response key must agree, so a key names its field and arguments.
  let aliases = 0;

  const value = (arg: GraphQLArgument): string => {
    const type = getNamedType(arg.type);
    if (arg.name === 'ids') return `[${[pick(ids), pick(ids), pick(ids)].map((id) => `"${id}"`).join(', ')}]`;
    if (type.name === 'ID') return `"${pick(ids)}"`;
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (type.name === 'Int' || type.name === 'BigInt') return String(1 + Math.floor(next() * 3));
    return '"x"';
  };
  const conditions = (): string => {
    const roll = next();
    if (roll < 0.8) return '';
    const flag = pick(['$yes', '$no', 'true', 'false']);
    return roll < 0.9 ? ` @include(if: ${flag})` : ` @skip(if: ${flag})`;
  };
  const field = (type: GraphQLCompositeType, depth: number): string => {
    if (next() < 0.1 || !('getFields' in type)) return '__typename';
    const found = pick(Object.values(type.getFields()));
    const args = found.args.filter((arg) => isRequiredArgument(arg) || next() < 0.3);
    const given = args.length === 0 ? '' : `(${args.map((arg) => `${arg.name}: ${value(arg)}`).join(', ')})`;
    const alias = given !== '' || next() < 0.2 ? `a${(aliases += 1)}: ` : '';
    const named = getNamedType(found.type);
    if (!isCompositeType(named)) return `${alias}${found.name}${given}${conditions()}`;
    return `${alias}${found.name}${given}${conditions()} ${selection(named, depth - 1)}`;
  };
  const spread = (type: GraphQLCompositeType, depth: number): string => {
    const on = isAbstractType(type) ? pick([type, ...schema.getPossibleTypes(type)]) : type;
    if (next() < 0.6) {
      const condition = on === type && next() < 0.3 ? '' : ` on ${on.name}`;
      return `...${condition}${conditions()} ${selection(on, depth)}`;
    }
    const name = `F${fragments.length}`;
    fragments.push('');
    fragments[Number(name.slice(1))] = `fragment ${name} on ${on.name} ${selection(on, depth)}`;
    return `...${name}${conditions()}`;
  };
  const selection = (type: GraphQLCompositeType, depth: number): string => {
    if (depth <= 0) return isObjectType(type) || !('getFields' in type) ? '{ __typename }' : '{ __typename id }';
    const count = 1 + Math.floor(next() * 4);
    const parts = Array.from({ length: count }, () => (next() < 0.25 ? spread(type, depth - 1) : field(type, depth)));
    return `{ ${parts.join(' ')} }`;
  };
  if (root === 'subscription') {
    const body = selection(schema.getType('Sighting') as GraphQLCompositeType, 5);
    const operation = `subscription ($yes: Boolean!, $no: Boolean!) { seen: sighted ${body.replace(/\}$/, 'anchor: __typename @include(if: $yes) @skip(if: $no) }')} }`;
    return [operation, ...fragments].join('\n');
  }
  const query = schema.getQueryType();
  if (query === undefined || query === null) throw new Error('no query type');
  const introspection = next() < 0.1 ? ' __type(name: "Block") { name kind possibleTypes { name } }' : '';
  const body = selection(query, 5).replace(
    /\}$/,
    `${introspection} anchor: __typename @include(if: $yes) @skip(if: $no) }`,
  );
  return [`query ($yes: Boolean!, $no: Boolean!) ${body}`, ...fragments].join('\n');
}
