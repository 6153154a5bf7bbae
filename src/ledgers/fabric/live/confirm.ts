import { ParleyError } from '../../../errors/index.js';
import type { BlockRef } from '../../../model/block.js';
import type { FollowParts } from './following.js';
import type { Peer } from './peer.js';

/** A peer that others contradict is asked after them for this long. */
const DISTRUSTED_MS = 600_000;
const PATIENCE_MS = 5_000;

/**
 * Asks every peer for the block of that number. Throws `LEDGER_CONTRADICTION` where one shows another block than the given one; who
 * shows the given one is then asked last. A peer that does not answer in time contradicts nobody.
 */
export async function confirm(parts: FollowParts, doubted: BlockRef, signal: AbortSignal): Promise<void> {
  const { peers } = parts.peers;
  if (peers.length < 2) return;
  const soon = AbortSignal.any([signal, AbortSignal.timeout(Math.min(PATIENCE_MS, 2 * parts.timings.answerTimeoutMs))]);
  const shown = await Promise.all(
    peers.map(async (peer) => ({ peer, hash: await hashOf(parts, peer, doubted.number, soon) })),
  );
  signal.throwIfAborted();
  if (!shown.some(({ hash }) => hash !== null && hash !== doubted.hash)) return;
  for (const { peer, hash } of shown) if (hash === doubted.hash) peer.avoid(DISTRUSTED_MS);
  throw new ParleyError('LEDGER_CONTRADICTION', `Peers of ${parts.name} show different blocks ${doubted.number}`, {
    source: parts.name,
    got: shown.map(({ peer, hash }) => `${peer.name}: ${hash ?? 'no answer'}`).join('; '),
    expected: 'one block, signed by the orderers, that follows the block indexed before it',
    fix: 'Parley reads on from the peers that show another one. Check the peers where it stays.',
  });
}

/** Null where the peer says nothing. */
async function hashOf(
  { reader, id }: FollowParts,
  peer: Peer,
  number: number,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    await reader.check(peer, id, signal);
    return (await reader.block(peer, number, signal))?.hash ?? null;
  } catch {
    return null; // Its trouble is told by those who read from it.
  }
}
