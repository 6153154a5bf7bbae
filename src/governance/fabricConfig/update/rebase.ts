import { common } from '@hyperledger/fabric-protos';
import type { ConfigInForce } from '../inForce.js';
import { inputProblem, listed } from '../problem.js';
import { applyUpdate } from './applyUpdate.js';
import { computeUpdate } from './computeUpdate.js';
import { ROOT } from './elements.js';
import { asNew, entriesOf, policyAt, valueAt, type ProtoMap } from './groups.js';

/**
 * The same change for the configuration that is in force now, where an update became stale: `base` is the configuration that it was made
 * for. Throws `INPUT_INVALID` where somebody changed the very elements otherwise meanwhile, or where the change is in force already.
 */
export function reprepare(base: ConfigInForce, now: ConfigInForce, update: Uint8Array): Uint8Array {
  const conflicts: string[] = [];
  const merged = mergeGroups(ROOT, base.group, applyUpdate(base, update), now.group, conflicts);
  if (conflicts.length > 0) throw conflict(conflicts);
  const config = new common.Config();
  config.setChannelGroup(now.group);
  return computeUpdate(now.channel, config, merged);
}

function mergeGroups(
  path: string,
  base: common.ConfigGroup,
  wanted: common.ConfigGroup,
  now: common.ConfigGroup,
  conflicts: string[],
): common.ConfigGroup {
  const merged = new common.ConfigGroup();
  const leaf = (at: string): null => {
    conflicts.push(at);
    return null;
  };
  const policies = (group: common.ConfigGroup) => group.getPoliciesMap();
  const values = (group: common.ConfigGroup) => group.getValuesMap();
  const groups = (group: common.ConfigGroup) => group.getGroupsMap();
  const sides = [base, wanted, now] as const;
  mergeMaps(
    policies(merged),
    sides.map(policies),
    (policy) => policyAt(policy, 0),
    (name) => leaf(`${path}/${name}`),
  );
  mergeMaps(
    values(merged),
    sides.map(values),
    (value) => valueAt(value, 0),
    (name) => leaf(`${path}/${name}`),
  );
  mergeMaps(groups(merged), sides.map(groups), asNew, (name, old, will, is) => {
    const at = `${path}/${name}`;
    return old && will && is ? mergeGroups(at, old, will, is, conflicts) : leaf(at);
  });
  const [was, will, is] = sides.map((group) => group.getModPolicy());
  if (was !== will && was !== is && will !== is) conflicts.push(`${path}/mod_policy`);
  merged.setModPolicy((was === will ? is : will) ?? '');
  return merged;
}

interface Message {
  serializeBinary(): Uint8Array;
}

/** Takes, for each name, the side that changed it; where both did, differently, asks. */
function mergeMaps<T extends Message>(
  into: ProtoMap<T>,
  [base, wanted, now]: readonly ProtoMap<T>[],
  fresh: (element: T) => T,
  both: (name: string, base: T | undefined, wanted: T | undefined, now: T | undefined) => T | null,
): void {
  if (base === undefined || wanted === undefined || now === undefined) return;
  const textOf = (element: T | undefined): string | null =>
    element === undefined ? null : Buffer.from(fresh(element).serializeBinary()).toString('latin1');
  const names = new Set([base, wanted, now].flatMap((map) => entriesOf(map).map(([name]) => name)));
  for (const name of names) {
    const [old, will, is] = [base.get(name), wanted.get(name), now.get(name)];
    const [oldText, willText, isText] = [old, will, is].map(textOf);
    const taken =
      oldText === willText || willText === isText ? is : oldText === isText ? will : both(name, old, will, is);
    if (taken != null) into.set(name, taken);
  }
}

const conflict = (paths: readonly string[]) =>
  inputProblem('The channel changed in the very places that the update changes', {
    got: listed(paths),
    fix: 'Look at what is in force now, and propose the change anew.',
    details: { conflicts: paths.slice(0, 50) },
  });
