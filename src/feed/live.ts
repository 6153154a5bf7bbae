import type { Told } from './change.js';
import { retractions, type Asked } from './catchUp.js';
import type { ChangeKind, LedgerPosition } from './feed.js';
import { indexOf, type AnyRow } from './items.js';
import { appended, finalized, recentOf } from './position.js';
import type { RingEntry } from './ring.js';

/** What a reader makes of an entry of the ring. */
export interface LiveStep {
  readonly told: readonly Told[];
  readonly position: LedgerPosition;
  /** False where more of the entry is to be told. */
  readonly whole: boolean;
}

/** As what a stream tells of an entry; null where it says nothing, and its rows are not needed. */
export function tells({ kinds, finalOnly }: Asked, { kind, final }: RingEntry): ChangeKind | null {
  if (!finalOnly) return kinds.has(kind) ? kind : null;
  return kind !== 'RETRACTED' && final && kinds.has('APPENDED') ? 'APPENDED' : null;
}

/**
 * The step of a reader over an entry of the ring, at most `most` changes of it. Null where the entry does not follow from where the
 * reader stands: then it goes on from the store. `rows`: all of the block's, or none where it tells nothing. Pure.
 */
export function liveStep(
  asked: Asked,
  entry: RingEntry,
  from: { readonly position: LedgerPosition; readonly rows: readonly AnyRow[]; readonly most: number },
): LiveStep | null {
  if (asked.finalOnly) return finalLive(asked, entry, from);
  switch (entry.kind) {
    case 'APPENDED':
      return follows(from.position, entry) ? add(asked, entry, from) : null;
    case 'RETRACTED':
      return from.position.block?.hash === entry.block.hash
        ? retractions(asked, { ...from, fallen: { block: entry.block, parent: entry.after.block } })
        : null;
    case 'FINALIZED':
      return finalize(asked, entry, from);
  }
}

type From = Parameters<typeof liveStep>[2];

/** True where the reader has everything below the block, or a part of the block itself. */
function follows({ block, through }: LedgerPosition, entry: RingEntry): boolean {
  if (through !== null) return block?.hash === entry.block.hash;
  return (block?.hash ?? null) === (entry.before.block?.hash ?? null);
}

/** The rows that are told, from an index on. */
function wantedRows({ wanted, match }: Asked, rows: readonly AnyRow[], first: number): readonly AnyRow[] {
  return rows.filter((row) => indexOf(wanted.items, row) >= first && match(row));
}

function add(asked: Asked, { block, final, after }: RingEntry, { position, rows, most }: From): LiveStep {
  const { items } = asked.wanted;
  const { recent } = after;
  const all = wantedRows(asked, rows, position.through ?? 0);
  let at = position;
  const told = all.slice(0, most).map((row, index): Told => {
    const next = index === all.length - 1 ? null : indexOf(items, row) + 1;
    at = appended(at, block, { final, next, recent });
    return { kind: 'APPENDED', confirmation: final ? 'FINAL' : 'CONFIRMED', block, row, position: at };
  });
  const whole = told.length === all.length;
  return { told, whole, position: whole ? appended(position, block, { final, next: null, recent }) : at };
}

function finalize(asked: Asked, { block }: RingEntry, { position, rows, most }: From): LiveStep | null {
  if (block.number <= position.final) return { told: [], position, whole: true };
  if (position.block === null || position.block.number < block.number) return null;
  const { items } = asked.wanted;
  const all = wantedRows(asked, rows, block.number === position.final + 1 ? position.finalThrough : 0);
  let at = position;
  const told = all.slice(0, most).map((row, index): Told => {
    at = finalized(at, block.number, index === all.length - 1 ? null : indexOf(items, row) + 1);
    return { kind: 'FINALIZED', confirmation: 'FINAL', block, row, position: at };
  });
  const whole = told.length === all.length;
  return { told, whole, position: whole ? finalized(position, block.number, null) : at };
}

/** A client of what is final hears of a block once, when it is final. That it was taken back afterwards breaks what it was told. */
function finalLive(asked: Asked, entry: RingEntry, from: From): LiveStep | null {
  const { position } = from;
  const { number, hash } = entry.block;
  const none = { told: [], position, whole: true };
  if (entry.kind === 'RETRACTED') return number <= position.final ? null : none;
  if (!entry.final || number <= position.final) return none;
  const partly = position.through !== null;
  if (partly && position.block?.hash !== hash) return null;
  return add(asked, { ...entry, final: true, after: { ...entry.after, recent: [recentOf(hash)] } }, from);
}
