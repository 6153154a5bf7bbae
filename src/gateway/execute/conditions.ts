import { Kind, visit, type DirectiveNode, type DocumentNode, type OperationDefinitionNode } from 'graphql';

type Values = Readonly<Record<string, boolean>>;

/**
 * The operation's @skip and @include, taken out before it is compiled: graphql-jit 0.8.9 merges the selections of a field
 * that is skipped in one place and stands in another. Each combination of values is an operation of its own.
 */
export interface Conditions {
  /** The variables that decide, sorted; empty where the operation has none or only literal ones. */
  readonly variables: readonly string[];
  /** Whether there is anything to take out. */
  readonly any: boolean;
}

export function conditionsOf(document: DocumentNode): Conditions {
  const variables = new Set<string>();
  let any = false;
  visit(document, {
    Directive(node) {
      if (!isCondition(node)) return;
      any = true;
      const value = node.arguments?.[0]?.value;
      if (value?.kind === Kind.VARIABLE) variables.add(value.name.value);
    },
  });
  return { variables: [...variables].sort(), any };
}

/** The values of the deciding variables; undefined where one is not a boolean: execution will say so in its own words. */
export function conditionValues(
  conditions: Conditions,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Values | undefined {
  const values: Record<string, boolean> = {};
  for (const name of conditions.variables) {
    const value = name in given ? given[name] : defaultOf(operation, name);
    // A variable that another operation of the document decides by is not this one's.
    if (value === undefined && !declared(operation, name)) continue;
    if (typeof value !== 'boolean') return undefined;
    values[name] = value;
  }
  return values;
}

/** The document without what the values skip, and without the directives that said so. */
export function withoutConditions(document: DocumentNode, values: Values): DocumentNode {
  const prune = (node: { readonly directives?: readonly DirectiveNode[] }) => {
    const conditions = node.directives?.filter(isCondition) ?? [];
    if (conditions.length === 0) return undefined;
    if (!conditions.every((directive) => stands(directive, values))) return null;
    return { ...node, directives: node.directives?.filter((directive) => !isCondition(directive)) };
  };
  return visit(document, { Field: prune, InlineFragment: prune, FragmentSpread: prune });
}

const isCondition = ({ name }: DirectiveNode): boolean => name.value === 'skip' || name.value === 'include';

function stands(directive: DirectiveNode, values: Values): boolean {
  const value = directive.arguments?.[0]?.value;
  const given = value?.kind === Kind.VARIABLE ? values[value.name.value] : value?.kind === Kind.BOOLEAN && value.value;
  return directive.name.value === 'include' ? given === true : given !== true;
}

const definitionOf = (operation: OperationDefinitionNode, name: string) =>
  operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);

const declared = (operation: OperationDefinitionNode, name: string): boolean =>
  definitionOf(operation, name) !== undefined;

function defaultOf(operation: OperationDefinitionNode, name: string): boolean | undefined {
  const value = definitionOf(operation, name)?.defaultValue;
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}
