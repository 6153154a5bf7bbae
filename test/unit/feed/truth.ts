import { matches } from '../../../src/feed/index.js';
import type { AnyRow } from '../../../src/feed/items.js';
import type { Wanted } from '../../../src/feed/feed.js';
import type { DecodedBlock } from '../../../src/model/block.js';
import { ledgerKind, type LedgerId } from '../../../src/model/ids.js';
import type { EventRow, TransactionRow } from '../../../src/store/store.js';
import type { Ask, Item } from './client.js';
import type { FeedWorld } from './world.js';

/** What a client of everything that it asked for has, told from the chains that the test wrote, not from the store. */
export function truth(world: FeedWorld, ask: Ask): Map<LedgerId, Item[]> {
  const all = new Map<LedgerId, Item[]>();
  for (const [ledger, { chain, finalized }] of world.lines) {
    const items = chain.flatMap((block) => {
      const final = block.number <= finalized;
      if (ask.minConfirmation === 'FINAL' && !final) return [];
      return indexes(ask.wanted, block).map((index): Item => {
        return { key: `${block.number} ${block.hash} ${index}`, number: block.number, index, final };
      });
    });
    all.set(ledger, items);
  }
  return all;
}

function indexes(wanted: Wanted, block: DecodedBlock): number[] {
  const { ledger, number, hash, timestampMs } = block;
  const place = { ledger, block: { number, hash } };
  const shown = (row: object): boolean => matches(wanted, row as AnyRow as never);
  switch (wanted.items) {
    case 'blocks':
      return shown({ ledger, number, hash, timestampMs }) ? [0] : [];
    case 'transactions':
      return block.transactions
        .filter((one) => shown({ ...place, ...one } satisfies Partial<TransactionRow>))
        .map(({ index }) => index);
    case 'events':
      return block.transactions
        .filter(({ outcome }) => outcome === 'SUCCEEDED')
        .flatMap((one) =>
          one.events
            .map(
              (event) =>
                ({
                  ...place,
                  ...event,
                  transactionIndex: one.index,
                  timestampMs: one.timestampMs,
                }) satisfies Partial<EventRow>,
            )
            .filter(shown),
        )
        .map((event) => (ledgerKind(ledger) === 'fabric' ? event.transactionIndex : event.index));
    case 'memberships':
      return (block.config?.memberships ?? [])
        .map((_, ordinal) => ordinal)
        .filter((ordinal) => shown({ ...place, ordinal, timestampMs }));
    case 'proposals':
      return (block.governance?.proposals ?? []).flatMap((version, ordinal) =>
        shown({ ...place, ordinal, timestampMs, ...version }) ? [ordinal] : [],
      );
    case 'votes':
      return (block.governance?.votes ?? []).flatMap((state, ordinal) =>
        shown({ ...place, ordinal, timestampMs, state }) ? [ordinal] : [],
      );
  }
}
