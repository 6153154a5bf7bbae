import {
  Kind,
  isAbstractType,
  isObjectType,
  type DirectiveNode,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** Whether what is selected of a type needs something: always, never, or when one of these sets of directives lets a field stand. */
export type Need = 'always' | 'never' | readonly (readonly DirectiveNode[])[];

/** Finds out whether the selection below a field needs, on values of one concrete type, any of the fields that `asks` says yes to. */
export function needOf(info: GraphQLResolveInfo, typeName: string, asks: (fieldName: string) => boolean): Need {
  const conditions: (readonly DirectiveNode[])[] = [];
  const walk = (set: SelectionSetNode, inherited: readonly DirectiveNode[]): void => {
    for (const selection of set.selections) {
      const held = [...inherited, ...conditionsOf(selection.directives)];
      if (selection.kind === Kind.FIELD) {
        if (asks(selection.name.value)) conditions.push(held);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
      if (fragment !== undefined && applies(info.schema, fragment.typeCondition?.name.value, typeName))
        walk(fragment.selectionSet, held);
    }
  };
  for (const node of info.fieldNodes) if (node.selectionSet !== undefined) walk(node.selectionSet, []);
  if (conditions.length === 0) return 'never';
  return conditions.some((held) => held.length === 0) ? 'always' : conditions;
}

/** Whether the need exists under these variables. */
export function needed(need: Need, variables: Readonly<Record<string, unknown>>): boolean {
  if (typeof need === 'string') return need === 'always';
  return need.some((held) => held.every((directive) => stands(directive, variables)));
}

/** Whether @skip and @include of a node let it stand under these variables. */
export function included(node: Pick<FieldNode, 'directives'>, variables: Readonly<Record<string, unknown>>): boolean {
  return conditionsOf(node.directives).every((directive) => stands(directive, variables));
}

const conditionsOf = (directives: readonly DirectiveNode[] | undefined): readonly DirectiveNode[] =>
  (directives ?? []).filter(({ name }) => name.value === 'skip' || name.value === 'include');

function stands(directive: DirectiveNode, variables: Readonly<Record<string, unknown>>): boolean {
  const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
  const given =
    value?.kind === Kind.VARIABLE ? variables[value.name.value] : value?.kind === Kind.BOOLEAN && value.value;
  return directive.name.value === 'include' ? given === true : given !== true;
}

function applies(schema: GraphQLSchema, condition: string | undefined, typeName: string): boolean {
  if (condition === undefined || condition === typeName) return true;
  const [abstract, concrete] = [schema.getType(condition), schema.getType(typeName)];
  return isAbstractType(abstract) && isObjectType(concrete) && schema.isSubType(abstract, concrete);
}
