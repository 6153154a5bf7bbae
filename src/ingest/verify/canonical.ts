import type { DecodedBlock, RawBlock } from '../../model/block.js';
import { grantScope } from '../../model/scope.js';
import type { LedgerRow, StoredBlock } from '../../store/store.js';
import { seedAt } from '../seed.js';
import { Comings } from './comings.js';
import { compareBlock } from './compareBlock.js';
import { difference, type Difference } from './difference.js';
import { isOtherQuorum } from './otherQuorum.js';
import { settled } from './settled.js';
import type { Verification } from './verify.js';

// Blocks compared at a time: all their rows are in memory.
const BLOCKS_AT_ONCE = 64;
const BYTES_AT_ONCE = 4_000_000;

interface Read {
  readonly raw: RawBlock;
  readonly decoded: DecodedBlock;
}

/** Every canonical block up to the tip at the start, as the nodes show it now, against what is stored of it. */
export async function verifyCanonical(run: Verification, row: LedgerRow): Promise<void> {
  const { ledger, signal } = run;
  if (row.tip === null) return;
  // A checkpoint that claims more than the ledger has is a difference of its own.
  const last = Math.min(row.tip.number, (await ledger.head(signal)).number);
  if (last < ledger.startBlock) return;
  const decoder = ledger.decoder(await seedAt(ledger, ledger.startBlock, signal));
  const comings = new Comings(run.observers);
  let batch: Read[] = [];
  let bytes = 0;
  for await (const raw of ledger.read(ledger.startBlock, last, signal)) {
    if (signal.aborted) return;
    batch.push({ raw, decoded: await comings.take(decoder.decode(raw)) });
    bytes += raw.bytes.length;
    if (batch.length < BLOCKS_AT_ONCE && bytes < BYTES_AT_ONCE) continue;
    await verifyBatch(run, batch);
    [batch, bytes] = [[], 0];
  }
  await verifyBatch(run, batch);
}

async function verifyBatch(run: Verification, batch: readonly Read[]): Promise<void> {
  const first = batch[0]?.raw.number;
  const last = batch.at(-1)?.raw.number;
  if (first === undefined || last === undefined) return;
  const { counts, meter } = run;
  run.report(
    await settled(run, async (attempt) => {
      // The first look uses what was just read; later ones read both sides anew.
      const expected = attempt === 1 ? batch : asBefore(await readAgain(run, first, await lastOf(run, last)), batch);
      return compareBatch(run, expected, first);
    }),
  );
  counts.blocks += batch.length;
  counts.transactions += batch.reduce((sum, { decoded }) => sum + decoded.transactions.length, 0);
  const progress = meter.add(batch.length, 0);
  if (progress !== null) run.onProgress(progress);
}

/** What was found from all blocks before, where it is the same block. A ledger that has such things takes nothing back. */
function asBefore(read: readonly Read[], batch: readonly Read[]): readonly Read[] {
  const found = new Map(batch.map(({ raw, decoded }) => [raw.hash, decoded.governance]));
  return read.map(({ raw, decoded }) => ({ raw, decoded: withGovernance(decoded, found.get(raw.hash)) }));
}

const withGovernance = (block: DecodedBlock, governance: DecodedBlock['governance']): DecodedBlock =>
  governance === undefined ? block : { ...block, governance };

/** A reorganisation may have shortened the index meanwhile. */
async function lastOf({ store, ledger }: Verification, last: number): Promise<number> {
  const [row] = await store.ledgers(grantScope([ledger.id]));
  return Math.min(last, row?.tip?.number ?? last);
}

async function readAgain({ ledger, signal }: Verification, from: number, to: number): Promise<readonly Read[]> {
  if (to < from) return [];
  const decoder = ledger.decoder(await seedAt(ledger, from, signal));
  const read: Read[] = [];
  for await (const raw of ledger.read(from, to, signal)) read.push({ raw, decoded: decoder.decode(raw) });
  return read;
}

async function compareBatch(run: Verification, batch: readonly Read[], from: number): Promise<Difference[]> {
  const { ledger, store, counts } = run;
  const stored = await store.storedBlocks(ledger.id, from, batch.at(-1)?.raw.number ?? from - 1);
  const found: Difference[] = [];
  for (const [at, one] of batch.entries()) {
    const held = stored.filter(({ rows }) => rows.some((row) => row.table === 'block' && row.block === one.raw.number));
    const [block, ...more] = held;
    const where = { ledger: ledger.id, table: 'block', block: one.raw.number, key: one.raw.hash, column: null };
    if (block === undefined) {
      found.push(difference(where, null, 'a canonical row'));
      continue;
    }
    found.push(...more.map((extra) => difference({ ...where, key: extra.hash }, 'a second canonical row', null)));
    found.push(...(await compareOne(run, one, block, batch[at - 1])));
    counts.rows += block.rows.length;
  }
  return found;
}

async function compareOne(run: Verification, one: Read, block: StoredBlock, before?: Read): Promise<Difference[]> {
  const { ledger, store } = run;
  const expected = { raw: one.raw, rows: store.expectedRows(one.decoded, true) };
  const found = compareBlock(ledger.id, expected, block);
  if (found.length === 0 || !found.some(({ column }) => column === 'bytes')) return found;
  const own = await decodeStored(run, block, before);
  if (own === null || !isOtherQuorum(own, one.decoded)) return found;
  return compareBlock(
    ledger.id,
    {
      raw: { ...one.raw, bytes: block.bytes },
      rows: store.expectedRows(withGovernance(own, one.decoded.governance), true),
    },
    block,
  );
}

/** What the stored bytes say themselves; null where they say nothing. */
async function decodeStored(run: Verification, block: StoredBlock, before?: Read): Promise<DecodedBlock | null> {
  const { ledger, signal } = run;
  if (block.unreadable !== null) return null;
  const seed = await seedAt(ledger, block.number, signal);
  const previous = before === undefined ? seed.previous : { number: before.raw.number, hash: before.raw.hash };
  try {
    return ledger.decoder({ ...seed, previous }).decode(block);
  } catch {
    return null; // The bytes are no block any more: the difference in them is reported.
  }
}
