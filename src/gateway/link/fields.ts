import {
  defaultFieldResolver,
  getNamedType,
  isAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { exchanging, missing, unknownClass } from './exchange.js';
import { declares, objectIn, type LinkedType, type Part } from './parts.js';
import { isPromise, type References } from './references.js';

type Resolver = GraphQLFieldResolver<unknown, unknown>;
type LinkedField = GraphQLField<unknown, unknown>;

/** Makes the resolvers of the linked schema from those of its parts. */
export class FieldLinker {
  constructor(
    readonly schema: GraphQLSchema,
    readonly types: ReadonlyMap<string, LinkedType>,
    readonly references: References,
  ) {}

  /**
   * The resolver of one field; undefined where it only reads a property of the value at hand, which engines do fastest
   * when they are given no resolver at all.
   */
  resolverOf(type: LinkedType, field: LinkedField): Resolver | undefined {
    const definers = type.parts.filter((part) => declares(part, type.name, field.name));
    const [only, ...others] = definers;
    if (only === undefined) return undefined;
    const resolvers = new Map(definers.map((part) => [part, this.#within(part, type.name, field)]));
    const everywhere = definers.length === type.parts.length;
    if (everywhere && [...resolvers.values()].every(readsProperty)) return [...resolvers.values()].find(isDefined);
    // What only the home declares is reached only after the exchange: the value at hand is the home's.
    const athome = type.home === undefined ? type.parts.length === 1 : type.home === only;
    if (others.length === 0 && (athome || this.#isRoot(type.name))) return resolvers.get(only);
    return this.#byOrigin(type, field, resolvers);
  }

  /** The part's own resolver, exchanging what it returns where that may have its home elsewhere. */
  #within(part: Part, typeName: string, field: LinkedField): Resolver | undefined {
    const resolve = objectIn(part, typeName)?.getFields()[field.name]?.resolve;
    const foreign = new Map(
      this.#possible(getNamedType(field.type))
        .filter(({ parts, home }) => home !== undefined && home !== part && parts.includes(part))
        .map((type) => [type.name, type]),
    );
    if (foreign.size === 0) return resolve ?? this.#property(part, typeName, field.name);
    const root = typeName === this.schema.getQueryType()?.name;
    const contributed = new Set(
      [...foreign.values()].filter((type) => contributes(part, type)).map(({ name }) => name),
    );
    const place = { part, type: field.type, foreign, contributed, root };
    return exchanging(place, resolve ?? defaultFieldResolver, this.references);
  }

  /**
   * Engines read a property that has no resolver at full speed and unguarded: what they read must be plain data. An
   * accessor or a method, which may throw, and a value of an unlisted class are read by a resolver.
   */
  #property(part: Part, typeName: string, name: string): Resolver | undefined {
    const [type] = [...part.subgraph.types].find(([, listed]) => listed === typeName) ?? [];
    if (type === undefined) return defaultFieldResolver;
    if (!(name in type.prototype)) return undefined;
    const plain = part.subgraph.plainGetters?.has(`${typeName}.${name}`) === true && isGetter(type.prototype, name);
    return plain ? undefined : defaultFieldResolver;
  }

  #possible(type: GraphQLNamedType): readonly LinkedType[] {
    const concrete = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    return concrete.flatMap(({ name }) => this.types.get(name) ?? []);
  }

  #isRoot(typeName: string): boolean {
    const { schema } = this;
    return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].some(
      (root) => root?.name === typeName,
    );
  }

  /** Several parts may have made the value: its class says which; the others are asked for theirs. */
  #byOrigin(type: LinkedType, field: LinkedField, resolvers: ReadonlyMap<Part, Resolver | undefined>): Resolver {
    const { references } = this;
    const own = new Map([...resolvers].map(([part, resolver]) => [part, resolver ?? defaultFieldResolver]));
    const [first] = type.home !== undefined && own.has(type.home) ? [type.home] : own.keys();
    if (first === undefined) return defaultFieldResolver;
    const firstResolver = own.get(first) ?? defaultFieldResolver;
    if (type.home === undefined)
      return (source, args, context, info) =>
        (own.get(originPart(references, source) ?? first) ?? firstResolver)(source, args, context, info);
    return (source, args, context, info) => {
      const origin = originPart(references, source);
      if (origin === undefined) throw unknownClass(source as object, info, first);
      const resolver = own.get(origin);
      if (resolver !== undefined) return resolver(source, args, context, info);
      const finish = (object: object | null): unknown => {
        if (object !== null) return firstResolver(object, args, context, info);
        if (isNullable(field)) return null;
        throw missing(source as object, type.name, first);
      };
      const asked = { context, info, value: source as object, typeName: type.name };
      const object = references.load(asked, first);
      return isPromise(object) ? object.then(finish) : finish(object);
    };
  }
}

/** Whether the part declares fields of the entity that its home does not. */
function contributes(part: Part, { name, home }: LinkedType): boolean {
  const fields = Object.keys(objectIn(part, name)?.getFields() ?? {});
  return home !== undefined && fields.some((field) => !declares(home, name, field));
}

function isGetter(prototype: object, name: string): boolean {
  const own = Object.getOwnPropertyDescriptor(prototype, name);
  if (own !== undefined) return own.get !== undefined;
  const parent = Object.getPrototypeOf(prototype) as object | null;
  return parent !== null && isGetter(parent, name);
}

const isDefined = (resolver: Resolver | undefined): boolean => resolver !== undefined;
const readsProperty = (resolver: Resolver | undefined): boolean =>
  resolver === undefined || resolver === defaultFieldResolver;

const isNullable = (field: LinkedField): boolean => !field.type.toString().endsWith('!');

const originPart = (references: References, source: unknown): Part | undefined =>
  typeof source === 'object' && source !== null ? references.origins.of(source)?.part : undefined;
