import type { BlockRef } from '../model/block.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { LedgerStanding, Page } from '../store/store.js';
import { chainBetween } from './chainRanges.js';
import type { Told } from './change.js';
import type { ChangeKind, LedgerPosition, Wanted } from './feed.js';
import { blockOf, indexOf, lastRowBelow, rowsOfBlocks, type AnyRow, type Reads } from './items.js';
import type { Match } from './matchBlock.js';
import { readStretch } from './pages.js';
import { appended, finalized, MAX_RECENT, recentOf, retracted, trimRecent } from './position.js';
import type { OutboxPlace } from './ring.js';
import { finalStanceOf, stanceOf, type Fallen, type Stance } from './stance.js';

/** What a stream asks for, made ready once. */
export interface Asked {
  readonly wanted: Wanted;
  readonly match: Match<AnyRow>;
  readonly kinds: ReadonlySet<ChangeKind>;
  /** Items appear once, when they are final. */
  readonly finalOnly: boolean;
  /** Changes of one step, and rows of one page of the store. */
  readonly most: number;
}

/** Where a reader stands on one ledger, and the row it read last, which is where lists go on. */
export interface Reader {
  readonly ledger: LedgerId;
  readonly position: LedgerPosition;
  readonly last: AnyRow | null;
}

export type CatchUpStep =
  /** `tip`: the outbox' place that was reached; null while more is to come. */
  | {
      readonly kind: 'moved';
      readonly told: readonly Told[];
      readonly reader: Reader;
      readonly tip: OutboxPlace | null;
    }
  /** Nothing can be said before the ledger stands elsewhere. */
  | { readonly kind: 'waits' }
  /** The ledger is not known here (yet). */
  | { readonly kind: 'absent' }
  | { readonly kind: 'lost'; readonly common: LedgerPosition | null };

/** Blocks whose rows are read at once where they were taken back. */
const FALLEN_A_READ = 16;
/** Further back than this a position names its own block alone, where much is not final. */
const MOST_CHAIN = 2000;

interface Ground {
  readonly reads: Reads;
  readonly scope: Scope;
  readonly asked: Asked;
  readonly standing: LedgerStanding;
}

/** The next step of a reader in one state of the store: retractions first, then what became final, then what was appended. */
export async function catchUpStep(reads: Reads, scope: Scope, asked: Asked, reader: Reader): Promise<CatchUpStep> {
  const standing = (await reads.standings(scope)).find(({ ledger }) => ledger === reader.ledger);
  if (standing === undefined) return { kind: 'absent' };
  if (standing.rebuilding) return { kind: 'waits' };
  const ground = { reads, scope, asked, standing };
  if (asked.finalOnly) return finalStep(ground, reader);
  const stance = await stanceOf(reads, scope, reader.position, standing);
  if (stance.kind === 'fallen') return takeBack(ground, reader, stance.blocks);
  if (stance.kind !== 'canonical') return stopped(stance);
  const settled = await settle(ground, reader);
  if (!settled.done || settled.told.length >= asked.most / 2) return { ...settled.moved, told: settled.told };
  const moved = await append(ground, settled.moved.reader, standing.tip?.number ?? -1);
  return { ...moved, told: [...settled.told, ...moved.told] };
}

type Moved = Extract<CatchUpStep, { kind: 'moved' }>;

const stopped = (stance: Exclude<Stance, { kind: 'fallen' | 'canonical' }>): CatchUpStep =>
  stance.kind === 'behind' ? { kind: 'waits' } : { kind: 'lost', common: stance.common };

async function finalStep(ground: Ground, reader: Reader): Promise<CatchUpStep> {
  const { reads, scope, standing } = ground;
  const { stance, position } = await finalStanceOf(reads, scope, reader.position, standing);
  if (stance.kind === 'behind' || stance.kind === 'lost') return stopped(stance);
  return append(ground, { ...reader, position }, Math.min(standing.finalized, standing.tip?.number ?? -1));
}

/** Takes back blocks that are not canonical, newest first, and of each what was passed. */
async function takeBack({ reads, scope, asked }: Ground, reader: Reader, fallen: readonly Fallen[]): Promise<Moved> {
  const { ledger } = reader;
  const told: Told[] = [];
  let { position } = reader;
  for (let at = 0; at < fallen.length && told.length < asked.most; at += FALLEN_A_READ) {
    const some = fallen.slice(at, at + FALLEN_A_READ);
    const keys = some.map(({ block }) => ({ ledger, hash: block.hash }));
    const rows = asked.kinds.has('RETRACTED') ? await rowsOfBlocks(reads, scope, asked.wanted.items, keys) : [];
    for (const [index, one] of some.entries()) {
      const taken = retractions(asked, {
        position,
        fallen: one,
        rows: rows[index] ?? [],
        most: asked.most - told.length,
      });
      told.push(...taken.told);
      position = taken.position;
      if (!taken.whole) return { kind: 'moved', told, reader: { ledger, position, last: null }, tip: null };
    }
  }
  return { kind: 'moved', told, reader: { ledger, position, last: null }, tip: null };
}

