import type { LedgerId } from '../model/ids.js';
import { grantScope, type Scope } from '../model/scope.js';
import type { Principal } from './principal.js';

export { decide, type Decision, type WriteAction, type WriteResource } from './decision.js';
export { permissions, type Permission } from './permissions.js';
export { identify, type Principal } from './principal.js';

/** Decides what a principal may see of the ledgers that this process reads. */
export const visibleTo = (_principal: Principal, ledgers: readonly LedgerId[]): Scope => grantScope(ledgers);

/** The signers that a principal may use. Without accounts the operator uses all. */
export const usableBy = <S extends { readonly member: string }>(
  _principal: Principal,
  signers: readonly S[],
): readonly S[] => signers;
