import { ParleyError } from '../../errors/index.js';
import type { EvaluateRequest, FabricLedger } from '../../ledgers/ledger.js';
import type { ConsortiumState, InvitationState, ProposalState } from '../../model/governance.js';
import { statusAt } from '../../model/governance.js';
import type { Actor, Draft, GovernanceWrite, JsonValue, Known, MechanismWrites, Outcome, Step } from '../mechanism.js';
import { acceptanceBytes, definitionOf, eip191Digest, rejectionBytes, sha256 } from './acceptance.js';
import { draftOf, impossible, proposeInput, type Proposing } from './propose.js';

export interface ConsortiumParts {
  readonly ledger: FabricLedger;
  readonly chaincode: string;
  readonly known: Known;
  /** The MSP ids of a member, by its key; of one that nobody configured, the key itself. */
  mspIdsOf(member: string): readonly string[];
  /** Whether the channel's configuration could take that organisation. Errors: `INPUT_INVALID`. */
  requireAdmissible(organization: JsonValue): void;
}

const NOTHING: Outcome = { proposal: null, invitation: null };

/** Writes of the consortium chaincode: what its rules forbid is said before anybody signs, and checked again by the chaincode. */
export class ConsortiumWrites implements MechanismWrites {
  readonly mechanism = 'CONSORTIUM';

  constructor(private readonly parts: ConsortiumParts) {}

  async preview(input: JsonValue, actor: Actor | null): Promise<Draft> {
    const consortium = await this.consortium();
    try {
      return draftOf(this.proposing(input), consortium, actor === null ? null : mspIdOf(actor));
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'INPUT_INVALID') throw error;
      return impossible(input, consortium, error);
    }
  }

  async plan(write: GovernanceWrite, actor: Actor): Promise<Step> {
    switch (write.kind) {
      case 'propose':
        return this.propose(this.proposing(write.input), actor);
      case 'castVote':
        return this.castVote(write, actor);
      case 'withdraw':
        requireOpen(write.proposal);
        requireProposer(write.proposal, actor);
        return this.submit('WithdrawProposal', [write.proposal.nativeId], {
          ...NOTHING,
          proposal: write.proposal.nativeId,
        });
      case 'execute':
        requireFailed(write.proposal);
        return this.submit('ExecuteProposal', [write.proposal.nativeId], {
          ...NOTHING,
          proposal: write.proposal.nativeId,
        });
      case 'acceptInvitation':
      case 'rejectInvitation':
        return this.answer(write, actor);
      case 'leave':
        requireMember(await this.consortium(), mspIdOf(actor));
        return this.submit('LeaveNetwork', [], NOTHING);
    }
  }

  async resume(write: GovernanceWrite, actor: Actor, _rest: JsonValue, signature: Uint8Array): Promise<Step> {
    if (write.kind !== 'acceptInvitation' && write.kind !== 'rejectInvitation')
      throw new ParleyError('INTERNAL', 'Only an answer to an invitation is signed before it is sent');
    const { bytes, definition } = await this.answered(write);
    const proof = JSON.stringify(this.proofOf(bytes, actor, signature));
    const texts =
      definition === null ? [write.invitation, proof] : [write.invitation, JSON.stringify(definition), proof];
    const name = definition === null ? 'RejectInvitation' : 'AcceptInvitation';
    return { ...this.submit(name, texts, { ...NOTHING, invitation: write.invitation }), carrier: 'ANY_MEMBER' };
  }

  private async propose({ title, body, action }: Proposing, actor: Actor): Promise<Step> {
    requireMember(await this.consortium(), mspIdOf(actor));
    return this.submit('Propose', [title, body, JSON.stringify(action)], {
      ...NOTHING,
      proposal: { transaction: true },
    });
  }

  private async castVote(
    { proposal, choice, reason }: Extract<GovernanceWrite, { kind: 'castVote' }>,
    actor: Actor,
  ): Promise<Step> {
    requireOpen(proposal);
    const mspId = mspIdOf(actor);
    const before = (await this.parts.known.votes(proposal.nativeId)).find(({ voter }) => voter === mspId);
    if (before !== undefined)
      throw refused(`${mspId} has voted on it already`, {
        got: before.nativeChoice ?? before.choice,
        expected: 'one vote a member',
      });
    if (!proposal.tally.missing.includes(mspId))
      throw refused(`${mspId} has no vote on this proposal`, {
        got: mspId,
        expected: `one of ${proposal.tally.missing.join(', ')}`,
      });
    return this.submit('CastVote', [proposal.nativeId, choice, reason ?? ''], {
      ...NOTHING,
      proposal: proposal.nativeId,
    });
  }

  private async answer(write: Answer, actor: Actor): Promise<Step> {
    requireInvited(await this.invitation(write.invitation), actor);
    const { bytes, summary } = await this.answered(write);
    const byAddress = actor.identity !== null && 'address' in actor.identity;
    return {
      ...{ kind: 'sign', stage: 'ACCEPTANCE', bytes, summary, rest: null },
      digest: byAddress ? eip191Digest(bytes) : sha256(bytes),
      scheme: byAddress ? 'EIP191' : 'ECDSA_P256_SHA256',
    };
  }

  /** The bytes that the invited party signs; a definition where it accepts. */
  private async answered(write: Answer): Promise<{
    readonly bytes: Uint8Array;
    readonly definition: JsonValue;
    readonly summary: string;
  }> {
    const [invitation, { networkId, name }] = [await this.invitation(write.invitation), await this.consortium()];
    const invited = invitation.name ?? invitation.principal;
    if (write.kind === 'rejectInvitation')
      return {
        bytes: rejectionBytes(networkId, write.invitation),
        definition: null,
        summary: `Decline, as “${invited}”, the invitation to ${name}.`,
      };
    const definition = definitionOf(write.input, invitation.name);
    this.parts.requireAdmissible(definition);
    return {
      bytes: acceptanceBytes(networkId, write.invitation, definition),
      definition,
      summary: `Accept, as “${invited}”, the invitation to ${name}, with the organisation that the bytes define.`,
    };
  }

  private proofOf(bytes: Uint8Array, { identity }: Actor, given: Uint8Array): JsonValue {
    if (identity === null || 'address' in identity) return { signature: `0x${Buffer.from(given).toString('hex')}` };
    const { certificate } = identity.fabric;
    const signature = this.parts.ledger.signature(bytes, given, identity.fabric);
    return { certificate, chain: [], signature: Buffer.from(signature).toString('base64') };
  }

  private async invitation(id: string): Promise<InvitationState> {
    const invitation = await this.parts.known.invitation(id);
    if (invitation === null) throw refused('There is no such invitation', { got: id });
    const expired = invitation.expiresMs !== null && invitation.expiresMs <= Date.now();
    if (invitation.status === 'PENDING' && !expired) return invitation;
    throw refused('The invitation waits for no answer', {
      got: invitation.status === 'PENDING' ? 'EXPIRED' : invitation.status,
      expected: 'PENDING',
    });
  }

  private async consortium(): Promise<ConsortiumState> {
    const consortium = await this.parts.known.consortium();
    if (consortium !== null) return consortium;
    throw refused('No consortium has been founded on that channel yet', {
      got: this.parts.ledger.name,
      fix: 'A member submits FoundNetwork of the consortium chaincode, or `parley bootstrap` brings one in.',
    });
  }

  private proposing(input: JsonValue): Proposing {
    return proposeInput(input, (member) => this.parts.mspIdsOf(member));
  }

  private submit(name: string, texts: readonly string[], of: Outcome): Extract<Step, { kind: 'submit' }> {
    const request: EvaluateRequest = {
      ...{ chaincode: this.parts.chaincode, contract: null, function: name },
      arguments: texts.map((text) => Buffer.from(text, 'utf8')),
      ...{ transient: {}, endorsingOrganizations: [] },
    };
    return { kind: 'submit', ledger: this.parts.ledger.id, request, of };
  }
}

