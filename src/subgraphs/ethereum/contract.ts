import { Directive, Field, ObjectType } from 'type-graphql';
import { formatId, type LedgerId } from '../../model/ids.js';
import { AddressScalar } from '../scalars.js';
import { Node } from './common.js';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Node],
  description: 'An address with code; named and read by its configured ABI.',
  simpleResolvers: true,
})
export class Contract {
  @Field(() => AddressScalar)
  readonly address: string;

  constructor(
    readonly ledgerId: LedgerId,
    address: string,
  ) {
    this.address = address;
  }

  get id(): string {
    return formatId({ type: 'Contract', ledger: this.ledgerId, key: this.address });
  }
}
