import type { Identity } from '../../../ledgers/fabric/configuration.js';
import type { ConfigInForce } from '../inForce.js';
import { checkSignature } from '../signatures/check.js';
import { judgePolicy, type Verdict } from './judge.js';
import { neededSignatures, type NeededPolicy } from './needed.js';

/** How far a policy that an update needs is met. */
export interface PolicyStanding extends NeededPolicy, Verdict {
  /** MSP ids of those whose signature is still missing, each once. */
  readonly missingMembers: readonly string[];
}

export interface UpdateStanding {
  /** True where every policy is met: the orderer takes the update, if it is not stale. */
  readonly satisfied: boolean;
  /** False where a policy can never be met by the channel's organisations. */
  readonly reachable: boolean;
  readonly policies: readonly PolicyStanding[];
  readonly missingMembers: readonly string[];
}

/**
 * How far the signatures (serialised `common.ConfigSignature`s) meet what an update needs. Signatures that do not hold count nothing, and
 * an identity counts once, as at the orderer.
 */
export function evaluate(
  config: ConfigInForce,
  update: Uint8Array,
  signatures: readonly Uint8Array[],
  atMs: number,
): UpdateStanding {
  return standing(config, update, validSigners(config, update, signatures, atMs));
}

/** The identities of those signatures that hold, each once, in their order. */
export function validSigners(
  config: ConfigInForce,
  update: Uint8Array,
  signatures: readonly Uint8Array[],
  atMs: number,
): Identity[] {
  const signers = new Map<string, Identity>();
  for (const signature of signatures) {
    const checked = checkSignature(config, update, signature, atMs);
    if (checked.valid && !signers.has(checked.signer.key)) signers.set(checked.signer.key, checked.identity);
  }
  return [...signers.values()];
}

/** As `evaluate`, of signers who were checked. */
export function standing(config: ConfigInForce, update: Uint8Array, signers: readonly Identity[]): UpdateStanding {
  const policies = neededSignatures(config, update).map((needed) => {
    const verdict = judgePolicy(config, needed.path, signers);
    return { ...needed, ...verdict, missingMembers: membersIn([verdict]) };
  });
  return {
    // What changes nothing is taken by no orderer.
    satisfied: policies.length > 0 && policies.every((policy) => policy.satisfied),
    reachable: policies.every((policy) => policy.reachable),
    policies,
    missingMembers: membersIn(policies),
  };
}

const membersIn = (verdicts: readonly Verdict[]): string[] =>
  [...new Set(verdicts.flatMap(({ missing }) => missing.flatMap(({ mspId }) => mspId ?? [])))].sort();
