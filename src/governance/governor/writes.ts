import { getBytes } from 'ethers';
import { z } from 'zod';
import { ParleyError } from '../../errors/index.js';
import type { EthereumLedger, EthereumWriteRequest } from '../../ledgers/ledger.js';
import type { ProposalState, VoteChoice } from '../../model/governance.js';
import type { Actor, Draft, GovernanceWrite, JsonValue, Known, MechanismWrites, Outcome, Step } from '../mechanism.js';
import { governorAbi } from './abi.js';
import { valuesAt } from './asking.js';
import { ballotOf, canonicalText, digestOf, domainOf, verifiedSignature, type TypedData } from './ballot.js';
import { inputOf } from './calls.js';
import { proposalIdOf } from './identify.js';
import { draftOf, impossible, requireProposable } from './preview.js';
import { isGovernors, type GovernorProposalState } from './proposal.js';
import { proposingOf, type Proposing } from './propose.js';
import { nextOf, refused, requireVote, standingOf, type Standing } from './standing.js';

export interface GovernorWritesParts {
  readonly ledger: EthereumLedger;
  readonly known: Known;
  /** EIP-55. */
  readonly governors: readonly { readonly address: string; readonly timelock: string | null }[];
}

const SUPPORT: Readonly<Record<VoteChoice, number>> = { NO: 0, YES: 1, ABSTAIN: 2 };
/** What a `sign` step keeps: the ballot, in its own bytes. */
const kept = z.object({ ballot: z.string() });

/**
 * Writes of OpenZeppelin Governors. What a governor would revert is refused before anybody signs, by what it says of itself at the head.
 * A member whose wallet signs here sends its own transaction. One whose wallet is elsewhere signs a ballot (EIP-712) wherever a signer of
 * this process can carry it, and so needs no funds; where none can, and for all but votes, it signs its transaction.
 */
export class GovernorWrites implements MechanismWrites {
  readonly mechanism = 'GOVERNOR';
  private readonly abi = governorAbi();

  constructor(private readonly parts: GovernorWritesParts) {}

  async preview(input: JsonValue, actor: Actor | null): Promise<Draft> {
    try {
      return await draftOf(this.parts, this.abi, this.proposing(input), actor === null ? null : addressOf(actor));
    } catch (error) {
      if (!(error instanceof ParleyError) || !['INPUT_INVALID', 'ABI_UNKNOWN'].includes(error.code)) throw error;
      return impossible(this.parts, this.abi, input, error);
    }
  }

  async plan(write: GovernanceWrite, actor: Actor): Promise<Step> {
    switch (write.kind) {
      case 'propose':
        return this.propose(this.proposing(write.input), addressOf(actor));
      case 'castVote':
        return this.castVote(write, actor);
      case 'withdraw':
        return this.withdraw(governorsOwn(write.proposal), addressOf(actor));
      case 'execute':
        return this.execute(governorsOwn(write.proposal), addressOf(actor));
      case 'acceptInvitation':
      case 'rejectInvitation':
      case 'leave':
        throw refused('A governor knows no such act', {
          got: write.kind,
          expected: 'propose, castVote, withdraw, execute',
        });
    }
  }

  async resume(write: GovernanceWrite, actor: Actor, rest: JsonValue, signature: Uint8Array): Promise<Step> {
    if (write.kind !== 'castVote')
      throw new ParleyError('INTERNAL', 'Only a vote is signed before it is sent', { got: write.kind });
    const voter = addressOf(actor);
    const proposal = governorsOwn(write.proposal);
    const standing = await this.standing(proposal, voter);
    requireVote(standing, voter);
    const ballot = JSON.parse(kept.parse(rest).ballot) as TypedData;
    const wanted = await this.ballot(write, proposal, voter, standing);
    if (wanted === null || canonicalText(wanted) !== canonicalText(ballot))
      throw refused('The ballot is not the one to be cast any more', {
        got: `nonce ${ballot.message['nonce'] ?? 'unknown'}`,
        expected: `nonce ${String(standing.nonce)}: another ballot of ${voter} was cast meanwhile`,
        fix: 'Prepare the vote anew, and sign that.',
      });
    const proof = verifiedSignature(digestOf(ballot), signature, voter);
    const data = this.ballotData(write, proposal, voter, proof);
    return { ...this.send(voter, proposal.native.governor, data, proposal.nativeId), carrier: 'ANY_WALLET' };
  }

  private async propose(proposing: Proposing, from: string): Promise<Step> {
    const { governor, calls, description, nativeId } = proposing;
    await requireProposable(this.parts, this.abi, proposing, from);
    const { targets, values, calldatas } = calls;
    const data = this.abi.governor.encodeFunctionData('propose', [targets, values, calldatas, description]);
    return this.send(from, governor, data, nativeId);
  }

