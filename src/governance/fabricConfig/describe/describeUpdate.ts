import {
  configChanges,
  configNode,
  groupAt,
  type ConfigNode,
  type ElementChange,
} from '../../../ledgers/fabric/configuration.js';
import type { ConfigChange } from '../../../model/fabric.js';
import type { ConfigInForce } from '../inForce.js';
import { applyUpdate } from '../update/applyUpdate.js';
import { words, wordsOfChange } from './words.js';

/** A change as the channel's history will tell it, with the same in a line of words. */
export interface DescribedChange extends ConfigChange {
  readonly text: string;
}

/**
 * What an update would change of the configuration in force. Throws `INPUT_INVALID` where it does not apply to it; nothing that the
 * update does is left out.
 */
export function describeUpdate(config: ConfigInForce, update: Uint8Array): DescribedChange[] {
  return describeChanges(config.root, configNode(applyUpdate(config, update)));
}

/** What differs between two configurations. */
export function describeChanges(before: ConfigNode, after: ConfigNode): DescribedChange[] {
  return configChanges(before, after).map((change) => {
    const { path, kind, before: was, after: is } = change;
    return { path, kind, before: was, after: is, text: line(change, before, after) };
  });
}

function line(change: ElementChange, before: ConfigNode, after: ConfigNode): string {
  const { element, path, kind } = change;
  if (element === 'modPolicy')
    return `changes who may change ${path.slice(0, -'/mod_policy'.length)}: ${words(change.before)} → ${words(change.after)}`;
  if (kind === 'ADDED') return [`adds ${path}: ${words(change.after)}`, ...unusual(after, element, path)].join('; ');
  if (kind === 'REMOVED') return `removes ${path}: ${words(change.before)}`;
  const what = wordsOfChange(change.before, change.after);
  const said = what === '' || JSON.stringify(change.before) === JSON.stringify(change.after) ? [] : [what];
  const [old, now] = [before, after].map((root) => modPolicyAt(root, element, path));
  if (old !== now) said.push(`may be changed by ${words(now)} instead of ${words(old)}`);
  // Bytes that differ while all that is shown of them is the same, such as another order or a repeated field.
  return `changes ${path}: ${said.length === 0 ? 'its bytes, with nothing that can be shown' : said.join('; ')}`;
}

/** Whose change is left to others than the Admins around it: of what is new, a whole group's inner elements too. */
function unusual(root: ConfigNode, element: ElementChange['element'], path: string): string[] {
  if (element === 'group') return unusualIn(groupAt(root, ...path.split('/').slice(2)), path);
  const modPolicy = modPolicyAt(root, element, path) ?? '';
  return modPolicy === USUAL ? [] : [`may be changed by ${words(modPolicy)}`];
}

function unusualIn(node: ConfigNode | null, path: string): string[] {
  if (node === null) return [];
  const leaves = [...node.values, ...node.policies].map(([name, { modPolicy }]) => [name, modPolicy] as const);
  const own = leaves
    .filter(([, modPolicy]) => modPolicy !== USUAL)
    .map(([name, modPolicy]) => `${path}/${name} may be changed by ${words(modPolicy)}`);
  const inner = [...node.groups].flatMap(([name, group]) => unusualIn(group, `${path}/${name}`));
  return [...own, ...inner];
}

/** What Fabric's tools give every element. */
const USUAL = 'Admins';

function modPolicyAt(root: ConfigNode, element: ElementChange['element'], path: string): string | undefined {
  const [, , ...names] = path.split('/');
  const name = names.pop() ?? '';
  const group = groupAt(root, ...names);
  return (element === 'policy' ? group?.policies : group?.values)?.get(name)?.modPolicy;
}
