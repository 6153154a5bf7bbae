import type { common } from '@hyperledger/fabric-protos';
import { mspOf } from '../msp/principal.js';
import { MAX_POLICY_DEPTH } from './signaturePolicy.js';

/** One set of MSP ids, sorted. */
export type Layout = readonly string[];

/** How many sets are looked at, so that a policy of many organisations ends. */
const MAX_LAYOUTS = 2000;

/** The minimal sets of organisations that could meet a signature policy. A principal that names no MSP is met by nobody. */
export function layoutsOfPolicy(policy: common.SignaturePolicyEnvelope): readonly Layout[] {
  const principals = policy.getIdentitiesList();
  const ofRule = (rule: common.SignaturePolicy, depth: number): readonly Layout[] => {
    if (depth > MAX_POLICY_DEPTH) return [];
    const gate = rule.getNOutOf();
    if (gate)
      return combine(
        gate.getN(),
        gate.getRulesList().map((inner) => ofRule(inner, depth + 1)),
      );
    const principal = principals[rule.getSignedBy()];
    const mspId = principal === undefined ? null : mspOf(principal);
    return mspId === null ? [] : [[mspId]];
  };
  const rule = policy.getRule();
  return rule === undefined ? [] : minimal(ofRule(rule, 0));
}

/** The sets that meet `n` of several rules, each given by the sets that meet it. */
export function combine(n: number, rules: readonly (readonly Layout[])[]): readonly Layout[] {
  // partial[k]: the sets that meet k of the rules seen so far
  let partial: (readonly Layout[])[] = [[[]]];
  for (const layouts of rules) {
    const next = [...partial, []].map((same, met) => {
      const grown = met === 0 ? [] : join(partial[met - 1] ?? [], layouts);
      return minimal([...same, ...grown]).slice(0, MAX_LAYOUTS);
    });
    partial = next.slice(0, n + 1);
  }
  return partial[n] ?? [];
}

function join(left: readonly Layout[], right: readonly Layout[]): Layout[] {
  const joined: Layout[] = [];
  for (const a of left) {
    for (const b of right) {
      if (joined.length >= MAX_LAYOUTS) return joined;
      joined.push([...new Set([...a, ...b])].sort());
    }
  }
  return joined;
}

/** Without doubles and without the sets that contain another. */
export function minimal(layouts: readonly Layout[]): readonly Layout[] {
  const bySize = [...new Map(layouts.map((layout) => [layout.join('\n'), layout])).values()].sort(
    (a, b) => a.length - b.length,
  );
  const kept: Layout[] = [];
  for (const layout of bySize) {
    if (!kept.some((smaller) => smaller.every((mspId) => layout.includes(mspId)))) kept.push(layout);
  }
  return kept;
}
