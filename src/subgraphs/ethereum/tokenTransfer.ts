import { Field, ObjectType } from 'type-graphql';
import type { TokenTransferRow } from '../../store/store.js';
import { BigIntScalar } from '../scalars.js';
import { Account } from './account.js';
import { Token } from './token.js';

/** One transfer that a standard token event tells. */
@ObjectType({ simpleResolvers: true })
export class TokenTransfer {
  constructor(private readonly row: TokenTransferRow) {}

  @Field(() => Token)
  get token(): Token {
    return new Token(this.row.ledger, this.row.token, this.row.standard);
  }

  @Field(() => Account)
  get from(): Account {
    return new Account(this.row.ledger, this.row.from);
  }

  @Field(() => Account)
  get to(): Account {
    return new Account(this.row.ledger, this.row.to);
  }

  @Field(() => BigIntScalar)
  get amount(): string {
    return this.row.amount;
  }

  @Field(() => BigIntScalar, { nullable: true })
  get tokenId(): string | null {
    return this.row.tokenId;
  }
}
