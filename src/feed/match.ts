import type { BlockCriteria } from '../store/store.js';
import { hasBlocks, type LedgerId } from '../model/ids.js';
import type { RowOf, Wanted } from './feed.js';
import { eventMatch } from './matchEvent.js';
import { transactionMatch } from './matchTransaction.js';
import { proposalMatch, voteMatch } from './matchGovernance.js';
import { sameBlock, type Match } from './matchBlock.js';

/**
 * What a stream wants, as a predicate on rows: the meaning of the store's criteria, but for `confirmation`, which a stream has of
 * its own. Made once for a stream.
 */
export function predicate<W extends Wanted>(wanted: W): Match<RowOf[W['items']]>;
export function predicate(wanted: Wanted): Match<never> {
  switch (wanted.items) {
    case 'blocks':
      return sameBlock<RowOf['blocks']>(wanted.criteria, (row) => row.number);
    case 'transactions':
      return transactionMatch(wanted.criteria);
    case 'events':
      return eventMatch(wanted.criteria);
    case 'memberships': {
      const { ledgers = null, range = null } = wanted.criteria;
      return sameBlock<RowOf['memberships']>({ ledgers, range }, (row) => row.block.number);
    }
    case 'proposals':
      return proposalMatch(wanted.criteria);
    case 'votes':
      return voteMatch(wanted.criteria);
  }
}

/** True where a stream of what is wanted shows the row. */
export const matches = <W extends Wanted>(wanted: W, row: RowOf[W['items']]): boolean => predicate(wanted)(row);

/** True where the stream can ever show something of the ledger. */
export const wantsLedger = ({ items, criteria }: Wanted, ledger: LedgerId): boolean =>
  (hasBlocks(ledger) || DECIDED.has(items)) && ((criteria as BlockCriteria).ledgers?.includes(ledger) ?? true);

/** What there is where members decide, blocks or none. */
const DECIDED: ReadonlySet<Wanted['items']> = new Set(['memberships', 'proposals', 'votes']);
