import type { common } from '@hyperledger/fabric-protos';
import { inputProblem } from '../problem.js';
import { entriesOf } from './groups.js';

/** Fabric's configurations have four levels. */
const MAX_DEPTH = 10;
const MAX_ELEMENTS = 50_000;
/** What Fabric takes as the name of an element. */
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9.-]{1,249}$/;

/** One element of a configuration tree by itself. `path`: `/Channel/Application/Org1MSP`. */
export type Element = {
  readonly path: string;
  readonly name: string;
  /** The group it stands in; empty for the root. */ readonly parent: string;
} & (
  | { readonly kind: 'GROUP'; readonly message: common.ConfigGroup }
  | { readonly kind: 'VALUE'; readonly message: common.ConfigValue }
  | { readonly kind: 'POLICY'; readonly message: common.ConfigPolicy }
);

/** A group, a value and a policy may have the same path. */
export const keyOf = (kind: Element['kind'], path: string): string => `${kind} ${path}`;
export const ROOT = '/Channel';

/** Every element of a tree by `keyOf`, groups before what is in them. Throws `INPUT_INVALID` where Fabric would not take the tree. */
export function elementsOf(root: common.ConfigGroup | undefined): Map<string, Element> {
  const elements = new Map<string, Element>();
  const add = (element: Element): void => {
    if (element.parent !== '' && !NAME.test(element.name)) throw badName(element.name);
    if (elements.size >= MAX_ELEMENTS) throw tooLarge(`more than ${MAX_ELEMENTS} elements`);
    elements.set(keyOf(element.kind, element.path), element);
  };
  const addGroup = (message: common.ConfigGroup, parent: string, name: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw tooLarge(`groups nested deeper than ${MAX_DEPTH}`);
    const path = `${parent}/${name}`;
    add({ kind: 'GROUP', path, name, parent, message });
    for (const [key, value] of entriesOf(message.getValuesMap()))
      add({ kind: 'VALUE', path: `${path}/${key}`, name: key, parent: path, message: value });
    for (const [key, policy] of entriesOf(message.getPoliciesMap()))
      add({ kind: 'POLICY', path: `${path}/${key}`, name: key, parent: path, message: policy });
    for (const [key, inner] of entriesOf(message.getGroupsMap())) addGroup(inner, path, key, depth + 1);
  };
  if (root !== undefined) addGroup(root, '', ROOT.slice(1), 0);
  return elements;
}

/** The policy that a change of the element must meet: a relative mod_policy is one of the group itself, or of the group around a leaf. */
export function modPolicyPath(element: Element): string {
  const told = element.message.getModPolicy();
  if (told.startsWith('/')) return told;
  return `${element.kind === 'GROUP' ? element.path : element.parent}/${told}`;
}

const badName = (got: string) =>
  inputProblem('A name in the configuration is none that Fabric takes', {
    got,
    expected: 'letters, digits, "." and "-", at most 249 of them',
    fix: 'Correct the name.',
  });

const tooLarge = (got: string) =>
  inputProblem('The configuration is larger than any channel’s', { got, fix: 'Give a configuration of a channel.' });
