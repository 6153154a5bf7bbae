import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { Principal } from './principal.js';

/** Something that a caller may do, and to what. */
export interface Permission {
  readonly action: string;
  /** A ledger's id. */
  readonly resource: LedgerId;
}

const DECIDING = ['propose', 'castVote', 'withdrawProposal', 'executeProposal'] as const;
const JOINING = ['acceptInvitation', 'rejectInvitation', 'leaveNetwork'] as const;
const FABRIC = ['read', 'evaluate', 'submit', ...DECIDING, ...JOINING] as const;
const AMB = ['read', ...DECIDING, ...JOINING] as const;
const ETHEREUM = ['read', 'sendTransaction', 'sendRawTransaction', ...DECIDING] as const;

/** What a principal may do with what it sees. Without accounts all that a ledger lets whoever signs do. */
export const permissions = (_principal: Principal, scope: Scope): readonly Permission[] =>
  scope.ledgers.flatMap((resource) => actionsOn(resource).map((action) => ({ action, resource })));

function actionsOn(ledger: LedgerId): readonly string[] {
  if (ledger.startsWith('fabric:')) return FABRIC;
  return ledger.startsWith('amb:') ? AMB : ETHEREUM;
}
