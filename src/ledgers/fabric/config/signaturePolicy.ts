import type { common } from '@hyperledger/fabric-protos';
import type { PolicyNode } from '../../../model/fabric.js';
import { readPrincipal, type Principal } from './principal.js';

/** A policy with more nodes or levels than this is not drawn. */
const MAX_NODES = 2_000;
const MAX_DEPTH = 50;

/** Collects the nodes of a policy tree, parents before children. */
export class PolicyTree {
  readonly nodes: PolicyNode[] = [];

  /** The new node's index. Throws RangeError where the tree outgrows its bound. */
  add(node: Partial<Omit<PolicyNode, 'index'>> & Pick<PolicyNode, 'rule'>): number {
    if (this.nodes.length >= MAX_NODES) throw new RangeError(`A policy has more than ${MAX_NODES} nodes`);
    const index = this.nodes.length;
    this.nodes.push({ index, parent: null, required: null, mspId: null, role: null, path: null, ...node });
    return index;
  }

  addSignaturePolicy(policy: common.SignaturePolicyEnvelope, parent: number | null, path: string | null): void {
    const principals = policy.getIdentitiesList().map(readPrincipal);
    const rule = policy.getRule();
    if (rule !== undefined) this.addRule(rule, principals, parent, path, 0);
  }

  private addRule(
    rule: common.SignaturePolicy,
    principals: readonly Principal[],
    parent: number | null,
    path: string | null,
    depth: number,
  ): void {
    if (depth > MAX_DEPTH) throw new RangeError(`A policy nests deeper than ${MAX_DEPTH}`);
    const outOf = rule.getNOutOf();
    if (outOf === undefined) {
      const { mspId, role } = principals[rule.getSignedBy()] ?? readPrincipal(undefined);
      this.add({ rule: 'SIGNED_BY', parent, mspId, role, path });
      return;
    }
    const index = this.add({ rule: 'OUT_OF', parent, required: outOf.getN(), path });
    for (const inner of outOf.getRulesList()) this.addRule(inner, principals, index, null, depth + 1);
  }
}

/** A signature policy in Fabric's policy language: `AND('Org1MSP.peer','Org2MSP.peer')`. */
export function policyExpression(policy: common.SignaturePolicyEnvelope): string {
  const principals = policy.getIdentitiesList().map(readPrincipal);
  const rule = policy.getRule();
  return rule === undefined ? 'OutOf(1)' : ruleExpression(rule, principals, 0);
}

function ruleExpression(rule: common.SignaturePolicy, principals: readonly Principal[], depth: number): string {
  if (depth > MAX_DEPTH) throw new RangeError(`A policy nests deeper than ${MAX_DEPTH}`);
  const outOf = rule.getNOutOf();
  if (outOf === undefined) return (principals[rule.getSignedBy()] ?? readPrincipal(undefined)).text;
  const inner = outOf.getRulesList().map((child) => ruleExpression(child, principals, depth + 1));
  return gate(outOf.getN(), inner);
}

function gate(required: number, inner: readonly string[]): string {
  if (required === 1 && inner.length > 0) return `OR(${inner.join(',')})`;
  if (required === inner.length && required > 0) return `AND(${inner.join(',')})`;
  return `OutOf(${[required, ...inner].join(',')})`;
}