/** What is told of a block that was taken back: its items that were passed, the last first. Pure. */
export function retractions(
  { wanted, match }: Pick<Asked, 'wanted' | 'match'>,
  from: {
    readonly position: LedgerPosition;
    readonly fallen: Fallen;
    readonly rows: readonly AnyRow[];
    readonly most: number;
  },
): { readonly told: readonly Told[]; readonly position: LedgerPosition; readonly whole: boolean } {
  const { block, parent } = from.fallen;
  const { items } = wanted;
  const through = from.position.block?.hash === block.hash ? (from.position.through ?? Infinity) : Infinity;
  const rows = from.rows.filter((row) => indexOf(items, row) < through && match(row)).reverse();
  const told: Told[] = [];
  let { position } = from;
  for (const [at, row] of rows.entries()) {
    if (told.length >= from.most) return { told, position, whole: false };
    const next = at === rows.length - 1 ? null : indexOf(items, row);
    position = retracted(position, block, { parent, next });
    told.push({ kind: 'RETRACTED', confirmation: 'RETRACTED', block, row, position });
  }
  return {
    told,
    position: rows.length > 0 ? position : retracted(position, block, { parent, next: null }),
    whole: true,
  };
}

interface Settled {
  readonly told: readonly Told[];
  readonly moved: Moved;
  /** All that is final of what was passed is known to be. */
  readonly done: boolean;
}

/** Tells what became final of what was passed before. */
async function settle({ reads, scope, asked, standing }: Ground, reader: Reader): Promise<Settled> {
  const { ledger, position } = reader;
  const { block, through, final } = position;
  const to = Math.min(block?.number ?? -1, standing.finalized);
  const moved = (after: LedgerPosition): Moved => ({
    ...{ kind: 'moved', told: [], tip: null },
    reader: { ...reader, position: after },
  });
  if (to <= final) return { told: [], moved: moved(position), done: true };
  if (!asked.kinds.has('FINALIZED')) return { told: [], moved: moved(finalized(position, to, null)), done: true };
  const after = await rowTold(reads, scope, asked, reader);
  const page = await readStretch(reads, scope, asked.wanted, {
    ledger,
    from: final + 1,
    to,
    after,
    limit: asked.most,
  });
  const { items } = asked.wanted;
  const passed = (row: AnyRow): boolean =>
    blockOf(row).number !== block?.number || through === null || indexOf(items, row) < through;
  const rows = page.rows.filter(passed);
  const done = !page.hasMore || rows.length < page.rows.length;
  const told: Told[] = [];
  let at = position;
  for (const [index, row] of rows.entries()) {
    const own = blockOf(row);
    at = finalized(at, own.number, endsBlock(items, rows, index, done) ? null : indexOf(items, row) + 1);
    told.push({ kind: 'FINALIZED', confirmation: 'FINAL', block: own, row, position: at });
  }
  return { told, moved: moved(done ? finalized(at, to, null) : at), done };
}

/** The last row that was told to be final, where its block was told in part. */
async function rowTold(
  reads: Reads,
  scope: Scope,
  { wanted }: Asked,
  { ledger, position }: Reader,
): Promise<AnyRow | null> {
  const { final, finalThrough: next } = position;
  if (next === 0) return null;
  const [block] = await chainBetween(reads, scope, { ledger, from: final + 1, to: final + 1 });
  if (block === undefined) return null;
  return lastRowBelow(reads, scope, { items: wanted.items, ledger, hash: block.hash, next });
}

/** True where no later row of the block is to be told: then it was passed whole. */
function endsBlock(items: Wanted['items'], rows: readonly AnyRow[], at: number, whole: boolean): boolean {
  const row = rows[at];
  const next = rows[at + 1];
  if (items === 'blocks' || row === undefined) return true;
  return next === undefined ? whole : blockOf(next).number !== blockOf(row).number;
}

