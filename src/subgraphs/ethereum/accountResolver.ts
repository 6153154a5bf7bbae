import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { chainReadsOf } from '../chainReads.js';
import type { RequestContext } from '../context.js';
import { memberId, requireLedger } from '../ledgerFacts.js';
import { partiesOf } from '../parties.js';
import { BigIntScalar, BytesScalar } from '../scalars.js';
import { Account } from './account.js';
import { atBlock } from './atBlock.js';
import { Chain } from './chain.js';
import { Ledger, Member } from './common.js';
import { Contract } from './contract.js';
import { TokenBalance } from './token.js';
import { tokenBalances } from './tokenBalances.js';

@Resolver(() => Account)
export class AccountResolver {
  @FieldResolver(() => Ledger)
  async ledger(@Root() { ledgerId }: Account, @Ctx() context: RequestContext): Promise<Chain> {
    return new Chain(await requireLedger(context, ledgerId));
  }

  @FieldResolver(() => Member, { nullable: true })
  async member(@Root() { ledgerId, address }: Account, @Ctx() context: RequestContext): Promise<object | null> {
    const member = await partiesOf(context).behind(ledgerId, address);
    return member === null ? null : new Member(memberId(member));
  }

  @FieldResolver(() => BigIntScalar, { nullable: true, description: 'At a block, or at the latest.' })
  async balance(
    @Root() { ledgerId, address }: Account,
    @Arg('block', () => BigIntScalar, { nullable: true }) block: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<bigint> {
    return (await chainReadsOf(context, ledgerId)).balance.load({ address, block: atBlock(block) });
  }

  @FieldResolver(() => BigIntScalar, { nullable: true })
  async nonce(
    @Root() { ledgerId, address }: Account,
    @Arg('block', () => BigIntScalar, { nullable: true }) block: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<bigint> {
    return (await chainReadsOf(context, ledgerId)).nonce.load({ address, block: atBlock(block) });
  }

  @FieldResolver(() => BytesScalar, { nullable: true })
  async code(
    @Root() { ledgerId, address }: Account,
    @Arg('block', () => BigIntScalar, { nullable: true }) block: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<string> {
    return (await chainReadsOf(context, ledgerId)).code.load({ address, block: atBlock(block) });
  }

  @FieldResolver(() => Boolean, { nullable: true })
  async isContract(@Root() { ledgerId, address }: Account, @Ctx() context: RequestContext): Promise<boolean> {
    const reads = await chainReadsOf(context, ledgerId);
    return (await reads.code.load({ address, block: null })) !== '0x';
  }

  @FieldResolver(() => Contract, { nullable: true })
  async contract(@Root() { ledgerId, address }: Account, @Ctx() context: RequestContext): Promise<Contract | null> {
    const reads = await chainReadsOf(context, ledgerId);
    return (await reads.isContract(address)) ? new Contract(ledgerId, address) : null;
  }

  @FieldResolver(() => [TokenBalance], { nullable: true })
  async tokenBalances(
    @Root() { ledgerId, address }: Account,
    @Arg('block', () => BigIntScalar, { nullable: true }) block: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<TokenBalance[]> {
    return tokenBalances(context, { ledger: ledgerId, nativeId: address }, atBlock(block));
  }
}
