import { ParleyError } from '../errors/index.js';
import type { Directory } from '../model/directory.js';
import type { LedgerId } from '../model/ids.js';
import { grantScope, type Scope } from '../model/scope.js';
import type { Principal } from './principal.js';

export { decide, type Decision, type GovernanceAction, type WriteAction, type WriteResource } from './decision.js';
export { permissions, type Permission } from './permissions.js';
export { identify, type Principal } from './principal.js';

/** Decides what a principal may see of the ledgers that this process reads. */
export const visibleTo = (_principal: Principal, ledgers: readonly LedgerId[]): Scope => grantScope(ledgers);

/** The signers that a principal may use. Without accounts the operator uses all, or those of the member that it chose to act for. */
export const usableBy = <S extends { readonly member: string }>(
  _principal: Principal,
  signers: readonly S[],
  member: string | null,
): readonly S[] => (member === null ? signers : signers.filter((signer) => signer.member === member));

/**
 * The member that a caller on loopback chose to act for, by the header `parley-member`; null where it chose none.
 * @throws ParleyError ID_INVALID where there is no such member
 */
export function actsFor(
  _principal: Principal,
  directory: Directory,
  header: string | readonly string[] | undefined,
): string | null {
  if (header === undefined) return null;
  const key = String(header).replace(/^member\//, '');
  const member = directory.member(key);
  if (member !== null) return member.id;
  throw new ParleyError('ID_INVALID', 'The header parley-member names nobody', {
    got: String(header).slice(0, 200),
    expected: "a member's id",
  });
}
