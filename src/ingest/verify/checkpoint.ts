import { grantScope } from '../../model/scope.js';
import type { LedgerHead } from '../../ledgers/ledger.js';
import type { LedgerRow } from '../../store/store.js';
import { difference, type Difference, type Value } from './difference.js';
import { settled } from './settled.js';
import type { Verification } from './verify.js';

/** The ledger's own row against the ledger, and the store against itself. */
export async function verifyCheckpoint(run: Verification, first: LedgerRow): Promise<void> {
  run.report(compare(run, declaration(run, first)));
  run.report(
    await settled(run, async () => {
      const [row = first] = await run.store.ledgers(grantScope([run.ledger.id]));
      return [...compare(run, await heads(run, row)), ...(await contradictions(run))];
    }),
  );
}

type Comparison = readonly [column: string, got: Value, expected: Value];

function compare(run: Verification, comparisons: readonly Comparison[]): Difference[] {
  const where = { ledger: run.ledger.id, table: 'ledger', block: null, key: '' };
  return comparisons
    .filter(([, got, expected]) => got !== expected)
    .map(([column, got, expected]) => difference({ ...where, column }, got, expected));
}

const declaration = ({ ledger }: Verification, row: LedgerRow): Comparison[] => [
  ['kind', row.kind, ledger.kind],
  ['name', row.name, ledger.name],
  ['start_block', row.startBlock, ledger.startBlock],
];

/**
 * What the store heard of the head cannot be asked again, so it is held against what the ledger says now:
 * 1. The head heard of is a block of the chain. 2. Nothing is final or safe that the ledger does not call so, or that is not indexed.
 * 3. Where the index stands at the ledger's head, finality is the ledger's. 4. A ledger that takes nothing back is final to the tip.
 */
async function heads(run: Verification, row: LedgerRow): Promise<Comparison[]> {
  const now = await run.ledger.head(run.signal);
  const tip = row.tip?.number ?? -1;
  const floor = run.ledger.reorgBound === 0 ? tip : -1;
  const safe = Math.max(now.safe, now.finalized);
  const found: Comparison[] = [
    ['finalized', row.finalized, bounded(row.finalized, floor, Math.min(tip, now.finalized))],
    ['safe', row.safe, bounded(row.safe, row.finalized, Math.min(tip, safe))],
    ['tip_number', tip, Math.min(tip, now.number)],
  ];
  if (row.tip?.hash === now.hash) found.push(['finalized', row.finalized, now.finalized], ['safe', row.safe, safe]);
  return [...found, ...(await heardOf(run, row, now))];
}

async function heardOf({ ledger, signal }: Verification, row: LedgerRow, now: LedgerHead): Promise<Comparison[]> {
  if (row.head === null) return [['head_number', null, row.tip === null ? null : 'a head']];
  if (row.head.number > now.number) return [['head_number', row.head.number, now.number]];
  if (row.head.hash === now.hash) return [['head_number', row.head.number, now.number]];
  const block = await ledger.block(row.head.number, signal);
  return [['head_hash', row.head.hash, block?.hash ?? null]];
}

const bounded = (value: number, from: number, to: number): number =>
  Math.max(from, Math.min(value, Math.max(from, to)));

async function contradictions({ ledger, store }: Verification): Promise<Difference[]> {
  return (await store.contradictions(ledger.id)).map(({ table, block, key, column, got, expected }) =>
    difference({ ledger: ledger.id, table, block, key, column }, got, expected),
  );
}
