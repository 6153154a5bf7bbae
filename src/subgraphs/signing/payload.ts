import { Field, ObjectType } from 'type-graphql';
import { formatId, ledgerKind } from '../../model/ids.js';
import type { ProposalRow } from '../../store/store.js';
import type { Governed } from '../governed.js';
import { transactionId } from '../rowIds.js';
import { Seen } from '../seen.js';
import { voteId } from '../voteIds.js';
import type { WriteOutcome } from '../writes.js';
import { Invitation, Membership, Proposal, PROPOSALS, Vote } from './governance.js';
import { SigningRequest } from './request.js';
import { EthereumTransaction, FabricTransaction, Transaction } from './types.js';

/** What a signature brought about. */
export type Came =
  { readonly next: SigningRequest } | { readonly outcome: WriteOutcome } | { readonly governed: Governed };

@ObjectType({
  description: '`next` is what is still to be signed; when nothing is, what came of it.',
  simpleResolvers: true,
})
export class SubmitSignaturePayload {
  constructor(came: Came) {
    const outcome = 'outcome' in came ? came.outcome : 'governed' in came ? came.governed.transaction : null;
    this.next = 'next' in came ? came.next : null;
    this.transaction = outcome === null ? null : transactionOf(outcome);
    if (!('governed' in came)) return;
    const { proposal, vote, invitation, left } = came.governed;
    this.proposal = proposal === null ? null : proposalOf(proposal);
    this.vote = vote === null ? null : new Vote(voteId(vote));
    this.invitation = invitation === null ? null : new Invitation(invitationId(invitation));
    this.membership = left === null ? null : new Membership(membershipId(left));
  }

  @Field(() => SigningRequest, { nullable: true })
  readonly next: SigningRequest | null;

  @Field(() => Transaction, { nullable: true })
  readonly transaction: object | null;

  @Field(() => Proposal, { nullable: true, description: 'Of a write that proposes, votes or executes.' })
  readonly proposal: object | null = null;

  @Field(() => Vote, { nullable: true, description: 'Of a write that votes.' })
  readonly vote: object | null = null;

  @Field(() => Membership, { nullable: true, description: 'Of a write that leaves.' })
  readonly membership: object | null = null;

  @Field(() => Invitation, { nullable: true, description: 'Of a write that accepts or rejects an invitation.' })
  readonly invitation: object | null = null;
}

function proposalOf({ ledger, state }: ProposalRow): object {
  const { mechanism, nativeId } = state;
  return new PROPOSALS[mechanism](formatId({ type: 'Proposal', proposal: { ledger, mechanism, nativeId } }));
}

const invitationId = ({ ledger, state }: NonNullable<Governed['invitation']>): string =>
  formatId({ type: 'Invitation', recordedOn: ledger, key: state.nativeId });
const membershipId = ({ ledger, nativeId }: NonNullable<Governed['left']>): string =>
  formatId({ type: 'Membership', recordedOn: ledger, key: nativeId });

/** While no block holds it, its own id finds it. */
function transactionOf({ ledger, transaction, row }: WriteOutcome): object {
  const Stub = ledgerKind(ledger) === 'fabric' ? FabricTransaction : EthereumTransaction;
  if (row === null) return new Stub(formatId({ type: 'Transaction', ledger, key: transaction }));
  return new Stub(transactionId(row), new Seen(row));
}
