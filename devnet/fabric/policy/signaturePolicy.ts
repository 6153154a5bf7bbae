import { common, type msp } from '@hyperledger/fabric-protos';
import type { Identity } from '../msp/msp.js';
import { satisfiesPrincipal } from '../msp/principal.js';

const Rule = common.SignaturePolicy.TypeCase;

/** How deep gates may be nested. */
export const MAX_POLICY_DEPTH = 64;

/**
 * Evaluates a signature policy tree over identities whose signatures were verified. Each identity counts once: a gate that
 * was met keeps the identities it used, one that was not gives them back.
 */
export function satisfiedBy(policy: common.SignaturePolicyEnvelope, identities: readonly Identity[]): boolean {
  const rule = policy.getRule();
  if (rule === undefined || policy.getVersion() !== 0) return false;
  return evaluate(rule, { principals: policy.getIdentitiesList(), identities }, new Set(), 0) !== null;
}

interface Scope {
  readonly principals: readonly msp.MSPPrincipal[];
  readonly identities: readonly Identity[];
}

/** The identities used so far and by this rule; null where it is not met. */
function evaluate(
  rule: common.SignaturePolicy,
  scope: Scope,
  used: ReadonlySet<number>,
  depth: number,
): ReadonlySet<number> | null {
  if (depth > MAX_POLICY_DEPTH) return null;
  const gate = rule.getNOutOf();
  if (rule.getTypeCase() === Rule.N_OUT_OF && gate) return evaluateGate(gate, scope, used, depth);
  return rule.getTypeCase() === Rule.SIGNED_BY ? evaluateSigner(rule.getSignedBy(), scope, used) : null;
}

function evaluateGate(
  gate: common.SignaturePolicy.NOutOf,
  scope: Scope,
  used: ReadonlySet<number>,
  depth: number,
): ReadonlySet<number> | null {
  let taken = used;
  let met = 0;
  for (const rule of gate.getRulesList()) {
    const after = evaluate(rule, scope, taken, depth + 1);
    if (after === null) continue;
    taken = after;
    met++;
  }
  return met >= gate.getN() ? taken : null;
}

function evaluateSigner(index: number, scope: Scope, used: ReadonlySet<number>): ReadonlySet<number> | null {
  const principal = scope.principals[index];
  if (principal === undefined) return null;
  const found = scope.identities.findIndex((identity, at) => !used.has(at) && satisfiesPrincipal(identity, principal));
  return found < 0 ? null : new Set([...used, found]);
}
