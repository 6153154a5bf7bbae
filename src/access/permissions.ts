import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { Principal } from './principal.js';

/** Something that a caller may do, and to what. */
export interface Permission {
  readonly action: string;
  /** A ledger's id. */
  readonly resource: LedgerId;
}

const FABRIC = ['read', 'evaluate', 'submit'] as const;
const ETHEREUM = ['read', 'sendTransaction', 'sendRawTransaction'] as const;

/** What a principal may do with what it sees. Without accounts all that a ledger lets whoever signs do. */
export const permissions = (_principal: Principal, scope: Scope): readonly Permission[] =>
  scope.ledgers.flatMap((resource) =>
    (resource.startsWith('fabric:') ? FABRIC : ETHEREUM).map((action) => ({ action, resource })),
  );
