import type { Db, Session } from '../session.js';
import type { LedgerTable } from '../tables.js';

export type OutboxKind = 'APPENDED' | 'RETRACTED' | 'FINALIZED';
export interface OutboxBlock {
  readonly seq: number;
  readonly number: number;
  readonly hash: string;
}

/**
 * Writes one entry a block, at positions that go on without a gap from the checkpoint's, which is returned moved on.
 * Folding a ledger's entries in order gives its canonical chain: test/contract and `verify` hold that.
 */
export async function publish(
  trx: Db,
  session: Session,
  state: LedgerTable,
  kind: OutboxKind,
  blocks: readonly OutboxBlock[],
): Promise<LedgerTable> {
  const rows = blocks.map(({ seq, number, hash }, at) => ({
    ...{ ledger: state.no, position: state.outbox_position + at + 1, kind, seq, number, hash },
    final: isFinal(kind, number, state.finalized) ? 1 : 0,
  }));
  await session.inserts.write(trx, 'outbox', rows);
  return { ...state, outbox_position: state.outbox_position + blocks.length };
}

/** What is taken back was not final; what is appended under the finalized number was from the beginning. */
const isFinal = (kind: OutboxKind, number: number, finalized: number): boolean =>
  kind === 'FINALIZED' || (kind === 'APPENDED' && number <= finalized);
