import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { ActivityRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { enumType } from '../enums.js';
import { DateTimeScalar } from '../scalars.js';
import { bucketedActivity, type TimeBucket } from './buckets.js';
import { ledgerIds } from './criteria.js';
import { TimeRange } from './filters.js';
import { ledgerStub } from './rows.js';
import { ledgerKind } from '../../model/ids.js';
import { Ledger } from './types.js';

const TimeBucketEnum = enumType('TimeBucket', ['MINUTE', 'HOUR', 'DAY', 'WEEK'], 'In UTC; a week begins on Monday.');

/** What one ledger did in one bucket; buckets in which nothing happened are left out. */
@ObjectType({ simpleResolvers: true })
export class ActivityBucket {
  constructor(private readonly row: ActivityRow) {}

  @Field(() => DateTimeScalar)
  get from(): number {
    return this.row.fromMs;
  }

  @Field(() => Ledger)
  get ledger(): object {
    return ledgerStub({ id: this.row.ledger, kind: ledgerKind(this.row.ledger) });
  }

  @Field(() => Int)
  get blocks(): number {
    return this.row.blocks;
  }

  @Field(() => Int)
  get transactions(): number {
    return this.row.transactions;
  }

  @Field(() => Int)
  get failed(): number {
    return this.row.failed;
  }

  @Field(() => Int)
  get events(): number {
    return this.row.events;
  }
}

@Resolver()
export class ActivityQueries {
  @Query(() => [ActivityBucket], { description: 'Counts over time, for charts.' })
  async activity(
    @Arg('ledgers', () => [ID], { nullable: true }) ledgers: string[] | null | undefined,
    @Arg('bucket', () => TimeBucketEnum) bucket: TimeBucket,
    @Arg('time', () => TimeRange) time: TimeRange,
    @Ctx() context: RequestContext,
  ): Promise<ActivityBucket[]> {
    const rows = await bucketedActivity(context, { ledgers: ledgerIds(ledgers), bucket, time });
    return rows.map((row) => new ActivityBucket(row));
  }
}
