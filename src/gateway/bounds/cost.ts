import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { included } from '../link/selection.js';
import { argumentsOf, boundArguments, pageOf, variablesOf, type Variables } from './arguments.js';
import { bound, type Limits } from './limits.js';

// The cost of an operation, as docs/limits.md gives it:
//
//   cost(operation)  = Σ cost(root field)
//   cost(field)      = size × (own + Σ cost(field selected below it))
//   own              = 1 for a field that gives objects or takes arguments, else 0
//   size             = for `edges` of a connection: its `first` or `last`, or the default page
//                      for another list: its `first`, `last` or number of `ids`, or 10
//                      else 1
//   __schema, __type = 100 each
//
// What @skip and @include leave out costs nothing; fragments on different types all count.
const ASSUMED_LIST = 10;
const INTROSPECTION = 100;
const DEFAULT_PAGE = 20;

export interface BoundedOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** As given with the request. */
  readonly variables: Variables;
}

/**
 * The operation's cost; bounds list sizes on the way.
 * @throws ParleyError PAGE_INVALID, LIMIT_EXCEEDED
 */
export function boundOperation(bounded: BoundedOperation, limits: Limits): number {
  const { schema, operation } = bounded;
  const root = schema.getRootType(operation.operation);
  if (root === undefined || root === null) return 0;
  const variables = variablesOf(operation, bounded.variables);
  const cost = new Cost({ ...bounded, variables }, limits).of(operation.selectionSet, root, DEFAULT_PAGE);
  bound('cost', limits, 'The operation costs too much', cost);
  return cost;
}

class Cost {
  constructor(
    readonly bounded: BoundedOperation,
    readonly limits: Limits,
  ) {}

  of(set: SelectionSetNode, parent: GraphQLCompositeType, page: number): number {
    return set.selections.reduce((sum, selection) => sum + this.#selection(selection, parent, page), 0);
  }

  #selection(selection: SelectionNode, parent: GraphQLCompositeType, page: number): number {
    if (!included(selection, this.bounded.variables)) return 0;
    if (selection.kind === Kind.FIELD) return this.#field(selection, parent, page);
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? this.bounded.fragments.get(selection.name.value) : selection;
    if (fragment === undefined) return 0;
    const condition = fragment.typeCondition?.name.value;
    const on = condition === undefined ? parent : this.bounded.schema.getType(condition);
    return isCompositeType(on) ? this.of(fragment.selectionSet, on, page) : 0;
  }

  #field(node: FieldNode, parent: GraphQLCompositeType, page: number): number {
    const name = node.name.value;
    if (name.startsWith('__')) return name === '__typename' ? 0 : INTROSPECTION;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (field === undefined) return 0;
    const values = argumentsOf(node, field, this.bounded.variables);
    boundArguments(`${parent.name}.${name}`, values, this.limits);
    return sizeOf(field, parent, values, page) * this.#each(node, field, values);
  }

  /** What one object of the field costs with everything below it. */
  #each(node: FieldNode, field: GraphQLField<unknown, unknown>, values: ReadonlyMap<string, unknown>): number {
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return field.args.length > 0 ? 1 : 0;
    return 1 + (node.selectionSet === undefined ? 0 : this.of(node.selectionSet, type, pageOf(values) ?? DEFAULT_PAGE));
  }
}

function sizeOf(
  field: GraphQLField<unknown, unknown>,
  parent: GraphQLCompositeType,
  values: ReadonlyMap<string, unknown>,
  page: number,
): number {
  if (!isListType(getNullableType(field.type))) return 1;
  if (parent.name.endsWith('Connection')) return page;
  const ids = values.get('ids');
  return pageOf(values) ?? (Array.isArray(ids) ? ids.length : ASSUMED_LIST);
}
