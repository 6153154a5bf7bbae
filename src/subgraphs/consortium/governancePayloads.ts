import { Field, ObjectType } from 'type-graphql';
import { ParleyError } from '../../errors/index.js';
import type { Draft } from '../../governance/mechanism.js';
import { formatId, ledgerKind, type LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import type { Governed } from '../governed.js';
import { partiesOf } from '../parties.js';
import { transactionId } from '../rowIds.js';
import { BytesScalar } from '../scalars.js';
import { Seen } from '../seen.js';
import type { WriteOutcome } from '../writes.js';
import { ErrorReport } from './execution.js';
import { Invitation } from './invitation.js';
import { Membership } from './membership.js';
import { actionOf, ProposalAction } from './proposalAction.js';
import { Proposal, proposalOf } from './proposalType.js';
import { Requirement, requirementOf } from './requirement.js';
import { EthereumTransaction, FabricTransaction, Transaction } from './types.js';
import { Vote } from './vote.js';

@ObjectType({ simpleResolvers: true })
export class ProposalPayload {
  @Field(() => Proposal)
  readonly proposal: Proposal;

  @Field(() => Transaction, { nullable: true })
  readonly transaction: object | null;

  constructor(came: Governed) {
    this.proposal = proposalIn(came);
    this.transaction = transactionIn(came);
  }
}

@ObjectType({
  description: '`vote` is null until the ledger shows it; `transaction` carries it there.',
  simpleResolvers: true,
})
export class VotePayload {
  @Field(() => Vote, { nullable: true })
  readonly vote: Vote | null;

  @Field(() => Proposal)
  readonly proposal: Proposal;

  @Field(() => Transaction, { nullable: true })
  readonly transaction: object | null;

  constructor(came: Governed) {
    this.vote = came.vote === null ? null : new Vote(came.vote);
    this.proposal = proposalIn(came);
    this.transaction = transactionIn(came);
  }
}

@ObjectType({ simpleResolvers: true })
export class InvitationPayload {
  @Field(() => Invitation)
  readonly invitation: Invitation;

  @Field(() => Transaction, { nullable: true })
  readonly transaction: object | null;

  constructor(came: Governed) {
    this.invitation = new Invitation(required(came.invitation));
    this.transaction = transactionIn(came);
  }
}

@ObjectType({ simpleResolvers: true })
export class MembershipPayload {
  @Field(() => Membership)
  readonly membership: Membership;

  @Field(() => Transaction, { nullable: true })
  readonly transaction: object | null;

  constructor(membership: Membership, came: Governed) {
    this.membership = membership;
    this.transaction = transactionIn(came);
  }
}

@ObjectType({ description: 'What a proposal would be.', simpleResolvers: true })
export class ProposalPreview {
  constructor(
    private readonly ledger: LedgerId,
    private readonly draft: Draft,
  ) {}

  @Field(() => String)
  get title(): string {
    return this.draft.title;
  }

  @Field(() => [ProposalAction])
  get actions(): readonly object[] {
    return this.draft.actions.map((action) => actionOf(this.ledger, action));
  }

  @Field(() => Requirement)
  get requirement(): object {
    return requirementOf(this.ledger, this.draft.requirement);
  }

  @Field(() => [ErrorReport], { description: 'Why it could not be made, if it could not.' })
  get problems(): readonly ErrorReport[] {
    return this.draft.problems.map((problem) => Object.assign(new ErrorReport(), problem));
  }

  @Field(() => BytesScalar, { nullable: true })
  get payloadDigest(): string | null {
    return this.draft.payloadDigest === null ? null : `0x${this.draft.payloadDigest}`;
  }
}

/** The membership that a write ended. Errors: `ENTITY_MISSING` where it is known no more. */
export async function membershipLeft(context: RequestContext, { left }: Governed): Promise<Membership> {
  const all = await partiesOf(context).memberships();
  const facts = all.find(({ ledger, nativeId }) => ledger === left?.ledger && nativeId === left.nativeId);
  if (facts !== undefined) return new Membership(facts);
  throw new ParleyError('ENTITY_MISSING', 'The membership that was left is known no more', { got: left?.nativeId });
}

const proposalIn = ({ proposal }: Governed): Proposal => proposalOf(required(proposal));
const transactionIn = ({ transaction }: Governed): object | null =>
  transaction === null ? null : transactionOf(transaction);

/** While no block holds it, its own id finds it. */
function transactionOf({ ledger, transaction, row }: WriteOutcome): object {
  const Stub = ledgerKind(ledger) === 'fabric' ? FabricTransaction : EthereumTransaction;
  if (row === null) return new Stub(formatId({ type: 'Transaction', ledger, key: transaction }));
  return new Stub(transactionId(row), new Seen(row));
}

function required<T>(thing: T | null): T {
  if (thing !== null) return thing;
  throw new ParleyError('INTERNAL', 'A write of governance came back without what it wrote');
}

export const payloadTypes = { ProposalPayload, VotePayload, InvitationPayload, MembershipPayload, ProposalPreview };
