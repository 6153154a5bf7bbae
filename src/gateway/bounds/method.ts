import { Kind, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { ParleyError } from '../../errors/index.js';

/**
 * GET is safe (RFC 9110, 9.2.1): what does work elsewhere is asked for by POST.
 * @throws ParleyError METHOD_NOT_ALLOWED
 */
export function boundMethod(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  postOnly: ReadonlySet<string>,
): void {
  const unsafe = unsafeField(operation, fragments, postOnly);
  if (unsafe === undefined) return;
  throw new ParleyError('METHOD_NOT_ALLOWED', `Query.${unsafe} is not answered over GET`, {
    got: 'GET',
    expected: 'POST',
    fix: 'Send the operation by POST.',
  });
}

/** The first of the operation's fields that GET does not reach; undefined where it has none. */
export const unsafeField = (
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  postOnly: ReadonlySet<string>,
): string | undefined => rootFields(operation.selectionSet, fragments).find((name) => postOnly.has(name));

/** The names of the operation's first fields; validated, so no fragment spreads itself. */
function rootFields(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): readonly string[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? fragments.get(selection.name.value)?.selectionSet
        : selection.selectionSet;
    return inner === undefined ? [] : rootFields(inner, fragments);
  });
}
