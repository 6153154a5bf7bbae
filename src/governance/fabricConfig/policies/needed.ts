import { groupAt, policyRule, policyTreeAt } from '../../../ledgers/fabric/configuration.js';
import type { PolicyNode } from '../../../model/fabric.js';
import type { ConfigInForce } from '../inForce.js';
import { elementsOf, modPolicyPath } from '../update/elements.js';
import { openUpdate } from '../update/openUpdate.js';

/** A policy that the signatures of an update must meet. */
export interface NeededPolicy {
  /** `/Channel/Application/Admins`. */
  readonly path: string;
  /** `MAJORITY Admins`, or an expression; null where the configuration has no such policy, so that nothing meets it. */
  readonly rule: string | null;
  readonly tree: readonly PolicyNode[] | null;
  /** Paths of the elements whose change asks for it. */
  readonly elements: readonly string[];
}

/**
 * The policies that an update's signatures must meet: the mod_policy in force of every element that it changes. A new element asks for
 * none of its own; the group that gets it does. Throws `INPUT_INVALID` where the bytes are no update.
 */
export function neededSignatures(config: ConfigInForce, update: Uint8Array): NeededPolicy[] {
  const inForce = elementsOf(config.group);
  const changed = new Map<string, string[]>();
  for (const key of openUpdate(update).delta.keys()) {
    const element = inForce.get(key);
    if (element === undefined) continue;
    const path = modPolicyPath(element);
    changed.set(path, [...(changed.get(path) ?? []), element.path]);
  }
  return [...changed]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, elements]) => ({ path, ...ruleAt(config, path), elements: elements.sort() }));
}

function ruleAt(config: ConfigInForce, path: string): Pick<NeededPolicy, 'rule' | 'tree'> {
  const [, , ...groups] = path.split('/');
  const name = groups.pop() ?? '';
  const policy = groupAt(config.root, ...groups)?.policies.get(name)?.policy;
  if (policy === undefined || !path.startsWith('/Channel/')) return { rule: null, tree: null };
  return { rule: policyRule(policy), tree: policyTreeAt(config.root, path) };
}
