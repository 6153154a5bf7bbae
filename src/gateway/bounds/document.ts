import {
  GraphQLError,
  Kind,
  parse,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { bound, overLimit, type Limits } from './limits.js';

/**
 * Bounds on the shape of a document, before it is validated: validation itself compares selections with each other. What does
 * not parse passes here and is refused by the parser that comes later.
 * @throws ParleyError LIMIT_EXCEEDED
 */
export function boundSource(source: string, limits: Limits): void {
  let document: DocumentNode;
  try {
    document = parse(source, { maxTokens: limits.queryTokens, noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError && /contains more that? \d+ tokens/.test(error.message))
      throw overLimit('queryTokens', 'The document has too many tokens', 'more', limits.queryTokens);
    return;
  }
  boundDocument(document, limits);
}

/** @throws ParleyError LIMIT_EXCEEDED */
export function boundDocument(document: DocumentNode, limits: Limits): void {
  boundCounts(document, limits);
  const shapes = new Shapes(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const shape = shapes.of(definition.selectionSet);
    bound('rootFields', limits, 'The operation asks for too many root fields', shape.fields);
    bound('selections', limits, 'The operation selects too much once its fragments are expanded', shape.selections);
    bound('depth', limits, 'The operation nests fields too deeply', shape.depth);
    bound('introspectionDepth', limits, 'The introspection nests fields too deeply', shape.introspectionDepth);
  }
}

function boundCounts(document: DocumentNode, limits: Limits): void {
  let aliases = 0;
  let directives = 0;
  visit(document, {
    Field: (node) => {
      if (node.alias !== undefined) aliases += 1;
    },
    Directive: () => {
      directives += 1;
    },
    SelectionSet: (node) => {
      bound('breadth', limits, 'A selection set holds too many selections', node.selections.length);
    },
  });
  bound('aliases', limits, 'The document has too many aliases', aliases);
  bound('directives', limits, 'The document has too many directives', directives);
}

interface Shape {
  /** Fields on the first level. */
  readonly fields: number;
  readonly selections: number;
  readonly depth: number;
  readonly introspectionDepth: number;
}
const NOTHING: Shape = { fields: 0, selections: 0, depth: 0, introspectionDepth: 0 };

/** The shapes of selection sets, each fragment measured once: expansion may be exponential, measuring is not. */
class Shapes {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #measured = new Map<string, Shape>();

  constructor(document: DocumentNode) {
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
  }

  of(set: SelectionSetNode): Shape {
    return set.selections.map((selection) => this.#selection(selection)).reduce(sum, NOTHING);
  }

  #selection(selection: SelectionNode): Shape {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.of(selection.selectionSet);
    const inner = selection.selectionSet === undefined ? NOTHING : this.of(selection.selectionSet);
    const introspection = selection.name.value === '__schema' || selection.name.value === '__type';
    return {
      fields: 1,
      selections: inner.selections + 1,
      depth: introspection ? 1 : inner.depth + 1,
      introspectionDepth: introspection ? inner.depth + 1 : inner.introspectionDepth,
    };
  }

  /** A fragment that spreads itself counts as nothing inside itself: validation refuses it. */
  #fragment(name: string): Shape {
    const measured = this.#measured.get(name);
    if (measured !== undefined) return measured;
    this.#measured.set(name, NOTHING);
    const fragment = this.#fragments.get(name);
    const shape = fragment === undefined ? NOTHING : this.of(fragment.selectionSet);
    const counted = { ...shape, selections: shape.selections + 1 };
    this.#measured.set(name, counted);
    return counted;
  }
}

const sum = (a: Shape, b: Shape): Shape => ({
  fields: a.fields + b.fields,
  selections: a.selections + b.selections,
  depth: Math.max(a.depth, b.depth),
  introspectionDepth: Math.max(a.introspectionDepth, b.introspectionDepth),
});
