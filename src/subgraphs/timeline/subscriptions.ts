import { Arg, ArgsType, Args, Field, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { ChangeKind } from '../../feed/feed.js';
import type { Confirmation } from '../../model/finality.js';
import type { RequestContext } from '../context.js';
import { ChangeKindEnum, ConfirmationEnum } from '../enums.js';
import { CursorScalar } from '../scalars.js';
import { BlockChange, EventChange, TransactionChange } from './changes.js';
import { LedgerEventFilter, TransactionFilter } from './filters.js';
import { blockStream, eventStream, transactionStream, type FilteredStream } from './streams.js';

@ArgsType()
class StreamArgs {
  @Field(() => CursorScalar, {
    nullable: true,
    description:
      'Goes on after this cursor of the same subscription and filter, or of a page; from now on where absent.',
  })
  after?: string | null;

  @Field(() => ConfirmationEnum, {
    nullable: true,
    defaultValue: ConfirmationEnum.CONFIRMED,
    description:
      'CONFIRMED: told when it is in a block, and again when a reorg takes it back. FINAL: told once, when nothing can take it back.',
  })
  minConfirmation?: Confirmation | null;

  @Field(() => [ChangeKindEnum], {
    nullable: true,
    defaultValue: [ChangeKindEnum.APPENDED, ChangeKindEnum.RETRACTED],
  })
  kinds?: ChangeKind[] | null;
}

interface Asked<Arguments> {
  readonly args: Arguments;
  readonly context: unknown;
}

@Resolver()
export class TimelineSubscriptions {
  @Subscription(() => BlockChange, {
    subscribe: ({ args, context }: Asked<StreamArgs & { ledgers?: string[] | null }>) =>
      blockStream(context as RequestContext, args),
  })
  blockAdded(
    @Arg('ledgers', () => [ID], { nullable: true }) ledgers: string[] | null | undefined,
    @Args(() => StreamArgs) args: StreamArgs,
    @Root() change: BlockChange,
  ): BlockChange {
    return change;
  }

  @Subscription(() => TransactionChange, {
    subscribe: ({ args, context }: Asked<FilteredStream<TransactionFilter>>) =>
      transactionStream(context as RequestContext, args),
  })
  transactionAdded(
    @Arg('filter', () => TransactionFilter, { nullable: true }) filter: TransactionFilter | null | undefined,
    @Args(() => StreamArgs) args: StreamArgs,
    @Root() change: TransactionChange,
  ): TransactionChange {
    return change;
  }

  @Subscription(() => EventChange, {
    subscribe: ({ args, context }: Asked<FilteredStream<LedgerEventFilter>>) =>
      eventStream(context as RequestContext, args),
  })
  eventEmitted(
    @Arg('filter', () => LedgerEventFilter, { nullable: true }) filter: LedgerEventFilter | null | undefined,
    @Args(() => StreamArgs) args: StreamArgs,
    @Root() change: EventChange,
  ): EventChange {
    return change;
  }
}