/** Tells what was appended up to a number, and moves there. */
async function append(ground: Ground, reader: Reader, to: number): Promise<Moved> {
  const { asked, standing } = ground;
  const { ledger, position } = reader;
  const tip = { generation: standing.generation, position: standing.position };
  const from = nextNumber(position);
  if (to < from) return { kind: 'moved', told: [], reader, tip };
  const page = await appendedPage(ground, reader, { from, to });
  const last = page.hasMore ? (page.rows.at(-1) ?? null) : null;
  const reached = last === null ? to : blockOf(last).number;
  const chain = await recentChain(ground, page.rows, { to: reached, end: last === null });
  const told = additions(asked, standing, { position, page, chain });
  const at = told.at(-1)?.position ?? position;
  if (last !== null) return { kind: 'moved', told, reader: { ledger, position: at, last }, tip: null };
  return { kind: 'moved', told, reader: { ledger, position: endOf(at, chain, { to, standing }), last: null }, tip };
}

/** The number of the block that comes next, or of which a part does. */
const nextNumber = ({ block, through, final }: LedgerPosition): number =>
  block === null ? final + 1 : block.number + (through === null ? 1 : 0);

async function appendedPage(
  ground: Ground,
  reader: Reader,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Page<AnyRow>> {
  const { reads, scope, asked } = ground;
  if (!asked.kinds.has('APPENDED')) return { rows: [], hasMore: false };
  const { ledger, position } = reader;
  const { block, through } = position;
  const after = through === null || block === null ? null : await rowPassed(ground, reader, block, through);
  return readStretch(reads, scope, asked.wanted, { ledger, from, to, after, limit: asked.most });
}

/** Where a client stands that has everything up to a number. */
function endOf(
  at: LedgerPosition,
  chain: RecentChain,
  { to, standing }: { readonly to: number; readonly standing: LedgerStanding },
): LedgerPosition {
  const block = chain.block(to);
  if (block === null) return at;
  const final = Math.max(at.final, Math.min(standing.finalized, to));
  return { block, through: null, final, finalThrough: 0, recent: trimRecent(chain.upTo(block), to, final) };
}

/** The last row of a block that was passed in part. */
async function rowPassed(
  { reads, scope, asked }: Ground,
  reader: Reader,
  block: BlockRef,
  next: number,
): Promise<AnyRow | null> {
  const { items } = asked.wanted;
  const { last, ledger } = reader;
  if (last !== null && blockOf(last).hash === block.hash && indexOf(items, last) + 1 === next) return last;
  return lastRowBelow(reads, scope, { items, ledger, hash: block.hash, next });
}

/** What is told of appended rows. Pure. */
function additions(
  { wanted: { items } }: Asked,
  standing: LedgerStanding,
  {
    position,
    page,
    chain,
  }: { position: LedgerPosition; page: { rows: readonly AnyRow[]; hasMore: boolean }; chain: RecentChain },
): readonly Told[] {
  let at = position;
  return page.rows.map((row, index) => {
    const block = blockOf(row);
    const final = block.number <= standing.finalized;
    const next = endsBlock(items, page.rows, index, !page.hasMore) ? null : indexOf(items, row) + 1;
    const known = Math.max(at.final, Math.min(standing.finalized, block.number - 1));
    const before = known > at.final ? { ...at, final: known, finalThrough: 0 } : at;
    const recent = final ? [recentOf(block.hash)] : trimRecent(chain.upTo(block), block.number, known);
    at = appended(before, block, { final, next, recent });
    return { kind: 'APPENDED', confirmation: final ? 'FINAL' : 'CONFIRMED', block, row, position: at };
  });
}

/** The blocks by which positions of a page tell branches apart. */
interface RecentChain {
  block(number: number): BlockRef | null;
  /** Beginnings of the hashes up to a block, ascending; one array for all items of the block. */
  upTo(block: BlockRef): readonly string[];
}

async function recentChain(
  { reads, scope, standing }: Ground,
  rows: readonly AnyRow[],
  { to, end }: { readonly to: number; readonly end: boolean },
): Promise<RecentChain> {
  const { ledger, finalized: settled } = standing;
  const first = rows.map((row) => blockOf(row).number).find((number) => number > settled) ?? to;
  const wanted = Math.max(0, settled, Math.min(first, to) - MAX_RECENT + 1, to - MOST_CHAIN + 1);
  const needed = end || first <= to;
  const from = Math.min(wanted, to);
  const chain = needed ? await chainBetween(reads, scope, { ledger, from, to }) : [];
  const digits = chain.map(({ hash }) => recentOf(hash));
  const start = chain[0]?.number ?? 0;
  let kept: { readonly number: number; readonly recent: readonly string[] } | null = null;
  return {
    block: (number) => chain[number - start] ?? null,
    upTo: ({ number, hash }) => {
      if (kept?.number === number) return kept.recent;
      const recent = digits.slice(Math.max(0, number - start - MAX_RECENT + 1), Math.max(0, number - start + 1));
      kept = { number, recent: recent.length === 0 ? [recentOf(hash)] : recent };
      return kept.recent;
    },
  };
}
