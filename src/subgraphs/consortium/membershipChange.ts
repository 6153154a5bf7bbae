import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { ParleyError } from '../../errors/index.js';
import type { ChangeKind, FeedChange } from '../../feed/feed.js';
import type { BlockRef } from '../../model/block.js';
import { hasBlocks, type LedgerId } from '../../model/ids.js';
import type { BlockKey, MembershipChangeRow, MembershipRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { ChangeKindEnum } from '../enums.js';
import { partiesOf, type MembershipFacts } from '../parties.js';
import { blockId } from '../rowIds.js';
import { CursorScalar, DateTimeScalar } from '../scalars.js';
import { MembershipChangeKindEnum } from './enums.js';
import { Membership } from './membership.js';
import { ApiRecord, Evidence, FabricBlock } from './types.js';

interface MembershipChangeFacts {
  readonly kind: ChangeKind;
  readonly change: MembershipChangeRow['change'];
  /** As of just after the change: what a channel's config said, or what configuration says. */
  readonly standing: { readonly row: MembershipRow } | { readonly account: MembershipFacts };
  /** The block that says so, or the record that takes its place; null where configuration does. */
  readonly cause: (BlockRef & { readonly ledger: LedgerId }) | null;
  readonly atMs: number;
}

@ObjectType({
  description:
    '`kind` here too: a reorg can take back what an Ethereum contract said about members, proposals and votes.',
  simpleResolvers: true,
})
export class MembershipChange {
  constructor(
    readonly facts: MembershipChangeFacts,
    private readonly sealed: () => string,
  ) {}

  @Field(() => CursorScalar, { description: 'Resumes after this change.' })
  get cursor(): string {
    return this.sealed();
  }

  @Field(() => ChangeKindEnum)
  get kind(): string {
    return this.facts.kind;
  }

  @Field(() => MembershipChangeKindEnum)
  get change(): string {
    return this.facts.change;
  }

  @Field(() => DateTimeScalar)
  get at(): number {
    return this.facts.atMs;
  }
}

/** A change that a channel's config block tells of, or its consortium, or a poll of Amazon's. */
export class ChannelMembershipChange extends MembershipChange {
  constructor({ kind, row }: FeedChange<MembershipChangeRow>, sealed: () => string) {
    const { ledger, block, change, standing, timestampMs } = row;
    // A config block carries its orderer's time; one without is as old as what it says.
    const atMs = timestampMs ?? standing.untilMs ?? standing.sinceMs ?? 0;
    const cause = { ledger, ...block };
    super({ kind, change, standing: { row: standing }, cause, atMs }, sealed);
  }
}

@Resolver(() => MembershipChange)
export class MembershipChangeResolver {
  @FieldResolver(() => Evidence, {
    nullable: true,
    description: 'The block that says so, or what an API answered; null where configuration does.',
  })
  cause(@Root() { facts }: MembershipChange, @Ctx() context: RequestContext): Promise<object> | object | null {
    const { cause, standing, change } = facts;
    if (cause === null || !('row' in standing)) return null;
    if (hasBlocks(cause.ledger)) return new FabricBlock(blockId(cause.ledger, cause));
    return answered(context, cause, { MemberId: standing.row.nativeId, change });
  }

  @FieldResolver(() => Membership, { description: 'As of just after the change.' })
  async membership(@Root() { facts }: MembershipChange, @Ctx() context: RequestContext): Promise<Membership> {
    const { standing } = facts;
    if ('account' in standing) return new Membership(standing.account);
    const membership = await partiesOf(context).membershipOf(standing.row);
    if (membership !== null) return new Membership(membership);
    throw new ParleyError('STORE_CORRUPT', 'A membership names nobody', { got: standing.row.nativeId });
  }
}

/** What Amazon was found to say otherwise, and when. */
async function answered(context: RequestContext, { ledger, hash }: BlockKey, said: object): Promise<ApiRecord> {
  const [row] = await context.store.blocksByHash(context.scope, [{ ledger, hash }]);
  const record = { NetworkId: ledger.slice('amb:'.length), ...said };
  return new ApiRecord({ source: ledger, observedAt: row?.timestampMs ?? 0, record });
}
