import type { ConfigInForce } from '../inForce.js';
import { standing, validSigners, type UpdateStanding } from '../policies/evaluate.js';
import { checkSignature, type CheckedSignature } from './check.js';
import { refusal } from './refusal.js';

/**
 * Whether a signature (a serialised `common.ConfigSignature`) is to be collected for an update beside those collected already: it holds
 * by itself, its identity has not signed yet, and brings some policy that the update needs nearer.
 */
export function verifySignature(
  config: ConfigInForce,
  update: Uint8Array,
  signature: Uint8Array,
  collected: readonly Uint8Array[],
  atMs: number,
): CheckedSignature {
  const checked = checkSignature(config, update, signature, atMs);
  if (!checked.valid) return checked;
  const others = collected.map((one) => checkSignature(config, update, one, atMs));
  if (others.some((one) => one.valid && one.signer.key === checked.signer.key))
    return refusal('DUPLICATE', checked.signer);
  const signers = validSigners(config, update, collected, atMs);
  const before = standing(config, update, signers);
  if (isNearer(before, standing(config, update, [...signers, checked.identity]))) return checked;
  return refusal('NOT_NEEDED', checked.signer, wanted(before));
}

function isNearer(before: UpdateStanding, after: UpdateStanding): boolean {
  return before.policies.some((policy, i) => {
    const now = after.policies[i];
    return now !== undefined && (policy.satisfied !== now.satisfied || policy.missing.length !== now.missing.length);
  });
}

const wanted = ({ policies }: UpdateStanding): string[] =>
  [...new Set(policies.flatMap(({ missing }) => missing.map(({ text }) => text)))].slice(0, 20);
