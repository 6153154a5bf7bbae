import { Ctx, Directive, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { formatId } from '../../model/ids.js';
import type { InvitationRow } from '../../store/store.js';
import { connectionType } from '../connections.js';
import type { RequestContext } from '../context.js';
import { networkBehind } from '../networks.js';
import { DateTimeScalar } from '../scalars.js';
import { Member } from './member.js';
import { memberBehind } from './members.js';
import { Network } from './network.js';
import { InvitationStatusEnum } from './proposalEnums.js';
import { requireProposal } from './proposalLookup.js';
import { Proposal } from './proposalType.js';
import { Node, PageInfo } from './types.js';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Node],
  description: 'That a party may join: what its members decided, until it accepts.',
  simpleResolvers: true,
})
export class Invitation {
  constructor(readonly row: InvitationRow) {}

  get id(): string {
    return formatId({ type: 'Invitation', recordedOn: this.row.ledger, key: this.row.state.nativeId });
  }

  @Field(() => String, { nullable: true })
  get name(): string | null {
    return this.row.state.name;
  }

  @Field(() => String, {
    description: 'Who may accept: the SHA-256 fingerprint of the root certificate, an address, or an account at AWS.',
  })
  get principal(): string {
    return this.row.state.principal;
  }

  @Field(() => InvitationStatusEnum)
  get status(): string {
    const { status, expiresMs } = this.row.state;
    return status === 'PENDING' && expiresMs !== null && expiresMs <= Date.now() ? 'EXPIRED' : status;
  }

  @Field(() => DateTimeScalar, { nullable: true })
  get expiresAt(): number | null {
    return this.row.state.expiresMs;
  }

  @Field(() => DateTimeScalar)
  get createdAt(): number {
    return this.row.state.createdMs;
  }
}

@Resolver(() => Invitation)
export class InvitationResolver {
  @FieldResolver(() => Network)
  async network(@Root() { row }: Invitation, @Ctx() context: RequestContext): Promise<Network> {
    return new Network(await networkBehind(context, row.ledger));
  }

  @FieldResolver(() => Proposal, { nullable: true })
  proposal(@Root() { row }: Invitation, @Ctx() context: RequestContext): Promise<object> | null {
    const { ledger, state } = row;
    if (state.proposal === null) return null;
    const mechanism = ledger.startsWith('amb:') ? 'AMB' : 'CONSORTIUM';
    return requireProposal(context, { ledger, mechanism, nativeId: state.proposal });
  }

  @FieldResolver(() => Member, { nullable: true })
  member(@Root() { row }: Invitation, @Ctx() context: RequestContext): Promise<Member | null> | null {
    return row.state.member === null ? null : memberBehind(context, row.ledger, row.state.member);
  }
}

export const { Connection: InvitationConnection, Edge: InvitationEdge } = connectionType<Invitation>(
  'Invitation',
  () => Invitation,
  PageInfo,
);
