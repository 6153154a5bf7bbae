import {
  GraphQLError,
  Kind,
  getOperationAST,
  parse,
  print,
  validate,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { Lru } from '../../lib/lru.js';
import { boundSource } from '../bounds/document.js';
import type { Limits } from '../bounds/limits.js';
import { fragmentsOf, noOperation } from '../operation.js';

/** An operation of a document that fits the schema, with what is the same for all who send it. */
export interface Prepared {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The first fields, as often as they are written. */
  readonly roots: ReadonlySet<FieldNode>;
  /** Normalised, without its name and without `after` of the first field. */
  readonly text: string;
  /** The declared variables that do more than feed that `after`. */
  readonly variables: readonly string[];
  /** A field about the caller is selected: its work is nobody else's. */
  readonly viewer: boolean;
}

/** Why an operation is not run: one or several errors of the document. */
export class Refused extends Error {
  constructor(readonly errors: readonly unknown[]) {
    super('The operation is refused');
  }
}

interface Kept {
  readonly document: DocumentNode;
  readonly operations: Map<string | null, Prepared>;
}

const MOST_KEPT = 1000;
// Longer documents are checked each time rather than remembered.
const MAX_KEPT_CHARACTERS = 10_000;

/** Documents that were parsed, bounded and validated: ten thousand clients with one operation cost one. */
export class Documents {
  readonly #kept = new Lru<string, Kept | Refused>(MOST_KEPT);

  constructor(
    readonly schema: GraphQLSchema,
    readonly limits: Limits,
  ) {}

  /** @throws Refused; ParleyError LIMIT_EXCEEDED, BAD_REQUEST */
  prepare(query: string, operationName: string | null): Prepared {
    const kept = this.#checked(query);
    if (kept instanceof Refused) throw kept;
    const known = kept.operations.get(operationName);
    if (known !== undefined) return known;
    const operation = getOperationAST(kept.document, operationName);
    if (operation === null || operation === undefined) throw noOperation(operationName);
    requireRoot(operation, fragmentsOf(kept.document));
    const prepared = prepare(kept.document, operation);
    kept.operations.set(operationName, prepared);
    return prepared;
  }

  #checked(query: string): Kept | Refused {
    const known = this.#kept.get(query);
    if (known !== undefined) return known;
    const made = this.#check(query);
    if (query.length <= MAX_KEPT_CHARACTERS) this.#kept.set(query, made);
    return made;
  }

  #check(query: string): Kept | Refused {
    boundSource(query, this.limits);
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: this.limits.queryTokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return new Refused([coded(error, 'GRAPHQL_PARSE_FAILED')]);
    }
    const errors = validate(this.schema, document);
    if (errors.length > 0) return new Refused(errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')));
    return { document, operations: new Map() };
  }
}

const coded = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  });

function prepare(document: DocumentNode, operation: OperationDefinitionNode): Prepared {
  const all = fragmentsOf(document);
  const fragments = reachable(operation, all);
  const roots = rootsOf(operation.selectionSet, fragments);
  const part: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, name: undefined }, ...fragments.values()],
  };
  const plain = visit(part, { Field: (node) => (roots.has(node) ? withoutAfter(node) : undefined) });
  const used = new Set<string>();
  let viewer = false;
  visit(plain, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
    Field: ({ name }) => {
      viewer ||= name.value.startsWith('viewer');
    },
  });
  const declares = visit(plain, {
    VariableDefinition: (node) => (used.has(node.variable.name.value) ? false : null),
  });
  return { document, operation, fragments: all, roots, text: print(declares), variables: [...used].sort(), viewer };
}

/** A stream is of one field, always: GraphQL, section 5.2.4.1, forbids conditions on it. @throws Refused */
function requireRoot(
  { operation, selectionSet }: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  const conditions = operation === 'subscription' ? conditionsOn(selectionSet, fragments) : [];
  if (conditions.length === 0) return;
  const message = 'The root field of a subscription cannot have @skip or @include';
  throw new Refused([coded(new GraphQLError(message, { nodes: conditions }), 'GRAPHQL_VALIDATION_FAILED')]);
}

function conditionsOn(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly DirectiveNode[] {
  return selections.flatMap((selection) => {
    const own = (selection.directives ?? []).filter(({ name: { value } }) => value === 'skip' || value === 'include');
    if (selection.kind === Kind.FIELD) return own;
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    return inner === undefined ? own : [...own, ...conditionsOn(inner.selectionSet, fragments)];
  });
}

const withoutAfter = (node: FieldNode): FieldNode => ({
  ...node,
  arguments: node.arguments?.filter(({ name }) => name.value !== 'after'),
});

/** The document in which the first field goes on after a cursor. */
export function withAfter({ document, roots }: Prepared, cursor: string): DocumentNode {
  const after = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'after' },
    value: { kind: Kind.STRING, value: cursor },
  } as const;
  return visit(document, {
    Field: (node) => {
      if (!roots.has(node)) return undefined;
      const { arguments: others = [], ...rest } = withoutAfter(node);
      return { ...rest, arguments: [...others, after] };
    },
  });
}

/** The fragments that an operation spreads, in order of their names; validated, so none spreads itself. */
function reachable(
  operation: OperationDefinitionNode,
  all: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlyMap<string, FragmentDefinitionNode> {
  const found = new Map<string, FragmentDefinitionNode>();
  const walk = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name: { value } }) => {
        const fragment = all.get(value);
        if (fragment === undefined || found.has(value)) return;
        found.set(value, fragment);
        walk(fragment);
      },
    });
  };
  walk(operation);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function rootsOf(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlySet<FieldNode> {
  const found = new Set<FieldNode>();
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      found.add(selection);
      continue;
    }
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (inner !== undefined) for (const node of rootsOf(inner.selectionSet, fragments)) found.add(node);
  }
  return found;
}
