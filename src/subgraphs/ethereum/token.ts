import { Ctx, Directive, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import type { TokenFacts } from '../../ledgers/ledger.js';
import type { TokenStandard } from '../../model/ethereum.js';
import { formatId, type LedgerId } from '../../model/ids.js';
import { chainReadsOf } from '../chainReads.js';
import type { RequestContext } from '../context.js';
import { enumType } from '../enums.js';
import { AddressScalar, BigIntScalar } from '../scalars.js';
import { Node } from './common.js';

const TokenStandardEnum = enumType('TokenStandard', ['ERC20', 'ERC721', 'ERC1155']);

@Directive('@key(fields: "id")')
@ObjectType({ implements: [Node], description: 'A token contract, as it describes itself.', simpleResolvers: true })
export class Token {
  @Field(() => AddressScalar)
  readonly address: string;

  @Field(() => TokenStandardEnum)
  readonly standard: TokenStandard;

  constructor(
    readonly ledgerId: LedgerId,
    address: string,
    standard: TokenStandard,
  ) {
    this.address = address;
    this.standard = standard;
  }

  get id(): string {
    return formatId({ type: 'Token', ledger: this.ledgerId, key: this.address });
  }
}

@ObjectType({ simpleResolvers: true })
export class TokenBalance {
  @Field(() => Token)
  token!: Token;

  @Field(() => BigIntScalar)
  amount!: string;

  @Field(() => [BigIntScalar], { nullable: true })
  tokenIds!: readonly string[] | null;
}

/** What the token contract says of itself; null where it says nothing. */
const factsOf = async (context: RequestContext, { ledgerId, address }: Token): Promise<TokenFacts | null> =>
  (await chainReadsOf(context, ledgerId)).token.load(address);

@Resolver(() => Token)
export class TokenResolver {
  @FieldResolver(() => String, { nullable: true })
  async name(@Root() token: Token, @Ctx() context: RequestContext): Promise<string | null> {
    return (await factsOf(context, token))?.name ?? null;
  }

  @FieldResolver(() => String, { nullable: true })
  async symbol(@Root() token: Token, @Ctx() context: RequestContext): Promise<string | null> {
    return (await factsOf(context, token))?.symbol ?? null;
  }

  @FieldResolver(() => Int, { nullable: true })
  async decimals(@Root() token: Token, @Ctx() context: RequestContext): Promise<number | null> {
    return (await factsOf(context, token))?.decimals ?? null;
  }

  @FieldResolver(() => BigIntScalar, { nullable: true })
  async totalSupply(@Root() token: Token, @Ctx() context: RequestContext): Promise<string | null> {
    return (await factsOf(context, token))?.totalSupply ?? null;
  }
}
