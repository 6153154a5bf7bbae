import { Directive, Field, ObjectType } from 'type-graphql';
import type { LedgerId } from '../../model/ids.js';
import { accountId } from '../rowIds.js';
import { AddressScalar } from '../scalars.js';
import { Node } from './common.js';

@Directive('@key(fields: "id")')
@ObjectType({ implements: [Node], description: 'Any address of a chain, used or not.', simpleResolvers: true })
export class Account {
  @Field(() => AddressScalar)
  readonly address: string;

  /** `address`: EIP-55. */
  constructor(
    readonly ledgerId: LedgerId,
    address: string,
  ) {
    this.address = address;
  }

  get id(): string {
    return accountId(this.ledgerId, this.address);
  }
}

export const accountOrNull = (ledger: LedgerId, address: string | null): Account | null =>
  address === null ? null : new Account(ledger, address);
