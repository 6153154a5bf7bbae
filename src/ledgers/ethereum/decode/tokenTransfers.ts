import { id, ParamType } from 'ethers';
import type { TokenStandard, TokenTransfer } from '../../../model/ethereum.js';
import type { CanonicalLog } from '../blocks/canonicalBlock.js';
import { ValuesReader } from './abiValue.js';
import type { Checksums } from './checksums.js';
import { wordReader, type WordReader } from './words.js';

export interface LogPlace {
  readonly transactionIndex: number;
  readonly logIndex: number;
}

type Movement = Pick<TokenTransfer, 'standard' | 'from' | 'to' | 'amount' | 'tokenId' | 'item'>;

const WORD_DIGITS = 64;

/** Finds the transfers that the events of the token standards tell, whatever ABI is configured. */
export class TokenTransferReader {
  private readonly transfer = id('Transfer(address,address,uint256)');
  private readonly single = id('TransferSingle(address,address,address,uint256,uint256)');
  private readonly batch = id('TransferBatch(address,address,address,uint256[],uint256[])');
  private readonly lists = new ValuesReader([ParamType.from('uint256[]'), ParamType.from('uint256[]')]);
  private readonly address: WordReader = readerOf('address');
  private readonly number: WordReader = readerOf('uint256');

  constructor(private readonly checksums: Checksums) {}

  read(log: CanonicalLog, place: LogPlace): readonly TokenTransfer[] {
    const movements = this.movements(log);
    if (movements.length === 0) return [];
    const token = this.checksums.of(log.address);
    return movements.map((movement) => ({ ...place, token, ...movement }));
  }

  private movements(log: CanonicalLog): readonly Movement[] {
    const [event] = log.topics;
    if (event === this.transfer) return this.plain(log);
    if (event === this.single) return this.multi(log, [this.words(log.data, 2)]);
    return event === this.batch ? this.multi(log, this.pairs(log.data)) : [];
  }

  /** ERC-20 and ERC-721 have the same event but for what is indexed. */
  private plain({ topics, data }: CanonicalLog): readonly Movement[] {
    const unique = topics.length === 4;
    const words = this.words(data, unique ? 0 : 1);
    if (words === null || (!unique && topics.length !== 3)) return [];
    const number = unique ? this.word(this.number, topics[3]) : words[0];
    if (number === undefined) return [];
    const fields = unique ? { amount: '1', tokenId: number } : { amount: number, tokenId: null };
    return this.movement(unique ? 'ERC721' : 'ERC20', topics[1], topics[2], { ...fields, item: 0 });
  }

  private multi({ topics }: CanonicalLog, pairs: readonly (readonly string[] | null)[]): readonly Movement[] {
    if (topics.length !== 4) return [];
    return pairs.flatMap((pair, item) => {
      const [tokenId, amount] = pair ?? [];
      if (tokenId === undefined || amount === undefined) return [];
      return this.movement('ERC1155', topics[2], topics[3], { tokenId, amount, item });
    });
  }

  private movement(
    standard: TokenStandard,
    fromTopic: string | undefined,
    toTopic: string | undefined,
    rest: Pick<Movement, 'amount' | 'tokenId' | 'item'>,
  ): readonly Movement[] {
    const from = this.word(this.address, fromTopic);
    const to = this.word(this.address, toTopic);
    return from === undefined || to === undefined ? [] : [{ standard, from, to, ...rest }];
  }

  private word(read: WordReader, topic: string | undefined): string | undefined {
    const value = topic === undefined ? undefined : read(topic.slice(2), this.checksums);
    return typeof value === 'string' ? value : undefined;
  }

  /** The data as `count` numbers; null where it is not exactly that. */
  private words(data: string, count: number): readonly string[] | null {
    if (data.length !== 2 + count * WORD_DIGITS) return null;
    return Array.from({ length: count }, (_, i) =>
      String(this.number(data.slice(2 + i * WORD_DIGITS, 2 + (i + 1) * WORD_DIGITS), this.checksums)),
    );
  }

  private pairs(data: string): readonly (readonly string[])[] {
    const [tokenIds, amounts] = (this.lists.readPlain(data, this.checksums) ?? []) as (readonly string[])[];
    if (tokenIds === undefined || tokenIds.length !== amounts?.length) return [];
    return tokenIds.map((tokenId, i) => [tokenId, amounts[i] ?? '0']);
  }
}

function readerOf(type: string): WordReader {
  return wordReader(ParamType.from(type)) ?? ((): undefined => undefined);
}
