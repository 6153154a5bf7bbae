import {
  GraphQLEnumType,
  GraphQLScalarType,
  buildASTSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  valueFromAST,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { ParleyError } from '../../errors/index.js';
import type { Subgraph } from '../../subgraphs/subgraph.js';
import { FieldLinker } from './fields.js';
import { Origins } from './origins.js';
import { linkedTypes, objectIn, partsOf, type LinkedType, type Part } from './parts.js';
import { References } from './references.js';

/**
 * Makes one executable schema of subgraphs that run in this process: no plan and no hop. The types are those of the
 * composed API; a field runs in the subgraph that declares it, on that subgraph's own object of the thing.
 * @param api the composition of exactly these subgraphs
 * @throws ParleyError COMPOSITION_FAILED for what composes and cannot be linked
 */
export function link(subgraphs: readonly Subgraph[], api: DocumentNode): GraphQLSchema {
  const parts = partsOf(subgraphs);
  const schema = buildASTSchema(api);
  const types = linkedTypes(parts);
  const references = new References(new Origins(parts));
  const named = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  for (const type of named) linkLeaf(type, parts);
  for (const type of named) coerceDefaults(type);
  const linker = new FieldLinker(schema, types, references);
  for (const type of named) {
    if (isAbstractType(type)) type.resolveType = (value) => references.origins.of(value as object)?.typeName;
    const linked = isObjectType(type) ? types.get(type.name) : undefined;
    if (!isObjectType(type) || linked === undefined) continue;
    checkReferences(linked, schema);
    linkFields(type, linked, linker);
  }
  return schema;
}

function linkFields(type: GraphQLObjectType, linked: LinkedType, linker: FieldLinker): void {
  const streams = type === linker.schema.getSubscriptionType();
  for (const field of Object.values(type.getFields())) {
    const resolve = linker.resolverOf(linked, field);
    if (resolve !== undefined) field.resolve = resolve;
    if (streams) field.subscribe = subscriberOf(linked, field.name);
  }
}

/** A root field of Subscription has its stream from the part that declares it, with that part's own arguments and context. */
const subscriberOf = (type: LinkedType, field: string): GraphQLField<unknown, unknown>['subscribe'] =>
  type.parts.map((part) => objectIn(part, type.name)?.getFields()[field]?.subscribe).find((one) => one !== undefined);

/** Gives scalars their coercion and enums their inner values: those of the first subgraph that has its own. */
function linkLeaf(type: GraphQLNamedType, parts: readonly Part[]): void {
  if (isScalarType(type) && !isSpecifiedScalarType(type)) {
    const plain = new GraphQLScalarType({ name: type.name });
    const own = parts
      .map(({ subgraph }) => subgraph.schema.getType(type.name))
      .find((found) => isScalarType(found) && found.serialize !== plain.serialize);
    if (isScalarType(own))
      Object.assign(type, { serialize: own.serialize, parseValue: own.parseValue, parseLiteral: own.parseLiteral });
  }
  if (isEnumType(type)) linkEnum(type, parts);
}

function linkEnum(type: GraphQLEnumType, parts: readonly Part[]): void {
  const inner = new Map<string, unknown>();
  for (const { subgraph } of parts) {
    const own = subgraph.schema.getType(type.name);
    if (!isEnumType(own)) continue;
    for (const { name, value } of own.getValues()) {
      if (inner.has(name) && inner.get(name) !== value)
        throw new ParleyError('COMPOSITION_FAILED', `Subgraphs keep ${type.name}.${name} as different inner values`, {
          got: [inner.get(name), value],
          expected: 'one inner value in all subgraphs',
          fix: 'Let the inner value be the name.',
          source: subgraph.name,
        });
      inner.set(name, value);
    }
  }
  if ([...inner].every(([name, value]) => name === value)) return;
  const config = type.toConfig();
  const values = Object.fromEntries(
    Object.entries(config.values).map(([name, value]) => [name, { ...value, value: inner.get(name) ?? name }]),
  );
  // An enum's lookup tables are made by its constructor, and types refer to each other by identity: the tables move over.
  Object.assign(type, new GraphQLEnumType({ ...config, values }));
}

/** Defaults were read before scalars and enums had their own coercion. */
function coerceDefaults(type: GraphQLNamedType): void {
  const coerce = (value: GraphQLArgument | GraphQLInputField): void => {
    const literal = value.astNode?.defaultValue;
    if (literal !== undefined) value.defaultValue = valueFromAST(literal, value.type);
  };
  if (isInputObjectType(type)) Object.values(type.getFields()).forEach(coerce);
  if (isObjectType(type)) Object.values(type.getFields()).forEach((field) => field.args.forEach(coerce));
}

/** A part that adds fields to an entity must be able to make its object of it. */
function checkReferences(type: LinkedType, schema: GraphQLSchema): void {
  if (type.home === undefined) return;
  for (const part of type.parts) {
    if (part === type.home || part.subgraph.references.has(type.name)) continue;
    const home = type.home.subgraph.schema.getType(type.name);
    const own = part.subgraph.schema.getType(type.name);
    if (!isObjectType(home) || !isObjectType(own)) continue;
    const contributed = Object.keys(own.getFields()).filter((field) => home.getFields()[field] === undefined);
    if (contributed.length === 0 || schema.getType(type.name) === undefined) continue;
    throw new ParleyError(
      'COMPOSITION_FAILED',
      `Subgraph ${part.subgraph.name} adds fields to ${type.name} and has no reference resolver for it`,
      {
        got: contributed.join(', '),
        expected: `a resolver in \`references\` for ${type.name}`,
        source: part.subgraph.name,
      },
    );
  }
}
