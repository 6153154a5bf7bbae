import type { LedgerId } from '../model/ids.js';
import type { LedgerPosition } from './feed.js';
import type { Reader } from './catchUp.js';
import type { OutboxPlace } from './ring.js';

/** Where a stream stands on one ledger, and how that joins to the ring. */
export interface Place {
  reader: Reader;
  /** The place of the outbox that the reader stands at; null while it catches up. */
  tip: OutboxPlace | null;
  /** Entries of the ring up to this are passed. */
  joined: number;
  /** How often ledgers had changed when there was nothing to be read; null where there may be something. */
  waits: number | null;
  /** The store does not know the ledger (yet). */
  absent: boolean;
}

export const placeAt = (ledger: LedgerId, position: LedgerPosition, tip: OutboxPlace | null = null): Place => ({
  ...{ reader: { ledger, position, last: null }, tip, joined: 0, waits: null, absent: false },
});
