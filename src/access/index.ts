import type { LedgerId } from '../model/ids.js';
import { grantScope, type Scope } from '../model/scope.js';

/** Who is calling. Accounts come later; until then everybody who reaches loopback is the operator. */
export interface Principal {
  readonly kind: 'ANONYMOUS';
  readonly name: string;
}

/** Identifies the caller of a request on loopback. */
export const identify = (): Principal => ({ kind: 'ANONYMOUS', name: 'operator on this machine' });

/** Decides what a principal may see of the ledgers that this process reads. */
export const visibleTo = (_principal: Principal, ledgers: readonly LedgerId[]): Scope => grantScope(ledgers);