  private async castVote(write: Extract<GovernanceWrite, { kind: 'castVote' }>, actor: Actor): Promise<Step> {
    const voter = addressOf(actor);
    const proposal = governorsOwn(write.proposal);
    const standing = await this.standing(proposal, voter);
    requireVote(standing, voter);
    const ballot = actor.carried === true ? await this.ballot(write, proposal, voter, standing) : null;
    if (ballot !== null) return signBallot(ballot, write);
    const id = proposalIdOf(proposal.nativeId);
    const { choice, reason } = write;
    const data =
      reason === null
        ? this.abi.governor.encodeFunctionData('castVote', [id, SUPPORT[choice]])
        : this.abi.governor.encodeFunctionData('castVoteWithReason', [id, SUPPORT[choice], reason]);
    return this.send(voter, proposal.native.governor, data, proposal.nativeId);
  }

  private async execute(proposal: GovernorProposalState, by: string): Promise<Step> {
    const [standing, { timestampMs }] = await Promise.all([this.standing(proposal, by), this.parts.ledger.head()]);
    const data = inputOf(this.abi, nextOf(standing, timestampMs), proposal);
    return this.send(by, proposal.native.governor, data, proposal.nativeId);
  }

  private async withdraw(proposal: GovernorProposalState, by: string): Promise<Step> {
    if (proposal.proposer !== by)
      throw refused('Only the proposer withdraws a proposal', { got: by, expected: proposal.proposer });
    const { state } = await this.standing(proposal, by);
    if (state !== 'Pending')
      throw refused('A proposal is withdrawn only before its poll opens', { got: state, expected: 'Pending' });
    return this.send(by, proposal.native.governor, inputOf(this.abi, 'cancel', proposal), proposal.nativeId);
  }

  /** Null where the governor takes none: it names no EIP-712 domain, or keeps no nonces. */
  private async ballot(
    { choice, reason }: Extract<GovernanceWrite, { kind: 'castVote' }>,
    { nativeId, native }: GovernorProposalState,
    voter: string,
    { nonce }: Standing,
  ): Promise<TypedData | null> {
    const question = { abi: this.abi.governor, address: native.governor, function: 'eip712Domain' };
    const [domain] = await valuesAt(this.parts.ledger, null, [question]);
    if (domain == null || nonce === null) return null;
    const proposalId = String(proposalIdOf(nativeId));
    return ballotOf(domainOf(domain), { proposalId, support: SUPPORT[choice], voter, nonce, reason });
  }

  private ballotData(
    { choice, reason }: Extract<GovernanceWrite, { kind: 'castVote' }>,
    { nativeId }: GovernorProposalState,
    voter: string,
    signature: string,
  ): string {
    const { governor } = this.abi;
    const [id, support] = [proposalIdOf(nativeId), SUPPORT[choice]];
    return reason === null
      ? governor.encodeFunctionData('castVoteBySig', [id, support, voter, signature])
      : governor.encodeFunctionData('castVoteWithReasonAndParamsBySig', [id, support, voter, reason, '0x', signature]);
  }

  private standing(proposal: GovernorProposalState, account: string): Promise<Standing> {
    return standingOf(this.parts.ledger, this.abi, proposal, account);
  }

  /** Errors: `GOVERNANCE_REFUSED` for a governor that is not configured: nobody would see the proposal. */
  private proposing(input: JsonValue): Proposing {
    const proposing = proposingOf(input, this.parts.ledger);
    const addresses = this.parts.governors.map(({ address }) => address);
    if (addresses.includes(proposing.governor)) return proposing;
    throw refused('That governor is not read here', {
      got: proposing.governor,
      expected: addresses.length === 0 ? 'a configured governor' : addresses.join(', '),
      fix: 'Configure it: `ethereum.governors`.',
    });
  }

  private send(from: string, to: string, data: string, proposal: string): Extract<Step, { kind: 'send' }> {
    const request: EthereumWriteRequest = {
      ...{ from, to, value: '0', data, function: null, arguments: [], gas: null },
    };
    const of: Outcome = { proposal, invitation: null };
    return { kind: 'send', ledger: this.parts.ledger.id, request, of };
  }
}

function signBallot(
  ballot: TypedData,
  { choice, reason, proposal }: Extract<GovernanceWrite, { kind: 'castVote' }>,
): Extract<Step, { kind: 'sign' }> {
  const text = canonicalText(ballot);
  const because = reason === null ? '' : `, because: ${reason}`;
  return {
    ...{ kind: 'sign', stage: 'BALLOT', scheme: 'EIP712', digest: getBytes(digestOf(ballot)) },
    bytes: Buffer.from(text, 'utf8'),
    summary: `Vote ${choice} on “${proposal.title}”${because}.`,
    rest: { ballot: text },
  };
}

/** Errors: `INPUT_INVALID` for who has no wallet. */
function addressOf({ identity }: Actor): string {
  if (identity !== null && 'address' in identity) return identity.address;
  throw new ParleyError('INPUT_INVALID', 'Members act before a governor with a wallet', {
    got: identity === null ? 'no identity' : identity.fabric.mspId,
    expected: 'a signer of a wallet',
  });
}

function governorsOwn(proposal: ProposalState): GovernorProposalState {
  if (isGovernors(proposal)) return proposal;
  throw new ParleyError('INTERNAL', 'That is no governor’s proposal', { got: proposal.mechanism });
}
