import type { DecodedBlock } from '../../src/model/block.js';
import type { LedgerId } from '../../src/model/ids.js';
import type { FeedChange, RowOf, Wanted } from '../../src/feed/feed.js';
import type { EventRow, TransactionRow } from '../../src/store/store.js';
import type { Random } from '../support/random.js';
import { chaincodes } from '../support/fabricBlocks.js';
import { accounts, tokens } from '../support/ethereumBlocks.js';

/** One thing that a client has: of which block, and where in it. */
export interface Item {
  readonly number: number;
  readonly hash: string;
  /** Place inside the block, comparable: transaction and event index. */
  readonly at: readonly [transaction: number, event: number];
  /** What a cursor calls the index of this item. */
  readonly index: number;
}

export type StreamItems = 'blocks' | 'transactions' | 'events';

/** What a client asks for, as the stream's own criteria and, apart from src, as a rule on made-up blocks. */
export interface Want {
  readonly wanted: Wanted & { readonly items: StreamItems };
  itemsOf(block: DecodedBlock): readonly Item[];
}

interface Rule {
  readonly criteria: object;
  readonly fits: (
    transaction: DecodedBlock['transactions'][number],
    event: DecodedBlock['transactions'][number]['events'][number] | null,
  ) => boolean;
}

/** A want of that kind of item with a filter of the seed's. `ledgers`: null for all. */
export function makeWant(random: Random, items: StreamItems, ledgers: readonly LedgerId[] | null): Want {
  const rule = random.pick(rules[items])(random);
  const wanted = { items, criteria: { ...rule.criteria, ledgers } } as Want['wanted'];
  return {
    wanted,
    itemsOf: (block) => {
      if (ledgers !== null && !ledgers.includes(block.ledger)) return [];
      if (items === 'blocks') return [itemOf(block, [0, 0], 0)];
      if (items === 'transactions') {
        return block.transactions
          .filter((one) => rule.fits(one, null))
          .map(({ index }) => itemOf(block, [index, 0], index));
      }
      const onChain = block.ledger.startsWith('eip155:');
      return block.transactions
        .filter(({ outcome }) => outcome === 'SUCCEEDED')
        .flatMap((one) =>
          one.events
            .filter((event) => rule.fits(one, event))
            .map((event) => itemOf(block, [one.index, event.index], onChain ? event.index : one.index)),
        );
    },
  };
}

const itemOf = ({ number, hash }: DecodedBlock, at: readonly [number, number], index: number): Item => ({
  ...{ number, hash, at, index },
});

const everything = (): Rule => ({ criteria: {}, fits: () => true });
const rules: Record<StreamItems, readonly ((random: Random) => Rule)[]> = {
  blocks: [everything],
  transactions: [
    everything,
    () => ({ criteria: { outcome: 'SUCCEEDED' }, fits: ({ outcome }) => outcome === 'SUCCEEDED' }),
    (random) => {
      const functions = [random.pick(['transfer', 'mint', 'vote']), random.pick(['Create', 'Move'])];
      return { criteria: { functions }, fits: (one) => one.function !== null && functions.includes(one.function) };
    },
    (random) => {
      const addresses = [...Array.from({ length: 12 }, () => random.pick(accounts)), random.pick(tokens)];
      return {
        criteria: { addresses },
        fits: ({ parties }) => parties.some(({ nativeId }) => addresses.includes(nativeId)),
      };
    },
  ],
  events: [
    everything,
    (random) => {
      const names = ['Transfer', `${random.pick(['Create', 'Move'])}d`];
      return { criteria: { names }, fits: (_, event) => event?.name != null && names.includes(event.name) };
    },
    (random) => {
      const addresses = [random.pick(tokens), random.pick(tokens)];
      return {
        criteria: { addresses },
        fits: (_, event) => event?.address != null && addresses.includes(event.address),
      };
    },
    (random) => {
      const names = [random.pick(chaincodes), random.pick(chaincodes)];
      return {
        criteria: { chaincodes: names },
        fits: (_, event) => event?.chaincode != null && names.includes(event.chaincode),
      };
    },
  ],
};

/** Which item a change tells of. */
export function itemOfChange(items: StreamItems, { block, row }: FeedChange<RowOf[StreamItems]>): Item {
  if (items === 'blocks') return { ...block, at: [0, 0], index: 0 };
  if (items === 'transactions') {
    const { index } = row as TransactionRow;
    return { ...block, at: [index, 0], index };
  }
  const { transactionIndex, index, ledger } = row as EventRow;
  return { ...block, at: [transactionIndex, index], index: ledger.startsWith('eip155:') ? index : transactionIndex };
}

export const sameItem = (a: Item | null | undefined, b: Item | null | undefined): boolean =>
  a == null || b == null ? a == null && b == null : a.hash === b.hash && a.at[0] === b.at[0] && a.at[1] === b.at[1];

export const textOf = (item: Item | null | undefined): string =>
  item == null ? 'nothing' : `${item.number}/${item.at.join('.')} of ${item.hash.slice(0, 10)}`;
