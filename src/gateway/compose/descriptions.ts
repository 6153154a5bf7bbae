import type { DefinitionNode, DocumentNode, StringValueNode } from 'graphql';

interface NamedDocument {
  readonly name: string;
  readonly document: DocumentNode;
}
interface Member {
  readonly name: { readonly value: string };
  readonly description?: StringValueNode | undefined;
}

/**
 * The owner of a type, the subgraph that declares the most of it, is the one that describes it: the same type's
 * descriptions elsewhere are left out, so that a stub's comment never hides the owner's.
 */
export function ownersOnlyDescribe(subgraphs: readonly NamedDocument[]): readonly NamedDocument[] {
  const owners = ownersOf(subgraphs);
  return subgraphs.map(({ name, document }) => ({
    name,
    document: { ...document, definitions: document.definitions.map((node) => undescribed(node, name, owners)) },
  }));
}

interface Owner {
  readonly subgraph: string;
  readonly members: ReadonlySet<string>;
  readonly described: boolean;
}

function ownersOf(subgraphs: readonly NamedDocument[]): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const { name: subgraph, document } of subgraphs) {
    for (const node of document.definitions) {
      const type = typeName(node);
      if (type === undefined) continue;
      const members = new Set(membersOf(node).map((member) => member.name.value));
      const owner = { subgraph, members, described: 'description' in node && node.description !== undefined };
      if (outranks(owner, owners.get(type))) owners.set(type, owner);
    }
  }
  return owners;
}

function outranks(candidate: Owner, present: Owner | undefined): boolean {
  if (present === undefined || candidate.members.size !== present.members.size)
    return candidate.members.size > (present?.members.size ?? -1);
  return candidate.described && !present.described;
}

function undescribed(node: DefinitionNode, subgraph: string, owners: ReadonlyMap<string, Owner>): DefinitionNode {
  const type = typeName(node);
  const owner = type === undefined ? undefined : owners.get(type);
  if (owner === undefined || owner.subgraph === subgraph) return node;
  return withoutDescriptions(node, owner.members);
}

/** The node without its own description and those of the members named. */
function withoutDescriptions<N extends DefinitionNode>(node: N, members: ReadonlySet<string>): N {
  const strip = <M extends Member>(member: M): M =>
    members.has(member.name.value) ? { ...member, description: undefined } : member;
  return {
    ...node,
    description: undefined,
    ...('fields' in node && node.fields !== undefined ? { fields: node.fields.map(strip) } : {}),
    ...('values' in node && node.values !== undefined ? { values: node.values.map(strip) } : {}),
  };
}

// Root types have no owner: every subgraph describes its own fields there.
const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

function typeName(node: DefinitionNode): string | undefined {
  if (!node.kind.endsWith('TypeDefinition') || !('name' in node) || node.name === undefined) return undefined;
  return ROOTS.has(node.name.value) ? undefined : node.name.value;
}

function membersOf(node: DefinitionNode): readonly Member[] {
  if ('fields' in node && node.fields !== undefined) return node.fields;
  if ('values' in node && node.values !== undefined) return node.values;
  return [];
}
