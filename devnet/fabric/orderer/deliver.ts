import { common, orderer } from '@hyperledger/fabric-protos';
import type { Bundle } from '../config/bundle.js';
import { openEnvelope, type OpenEnvelope } from '../config/signedData.js';
import { isExpired } from '../msp/msp.js';
import type { Ordering } from './orderingService.js';

const { SUCCESS, BAD_REQUEST, FORBIDDEN, NOT_FOUND, SERVICE_UNAVAILABLE } = common.Status;
const READERS = '/Channel/Readers';

type Status = common.StatusMap[keyof common.StatusMap];

/**
 * Answers one seek request: sends its blocks, each after the reader's right was looked at anew where the configuration
 * changed, and says how it ended.
 * @param send resolves once the reader can take more
 */
export async function deliver(
  ordering: Ordering,
  envelope: common.Envelope,
  send: (block: common.Block) => Promise<void>,
  signal: AbortSignal,
): Promise<Status> {
  const open = opened(envelope);
  if (open === null) return BAD_REQUEST;
  const channel = open.channelHeader.getChannelId();
  if (!ordering.channels.includes(channel)) return NOT_FOUND;
  if (!mayRead(ordering.bundle(channel), open)) return FORBIDDEN;
  const range = seekRange(open.data, ordering.height(channel));
  if (range === null) return BAD_REQUEST;
  return deliverRange(ordering, channel, open, range, send, signal);
}

async function deliverRange(
  ordering: Ordering,
  channel: string,
  open: OpenEnvelope,
  range: SeekRange,
  send: (block: common.Block) => Promise<void>,
  signal: AbortSignal,
): Promise<Status> {
  let sequence = ordering.bundle(channel).sequence;
  for (let number = range.start; number <= range.stop; number++) {
    if (range.failIfNotReady && number >= ordering.height(channel)) return NOT_FOUND;
    await ordering.waitFor(channel, number, signal);
    if (signal.aborted || number >= ordering.height(channel)) return SERVICE_UNAVAILABLE;
    const bundle = ordering.bundle(channel);
    if (bundle.sequence !== sequence && !mayRead(bundle, open)) return FORBIDDEN;
    sequence = bundle.sequence;
    await send(ordering.block(channel, number));
  }
  return SUCCESS;
}

function opened(envelope: common.Envelope): OpenEnvelope | null {
  try {
    return openEnvelope(envelope);
  } catch {
    // Told to the reader as its status: bad request.
    return null;
  }
}

function mayRead(bundle: Bundle, open: OpenEnvelope): boolean {
  const creator = bundle.find(open.signed.identity);
  if (creator === null || isExpired(creator, new Date())) return false;
  return bundle.policies.find(READERS)?.refuse(bundle.signers([open.signed])) === null;
}

interface SeekRange {
  readonly start: number;
  /** Infinity where the stream does not end. */
  readonly stop: number;
  readonly failIfNotReady: boolean;
}

function seekRange(data: Uint8Array, height: number): SeekRange | null {
  const seek = orderer.SeekInfo.deserializeBinary(data);
  const [from, to] = [seek.getStart(), seek.getStop()];
  if (from === undefined || to === undefined) return null;
  const start = position(from, height, height);
  const newestOnly = from.hasNewest() && to.hasNewest();
  const stop = newestOnly ? start : to.hasOldest() ? start : position(to, height, height - 1);
  if (stop < start) return null;
  const failIfNotReady = seek.getBehavior() === orderer.SeekInfo.SeekBehavior.FAIL_IF_NOT_READY;
  return { start, stop, failIfNotReady };
}

function position(seek: orderer.SeekPosition, height: number, nextCommit: number): number {
  if (seek.hasOldest()) return 0;
  if (seek.hasNewest()) return height - 1;
  if (seek.hasNextCommit()) return nextCommit;
  return seek.getSpecified()?.getNumber() ?? 0;
}
