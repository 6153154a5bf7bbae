import { Field, ObjectType } from 'type-graphql';
import { formatId, ledgerKind } from '../../model/ids.js';
import { transactionId } from '../rowIds.js';
import { Seen } from '../seen.js';
import type { WriteOutcome } from '../writes.js';
import { Invitation, Membership, Proposal, Vote } from './governance.js';
import { SigningRequest } from './request.js';
import { EthereumTransaction, FabricTransaction, Transaction } from './types.js';

@ObjectType({
  description: '`next` is what is still to be signed; when nothing is, what came of it.',
  simpleResolvers: true,
})
export class SubmitSignaturePayload {
  constructor(came: { readonly next: SigningRequest } | { readonly outcome: WriteOutcome }) {
    this.next = 'next' in came ? came.next : null;
    this.transaction = 'outcome' in came ? transactionOf(came.outcome) : null;
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

/** While no block holds it, its own id finds it. */
function transactionOf({ ledger, transaction, row }: WriteOutcome): object {
  const Stub = ledgerKind(ledger) === 'fabric' ? FabricTransaction : EthereumTransaction;
  if (row === null) return new Stub(formatId({ type: 'Transaction', ledger, key: transaction }));
  return new Stub(transactionId(row), new Seen(row));
}
