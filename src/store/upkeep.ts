import type { BlockRef, DecodedBlock, RawBlock } from '../model/block.js';
import type { ProposalKey } from '../model/governance.js';
import type { LedgerId } from '../model/ids.js';

// A part of the port: what store.ts shows to other rooms.

/** Maintenance: rebuild and verify. */
export interface StoreUpkeep {
  /** Canonical raw blocks of the range in order. */
  rawBlocks(ledger: LedgerId, from: number, to: number): AsyncIterable<RawBlock>;
  /**
   * Every raw block kept, retracted ones too, in the order in which they were appended: a block always comes after its parent.
   * `afterSequence`: -1 from the start. At most `limit`.
   */
  keptBlocks(ledger: LedgerId, afterSequence: number, limit: number): Promise<readonly KeptBlock[]>;
  /** A kept raw block by hash, of any branch. */
  keptBlock(ledger: LedgerId, hash: string): Promise<KeptBlock | null>;
  /** Forgets everything derived of a ledger and begins a rebuild; raw blocks stay. */
  clearDerived(ledger: LedgerId): Promise<void>;
  /** Writes raw blocks' derived rows again during rebuild, as `append` would: they follow the tip in order. */
  rederive(blocks: readonly DecodedBlock[]): Promise<void>;
  /** Where an unfinished rebuild stands; null where none is. `append` and `rewind` are refused meanwhile. */
  rebuilding(ledger: LedgerId): Promise<RebuildState | null>;
  /** Takes back what the rebuild appended above `to`, as `rewind` would. */
  rewindRebuild(ledger: LedgerId, to: BlockRef | null): Promise<void>;
  /** Ends a rebuild that stands at its target; refuses otherwise (`STORE_CORRUPT`). */
  finishRebuild(ledger: LedgerId): Promise<void>;
  /** Forgets all that was read of a ledger, raw blocks and finality too: it is read from its first block again. */
  forgetLedger(ledger: LedgerId): Promise<void>;
  /** What the store holds of the canonical blocks of the range, read in one snapshot. Ask for few: all of it is in memory. */
  storedBlocks(ledger: LedgerId, from: number, to: number): Promise<readonly StoredBlock[]>;
  /** As `storedBlocks`, of retracted blocks, in the order of `keptBlocks`. */
  retractedBlocks(ledger: LedgerId, afterSequence: number, limit: number): Promise<readonly StoredBlock[]>;
  /** The rows that the store should hold of a block in that state. Pure. */
  expectedRows(block: DecodedBlock, canonical: boolean): readonly DerivedRow[];
  /** All that is read of a proposal and its votes, with where the ledger stands, in one snapshot. */
  storedProposal(key: ProposalKey): Promise<StoredProposal>;
  /** The rows that the store should hold of a proposal. `blocks`: the canonical ones that say something of it, in order. Pure. */
  expectedProposal(key: ProposalKey, blocks: readonly GoverningBlock[]): readonly DerivedRow[];
  /** Every row of every derived table that belongs to a canonical block of the range, in a canonical text form, for comparison. */
  rowsOfBlocks(ledger: LedgerId, from: number, to: number): AsyncIterable<DerivedRow>;
  /** Where the store contradicts itself about a ledger: checkpoint, chain links, outbox, rows without a block; at most 1,000. */
  contradictions(ledger: LedgerId): Promise<readonly StoreContradiction[]>;
  /** The database's own integrity check; the problems it names. */
  integrity(): Promise<readonly string[]>;
}
export interface DerivedRow {
  readonly table: string;
  readonly block: number;
  /** The row's key inside its table and block, readable. */
  readonly key: string;
  readonly columns: Readonly<Record<string, string | number | null>>;
}
/** What a block says of proposals and votes. */
export type GoverningBlock = Pick<DecodedBlock, 'number' | 'hash' | 'timestampMs' | 'governance'>;
export interface StoredProposal {
  /** As `LedgerRow.tip`. */
  readonly tip: BlockRef | null;
  /** The highest block that is marked as one of the chain; null where none is. */
  readonly highest: number | null;
  /** Whatever block they claim to be of; `held_by` among the columns is the hash of the block that they hang on. */
  readonly rows: readonly DerivedRow[];
}
export interface KeptBlock extends RawBlock {
  /** Grows in the order of appending. */
  readonly sequence: number;
}
export interface StoredBlock extends KeptBlock {
  /** Why the raw bytes cannot be unpacked, where they cannot; `bytes` is empty then. */
  readonly unreadable: string | null;
  readonly rows: readonly DerivedRow[];
}
export interface RebuildState {
  /** The last raw block that was derived again; -1 before the first. */
  readonly sequence: number;
  /** The tip that the index had before, at which the rebuild ends. */
  readonly target: BlockRef | null;
  readonly tip: BlockRef | null;
  /** Raw blocks kept in all, and those already passed. */
  readonly total: number;
  readonly done: number;
}
export interface StoreContradiction {
  readonly table: string;
  readonly block: number | null;
  readonly key: string;
  readonly column: string | null;
  readonly got: string | number | null;
  readonly expected: string | number | null;
}
