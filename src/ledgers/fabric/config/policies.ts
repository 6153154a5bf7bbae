import { common } from '@hyperledger/fabric-protos';
import type { ChannelPolicy, PolicyNode } from '../../../model/fabric.js';
import { PolicyTree, policyExpression } from './signaturePolicy.js';
import type { ConfigNode } from './tree.js';

const { SIGNATURE, IMPLICIT_META } = common.Policy.PolicyType;
const RULES = new Map(
  Object.entries(common.ImplicitMetaPolicy.Rule).map(([name, code]) => [
    code as number,
    name as 'ANY' | 'ALL' | 'MAJORITY',
  ]),
);

/** The policies of one group, `path` being the group's. */
export function groupPolicies(path: string, node: ConfigNode): ChannelPolicy[] {
  return [...node.policies].map(([name, { policy }]) => ({
    path: `${path}/${name}`,
    rule: policyRule(policy),
    tree: bounded(() => {
      const tree = new PolicyTree();
      addNamed(tree, null, path, node, name);
      return tree.nodes;
    }),
  }));
}

/** The tree of a policy of the configuration by its path (`/Channel/Application/Endorsement`); null where there is none. */
export function policyTreeAt(root: ConfigNode, path: string): PolicyNode[] | null {
  const names = path.split('/').slice(2);
  const name = names.pop();
  const node = names.reduce<ConfigNode | null>((at, group) => at?.groups.get(group) ?? null, root);
  if (name === undefined || node?.policies.has(name) !== true) return null;
  return bounded(() => {
    const tree = new PolicyTree();
    addNamed(tree, null, path.slice(0, -name.length - 1), node, name);
    return tree.nodes;
  });
}

export function signaturePolicyTree(policy: common.SignaturePolicyEnvelope): PolicyNode[] | null {
  return bounded(() => {
    const tree = new PolicyTree();
    tree.addSignaturePolicy(policy, null, null);
    return tree.nodes;
  });
}

/** `MAJORITY Admins`, or an expression in Fabric's policy language. */
export function policyRule(policy: common.Policy): string {
  try {
    if (policy.getType() === SIGNATURE)
      return policyExpression(common.SignaturePolicyEnvelope.deserializeBinary(policy.getValue_asU8()));
    if (policy.getType() === IMPLICIT_META) return metaRule(openMeta(policy));
  } catch {
    // Said below: a policy that cannot be read is still listed.
  }
  return `UNKNOWN (type ${policy.getType()})`;
}

const openMeta = (policy: common.Policy): common.ImplicitMetaPolicy =>
  common.ImplicitMetaPolicy.deserializeBinary(policy.getValue_asU8());
const metaRule = (meta: common.ImplicitMetaPolicy): string =>
  `${RULES.get(meta.getRule()) ?? 'UNKNOWN'} ${meta.getSubPolicy()}`;

function addNamed(tree: PolicyTree, parent: number | null, groupPath: string, node: ConfigNode, name: string): void {
  const policy = node.policies.get(name)?.policy;
  const path = `${groupPath}/${name}`;
  if (policy?.getType() === SIGNATURE) {
    tree.addSignaturePolicy(common.SignaturePolicyEnvelope.deserializeBinary(policy.getValue_asU8()), parent, path);
  } else if (policy?.getType() === IMPLICIT_META) {
    addMeta(tree, parent, groupPath, node, path, openMeta(policy));
  } else {
    // A policy that a group lacks cannot be met: one of none.
    tree.add({ rule: 'OUT_OF', parent, required: 1, path });
  }
}

/** An implicit meta policy asks for the named policy of the groups below its own, as many of them as its rule says. */
function addMeta(
  tree: PolicyTree,
  parent: number | null,
  groupPath: string,
  node: ConfigNode,
  path: string,
  meta: common.ImplicitMetaPolicy,
): void {
  const rule = RULES.get(meta.getRule()) ?? 'ALL';
  const count = node.groups.size;
  const required = { ANY: Math.min(1, count), ALL: count, MAJORITY: count === 0 ? 0 : Math.floor(count / 2) + 1 }[rule];
  const index = tree.add({ rule, parent, required, path });
  for (const [name, group] of node.groups) addNamed(tree, index, `${groupPath}/${name}`, group, meta.getSubPolicy());
}

function bounded(build: () => PolicyNode[]): PolicyNode[] | null {
  try {
    return build();
  } catch {
    return null; // Larger than a tree may be, or malformed: the rule's text stays.
  }
}
