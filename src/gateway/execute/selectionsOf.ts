import { Kind, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/** The selections of an operation, each fragment counted as often as it is spread; of a validated document, so none spreads itself. */
export function selectionsOf(operation: OperationDefinitionNode, document: DocumentNode): number {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition.selectionSet);
  const counted = new Map<SelectionSetNode, number>();
  const count = (set: SelectionSetNode | undefined): number => {
    if (set === undefined) return 0;
    const known = counted.get(set);
    if (known !== undefined) return known;
    const inner = set.selections.map((one) =>
      count(one.kind === Kind.FRAGMENT_SPREAD ? fragments.get(one.name.value) : one.selectionSet),
    );
    const total = inner.reduce((sum, each) => sum + each, set.selections.length);
    counted.set(set, total);
    return total;
  };
  return count(operation.selectionSet);
}
