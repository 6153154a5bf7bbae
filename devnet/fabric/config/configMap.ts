import { common } from '@hyperledger/fabric-protos';
import { entriesOf } from '../protoMap.js';

/** One element of a configuration tree, by itself. */
export type Element = { readonly name: string; readonly path: readonly string[] } & (
  | { readonly kind: 'Group'; readonly message: common.ConfigGroup }
  | { readonly kind: 'Value'; readonly message: common.ConfigValue }
  | { readonly kind: 'Policy'; readonly message: common.ConfigPolicy }
);

/** How deep a configuration tree may be; Fabric's own has four levels. */
const MAX_DEPTH = 16;
const MAX_NAME_LENGTH = 249;

/** The key of an element as Fabric's errors print it. */
export function elementKey(kind: Element['kind'], path: readonly string[], name: string): string {
  return `${`[${kind}]`.padEnd(9)}/${[...path, name].join('/')}`;
}

/**
 * A configuration tree as a map of its elements by key, with `Channel` as the root.
 * @throws {Error} in Fabric's words where a name has characters that Fabric does not take
 */
export function configMap(root: common.ConfigGroup | undefined): ReadonlyMap<string, Element> {
  const elements = new Map<string, Element>();
  if (root !== undefined) addGroup(elements, root, 'Channel', []);
  return elements;
}

function addGroup(
  elements: Map<string, Element>,
  group: common.ConfigGroup,
  name: string,
  path: readonly string[],
): void {
  if (path.length > MAX_DEPTH) throw new Error(`config is nested deeper than ${MAX_DEPTH} groups`);
  add(elements, { kind: 'Group', name, path, message: group });
  const inner = [...path, name];
  for (const [key, value] of entriesOf(group.getValuesMap())) {
    add(elements, { kind: 'Value', name: key, path: inner, message: value });
  }
  for (const [key, policy] of entriesOf(group.getPoliciesMap())) {
    add(elements, { kind: 'Policy', name: key, path: inner, message: policy });
  }
  for (const [key, child] of entriesOf(group.getGroupsMap())) addGroup(elements, child, key, inner);
}

function add(elements: Map<string, Element>, element: Element): void {
  const { kind, path, name } = element;
  const fault = nameFault(name);
  if (fault !== null) throw new Error(`illegal characters in key: ${`[${kind}]`.padEnd(9)}: ${fault}`);
  elements.set(elementKey(kind, path, name), element);
}

/** Null where the name of an element is one that Fabric takes, else its text. */
export function nameFault(name: string): string | null {
  if (name.length === 0) return 'config ID illegal, cannot be empty';
  if (name.length > MAX_NAME_LENGTH) return `config ID illegal, cannot be longer than ${MAX_NAME_LENGTH}`;
  if (name === '.' || name === '..') return `name '${name}' for config ID is not allowed`;
  return /^[a-zA-Z0-9.-]+$/.test(name) ? null : `config ID '${name}' contains illegal characters`;
}

/**
 * The tree that a map of elements describes: what a group contains is said by the group's own element.
 * @throws {Error} in Fabric's words where an element is missing
 */
export function configTree(elements: ReadonlyMap<string, Element>): common.ConfigGroup {
  return groupAt(elements, [], 'Channel');
}

function groupAt(elements: ReadonlyMap<string, Element>, path: readonly string[], name: string): common.ConfigGroup {
  const element = require(elements, 'Group', path, name);
  const inner = [...path, name];
  const group = new common.ConfigGroup();
  group.setVersion(element.message.getVersion());
  group.setModPolicy(element.message.getModPolicy());
  for (const [key] of entriesOf(element.message.getGroupsMap())) {
    group.getGroupsMap().set(key, groupAt(elements, inner, key));
  }
  for (const [key] of entriesOf(element.message.getValuesMap())) {
    group.getValuesMap().set(key, require(elements, 'Value', inner, key).message.cloneMessage());
  }
  for (const [key] of entriesOf(element.message.getPoliciesMap())) {
    group.getPoliciesMap().set(key, require(elements, 'Policy', inner, key).message.cloneMessage());
  }
  return group;
}

function require<K extends Element['kind']>(
  elements: ReadonlyMap<string, Element>,
  kind: K,
  path: readonly string[],
  name: string,
): Extract<Element, { kind: K }> {
  const key = elementKey(kind, path, name);
  const element = elements.get(key);
  if (element === undefined || !isKind(element, kind)) {
    throw new Error(`missing ${kind.toLowerCase()} at path: ${key}`);
  }
  return element;
}

function isKind<K extends Element['kind']>(element: Element, kind: K): element is Extract<Element, { kind: K }> {
  return element.kind === kind;
}
