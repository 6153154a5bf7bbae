import { ParleyError } from '../../../errors/index.js';
import { pause } from '../../../lib/pause.js';
import type { RawBlock } from '../../../model/block.js';
import type { FollowParts } from './following.js';
import { PeerProblem } from './peerProblem.js';
import { readAhead } from './readAhead.js';

/** How often in a row a range may break off without one more block before reading gives up. */
const MAX_ATTEMPTS = 5;

/**
 * The blocks of a range that exists, from one peer after another where one breaks off. Throws the aborting reason, or what it means
 * that no peer serves the rest.
 */
export async function* readRange(
  parts: FollowParts,
  from: number,
  to: number,
  signal: AbortSignal,
): AsyncGenerator<RawBlock> {
  let next = from;
  let last: string | null = null;
  let problem: unknown = null;
  for (let attempts = 0; next <= to; attempts++) {
    signal.throwIfAborted();
    if (attempts >= MAX_ATTEMPTS) throw brokenOff(parts, next, to, problem);
    if (attempts > 0) await pause(parts.timings.minBackoffMs * 2 ** attempts, signal);
    for await (const block of attempt(parts, { from: next, to, after: last }, signal, (why) => (problem = why))) {
      [next, last] = [block.number + 1, block.hash];
      attempts = -1;
      yield block;
    }
  }
}

/** What the first peer that serves gives of the range; less than all of it where it breaks off. */
async function* attempt(
  { reader, peers, id, prepare }: FollowParts,
  { from, to, after }: { readonly from: number; readonly to: number; readonly after: string | null },
  signal: AbortSignal,
  brokeOff: (why: unknown) => void,
): AsyncGenerator<RawBlock> {
  const peer = await peers.ask(signal, async (candidate) => {
    await reader.check(candidate, id, signal);
    if ((await reader.block(candidate, from, signal)) === null) throw missing(from);
    return candidate;
  });
  try {
    yield* readAhead((inner) => reader.range(peer, from, to, inner, after), prepare, signal);
  } catch (error) {
    signal.throwIfAborted();
    peers.avoid(peer);
    brokeOff(error);
  }
}

const missing = (number: number): PeerProblem => new PeerProblem('lacking', `The peer does not have block ${number}`);

function brokenOff({ name }: FollowParts, next: number, to: number, cause: unknown): ParleyError {
  return new ParleyError('LEDGER_UNAVAILABLE', `Reading ${name} broke off before block ${next}`, {
    source: name,
    got: cause instanceof Error ? cause.message : undefined,
    expected: `blocks up to ${to}`,
    cause,
  });
}