type Answer = Extract<GovernanceWrite, { kind: 'acceptInvitation' | 'rejectInvitation' }>;

function refused(
  what: string,
  facts: { readonly got?: string; readonly expected?: string; readonly fix?: string },
): ParleyError {
  return new ParleyError('GOVERNANCE_REFUSED', what, facts);
}

/** Errors: `INPUT_INVALID` for who has no identity on a channel. */
function mspIdOf({ identity }: Actor): string {
  if (identity !== null && 'fabric' in identity) return identity.fabric.mspId;
  throw new ParleyError('INPUT_INVALID', 'Members of this consortium act with a Fabric identity', {
    got: identity?.address ?? 'no identity',
    expected: 'a signer of a member’s organisation',
  });
}

function requireMember({ members }: ConsortiumState, mspId: string): void {
  const member = members.find(({ nativeId }) => nativeId === mspId);
  if (member !== undefined && member.status !== 'REMOVED') return;
  throw refused(`${mspId} is not a member of the consortium${member === undefined ? '' : ' any more'}`, { got: mspId });
}

/** An address answers for itself alone. Whose root certificate it is, the chaincode finds out. */
function requireInvited({ name, principal }: InvitationState, { identity }: Actor): void {
  const isAddress = /^0x[0-9a-f]{40}$/i.test(principal);
  const own = identity !== null && 'address' in identity ? identity.address : null;
  if (isAddress ? own?.toLowerCase() === principal.toLowerCase() : own === null) return;
  throw refused(`Only “${name ?? principal}”, who is invited, answers the invitation`, {
    got: own ?? 'a signature of another kind',
    expected: isAddress ? `a signature by ${principal}` : `a signature by a certificate that ${principal} has issued`,
    fix: 'Name the `signer` of the invited party, or let it sign by `prepare` and `submitSignature`.',
  });
}

function requireOpen(proposal: ProposalState): void {
  const { status } = statusAt(proposal, Date.now());
  if (status !== 'ACTIVE') throw refused('The proposal is not open', { got: status, expected: 'ACTIVE' });
}

function requireFailed({ status }: ProposalState): void {
  if (status === 'EXECUTION_FAILED') return;
  throw refused('What is approved is carried out by the vote that decides; only what failed is tried again', {
    got: status,
    expected: 'EXECUTION_FAILED',
  });
}

function requireProposer({ proposer }: ProposalState, actor: Actor): void {
  const mspId = mspIdOf(actor);
  if (proposer !== mspId)
    throw refused('Only the proposer withdraws a proposal', { got: mspId, expected: proposer ?? 'its proposer' });
}
