import { Kind, type DocumentNode, type FragmentDefinitionNode } from 'graphql';
import { ParleyError } from '../errors/index.js';

export const fragmentsOf = (document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );

/** No operation of that name; without a name, more than one to choose from. */
export const noOperation = (name: string | null | undefined): ParleyError =>
  name === undefined || name === null
    ? new ParleyError('BAD_REQUEST', 'The document has several operations', { expected: 'operationName' })
    : new ParleyError('BAD_REQUEST', 'The document has no operation of that name', { got: name.slice(0, 200) });
