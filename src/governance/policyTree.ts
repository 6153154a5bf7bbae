import type { PolicyNode } from '../model/fabric.js';

/** Whether signatures of these organisations, whatever their roles, meet a policy. A tree that is missing is never met. */
export function isMet(tree: readonly PolicyNode[] | null, mspIds: ReadonlySet<string>): boolean {
  const root = tree?.find(({ parent }) => parent === null);
  return root !== undefined && isNodeMet(tree ?? [], root, mspIds);
}

function isNodeMet(tree: readonly PolicyNode[], node: PolicyNode, mspIds: ReadonlySet<string>): boolean {
  if (node.rule === 'SIGNED_BY') return node.mspId !== null && mspIds.has(node.mspId);
  const below = tree.filter(({ parent }) => parent === node.index);
  const met = below.filter((one) => isNodeMet(tree, one, mspIds)).length;
  return met >= (node.required ?? below.length);
}

/** The organisations that a policy names anywhere, each once, in its order. */
export const namedIn = (tree: readonly PolicyNode[] | null): readonly string[] => [
  ...new Set((tree ?? []).flatMap(({ mspId }) => (mspId === null ? [] : [mspId]))),
];
