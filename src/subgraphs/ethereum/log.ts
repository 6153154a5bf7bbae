import { Directive, Field, Int, ObjectType } from 'type-graphql';
import type { EthereumEventDetail } from '../../model/ethereum.js';
import type { EventRow } from '../../store/store.js';
import { streamedConnectionType } from '../connections.js';
import { eventId } from '../rowIds.js';
import { AddressScalar, BytesScalar } from '../scalars.js';
import { EventPosition, LedgerEvent, Node, PageInfo } from './common.js';
import { DecodedEvent } from './decoded.js';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [LedgerEvent, Node],
  description: 'A log of a contract, decoded where its ABI is known.',
  simpleResolvers: true,
})
export class Log {
  constructor(
    readonly row: EventRow,
    private readonly detail: EthereumEventDetail,
  ) {}

  get id(): string {
    return eventId(this.row);
  }
  get name(): string | null {
    return this.row.name;
  }
  get position(): object {
    return new EventPosition(this.row);
  }

  @Field(() => Int)
  get index(): number {
    return this.row.index;
  }

  @Field(() => AddressScalar)
  get address(): string | null {
    return this.row.address;
  }

  @Field(() => [BytesScalar])
  get topics(): readonly string[] {
    return this.row.topics;
  }

  @Field(() => BytesScalar)
  get data(): string {
    return this.detail.data;
  }

  @Field(() => DecodedEvent, { nullable: true })
  get decoded(): DecodedEvent | null {
    return this.detail.decoded;
  }
}

/** A row as a log of a chain; null where the row is none. */
export const log = (row: EventRow | null): Log | null =>
  row?.detail.kind === 'ethereum' ? new Log(row, row.detail) : null;

export const { Connection: LogConnection, Edge: LogEdge } = streamedConnectionType<Log | null>(
  'Log',
  () => Log,
  PageInfo,
);
