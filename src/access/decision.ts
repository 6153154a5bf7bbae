import { ParleyError } from '../errors/index.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { Principal } from './principal.js';

declare const decided: unique symbol;

/** Mutations that take part in what members decide. */
export type GovernanceAction =
  | 'propose'
  | 'castVote'
  | 'withdrawProposal'
  | 'executeProposal'
  | 'acceptInvitation'
  | 'rejectInvitation'
  | 'leaveNetwork';

/** Mutations that write to a ledger. */
export type WriteAction = 'submit' | 'sendTransaction' | 'sendRawTransaction' | GovernanceAction;

/** What a write is done to, and in whose name. */
export interface WriteResource {
  readonly ledger: LedgerId;
  /** The member acted for, by its key in the configuration; null where the ledger itself tells from the signature. */
  readonly member: string | null;
  /** The signer of this process that signs; null where the signature comes from elsewhere. */
  readonly signer: { readonly id: string; readonly member: string } | null;
}

/** That a caller may write. Every write takes one, so one without a decision cannot be carried out. Made by `access` only. */
export interface Decision extends WriteResource {
  readonly [decided]: true;
  readonly action: WriteAction;
  readonly principal: Principal;
}

/**
 * Decides whether a principal may write. Without accounts whoever reaches loopback is the operator: every ledger in sight, every signer.
 * @throws ParleyError SIGNER_UNKNOWN (the signer does not sign for the member), ID_INVALID (no such ledger in sight)
 */
export function decide(principal: Principal, scope: Scope, action: WriteAction, resource: WriteResource): Decision {
  const { ledger, member, signer } = resource;
  if (!scope.ledgers.includes(ledger))
    throw new ParleyError('ID_INVALID', 'There is no such ledger here', { got: ledger });
  if (signer !== null && member !== null && signer.member !== member)
    throw new ParleyError('SIGNER_UNKNOWN', `The signer does not sign for member ${member}`, {
      got: signer.id,
      expected: `a signer of ${member}`,
    });
  return { ...resource, action, principal } as unknown as Decision;
}
