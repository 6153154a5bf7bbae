import { Directive, Field, ObjectType } from 'type-graphql';
import type { FabricEventDetail } from '../../model/fabric.js';
import type { EventRow } from '../../store/store.js';
import { eventId } from '../rowIds.js';
import { BytesScalar, JsonScalar } from '../scalars.js';
import { hexOfBase64, jsonOf, utf8 } from '../text.js';
import { EventPosition, LedgerEvent, Node } from './common.js';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [LedgerEvent, Node],
  description: 'What a chaincode told with a transaction; at most one a transaction.',
  simpleResolvers: true,
})
export class ChaincodeEvent {
  constructor(
    readonly row: EventRow,
    readonly detail: FabricEventDetail,
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

  @Field(() => BytesScalar)
  get payload(): string {
    return hexOfBase64(this.detail.payload);
  }

  @Field(() => String, { nullable: true, description: 'Where the payload is UTF-8.' })
  get payloadText(): string | null {
    return utf8(Buffer.from(this.detail.payload, 'base64'));
  }

  @Field(() => JsonScalar, { nullable: true, description: 'Where the payload is JSON.' })
  get payloadJson(): unknown {
    return jsonOf(this.payloadText);
  }
}

/** A row as an event of a channel; null where the row is none. */
export const chaincodeEvent = (row: EventRow | null): ChaincodeEvent | null =>
  row?.detail.kind === 'fabric' ? new ChaincodeEvent(row, row.detail) : null;
