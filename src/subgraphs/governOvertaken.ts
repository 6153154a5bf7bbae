import { createHash } from 'node:crypto';
import { pause } from '../lib/pause.js';
import type { RequestContext } from './context.js';
import type { GovernanceAsked } from './governAsked.js';
import type { Sent } from './governed.js';

/** A block marked it so because another transaction, which came first, changed what it had read: nothing came of it, for sure. */
const OVERTAKEN: readonly string[] = ['MVCC_READ_CONFLICT', 'PHANTOM_READ_CONFLICT'];
const TIMES = 8;
const PAUSE_MS = 400;

/**
 * Does a write of governance again where others who decide on the same ledger at the same moment overtook it. Each time is planned anew,
 * so what the others' writes made impossible is refused, and has a key of its own that follows from the first, so that asking again finds
 * the one that came through.
 */
export async function untilNotOvertaken<T extends object>(
  context: RequestContext,
  asking: GovernanceAsked,
  send: (asking: GovernanceAsked) => Promise<T | Sent>,
): Promise<T | Sent> {
  for (let time = 1; ; time += 1) {
    const sent = await send(time === 1 ? asking : { ...asking, idempotencyKey: keyOf(asking.idempotencyKey, time) });
    if (time === TIMES || !isOvertaken(sent) || context.signal.aborted) return sent;
    await pause(Math.random() * PAUSE_MS, context.signal);
  }
}

function isOvertaken(sent: object): boolean {
  if (!('transaction' in sent)) return false;
  const row = (sent as Sent).transaction?.row;
  const code = row?.detail.kind === 'fabric' ? row.detail.validationCode : null;
  return code !== null && OVERTAKEN.includes(code);
}

const keyOf = (key: string | null, time: number): string | null =>
  key === null ? null : `overtaken ${time - 1}: ${createHash('sha256').update(key).digest('hex')}`;
