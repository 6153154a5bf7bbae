import { decoderSeed } from '../seed.js';
import type { DecodedBlock } from '../../model/block.js';
import type { StoredBlock } from '../../store/store.js';
import { compareBlock } from './compareBlock.js';
import { difference, type Difference } from './difference.js';
import type { Verification } from './verify.js';

const BLOCKS_AT_ONCE = 32;

/** No node shows retracted blocks any more: what is stored of each is held against its own raw bytes. */
export async function verifyRetracted(run: Verification): Promise<void> {
  const { ledger, store, signal, counts } = run;
  let sequence = -1;
  while (!signal.aborted) {
    const blocks = await store.retractedBlocks(ledger.id, sequence, BLOCKS_AT_ONCE);
    const last = blocks.at(-1);
    if (last === undefined) return;
    for (const block of blocks) run.report(await compareWithOwn(run, block));
    counts.retracted += blocks.length;
    counts.rows += blocks.reduce((sum, { rows }) => sum + rows.length, 0);
    sequence = last.sequence;
  }
}

async function compareWithOwn(run: Verification, block: StoredBlock): Promise<Difference[]> {
  const { ledger, store } = run;
  const where = { ledger: ledger.id, table: 'raw_block', block: block.number, key: block.hash, column: 'bytes' };
  if (block.unreadable !== null) return [difference(where, block.unreadable, 'a block')];
  const decoded = await decode(run, block);
  if (decoded === null) return [difference(where, 'bytes that do not decode', 'a block')];
  const { number, hash, parentHash } = decoded;
  return compareBlock(
    ledger.id,
    { raw: { number, hash, parentHash, bytes: block.bytes }, rows: store.expectedRows(decoded, false) },
    block,
  );
}

async function decode({ ledger, signal }: Verification, block: StoredBlock): Promise<DecodedBlock | null> {
  const first = block.number === ledger.startBlock;
  const previous = first ? null : { number: block.number - 1, hash: block.parentHash ?? '' };
  // A ledger that has a configuration takes nothing back, so none is in force here.
  const seed = first ? await decoderSeed(ledger, null, null, signal) : { config: null, previous };
  try {
    return ledger.decoder(seed).decode(block);
  } catch {
    return null; // The bytes are no block any more: that is the difference reported.
  }
}
