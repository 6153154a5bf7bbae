import { Directive, Field, ID, InputType } from 'type-graphql';
import {
  AcceptInvitationInput,
  CastVoteInput,
  ExecuteProposalInput,
  LeaveNetworkInput,
  RejectInvitationInput,
  WithdrawProposalInput,
} from '../governInputs.js';
import { ProposeInput } from '../proposeInputs.js';
import { AddressScalar, BytesScalar } from '../scalars.js';
import { SendTransactionInput, SubmitInput } from '../writeInputs.js';

@InputType()
export class FabricIdentityInput {
  @Field(() => String)
  mspId!: string;

  @Field(() => String, { description: 'PEM.' })
  certificate!: string;
}

@Directive('@oneOf')
@InputType({ description: 'Who signs.' })
export class SigningIdentityInput {
  @Field(() => FabricIdentityInput, { nullable: true })
  fabric?: FabricIdentityInput | null;

  @Field(() => AddressScalar, { nullable: true })
  address?: string | null;
}

@Directive('@oneOf')
@InputType()
export class WriteInput {
  @Field(() => SubmitInput, { nullable: true })
  submit?: SubmitInput | null;

  @Field(() => SendTransactionInput, { nullable: true })
  sendTransaction?: SendTransactionInput | null;

  @Field(() => ProposeInput, { nullable: true })
  propose?: ProposeInput | null;

  @Field(() => CastVoteInput, { nullable: true })
  castVote?: CastVoteInput | null;

  @Field(() => WithdrawProposalInput, { nullable: true })
  withdrawProposal?: WithdrawProposalInput | null;

  @Field(() => ExecuteProposalInput, { nullable: true })
  executeProposal?: ExecuteProposalInput | null;

  @Field(() => AcceptInvitationInput, { nullable: true })
  acceptInvitation?: AcceptInvitationInput | null;

  @Field(() => RejectInvitationInput, { nullable: true })
  rejectInvitation?: RejectInvitationInput | null;

  @Field(() => LeaveNetworkInput, { nullable: true })
  leaveNetwork?: LeaveNetworkInput | null;
}

@InputType()
export class PrepareInput {
  @Field(() => SigningIdentityInput)
  identity!: SigningIdentityInput;

  @Field(() => WriteInput)
  write!: WriteInput;
}

@InputType({
  description:
    'ECDSA: DER or IEEE P1363, high or low S (it is normalised before it is used). Ethereum transactions: the signed raw transaction.',
})
export class SubmitSignatureInput {
  @Field(() => ID)
  request!: string;

  @Field(() => BytesScalar)
  signature!: string;
}
