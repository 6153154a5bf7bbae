import { common, orderer } from '@hyperledger/fabric-protos';
import type { SignedData } from '../../ports.js';
import { checkChannelAcl } from '../acl.js';
import type { ChannelView } from '../channelView.js';
import { TIME_WINDOW_MS } from '../endorse/proposalRules.js';
import { configOf } from '../messages/block.js';
import { signedDataOf, unpackEnvelope } from '../messages/transaction.js';
import type { UnpackedEnvelope } from '../messages/transaction.js';

const { BAD_REQUEST, FORBIDDEN, NOT_FOUND, SUCCESS } = common.Status;
export type Status = common.StatusMap[keyof common.StatusMap];

export interface Request {
  readonly view: ChannelView;
  readonly seek: orderer.SeekInfo;
  readonly client: SignedData;
}

/** What a client asked for; a status where it cannot be had. */
export function readRequest(
  envelope: common.Envelope,
  viewOf: (channel: string) => ChannelView | null,
): Request | Status {
  const unpacked = readable(envelope);
  if (unpacked === null || !isInTime(unpacked)) return BAD_REQUEST;
  const view = viewOf(unpacked.channelHeader.getChannelId());
  if (view === null) return NOT_FOUND;
  try {
    const seek = orderer.SeekInfo.deserializeBinary(unpacked.payload.getData_asU8());
    return { view, seek, client: signedDataOf(unpacked) };
  } catch {
    // The client is told by the status that its payload is no seek information.
    return BAD_REQUEST;
  }
}

/** One answer to one request: blocks, then how it ended. */
export async function* deliver(
  { view, seek, client }: Request,
  resource: string,
  abort: AbortSignal,
): AsyncGenerator<common.Block, Status> {
  const access = new Access(view, resource, client);
  if (!access.allows()) return FORBIDDEN;
  const range = rangeOf(view, seek);
  if (typeof range === 'number') return range;
  for (let number = range.start; number <= range.stop; number++) {
    const status = await whenThere(view, number, seek, abort);
    if (status !== null) return status;
    // The configuration may have changed since: whoever was removed gets the status in place of the block.
    if (!access.allows()) return FORBIDDEN;
    yield contentOf(view.block(number), seek);
  }
  return SUCCESS;
}

/** Waits for a block; a status where it is not waited for. */
async function whenThere(
  view: ChannelView,
  number: number,
  seek: orderer.SeekInfo,
  abort: AbortSignal,
): Promise<Status | null> {
  while (number >= view.height) {
    if (seek.getBehavior() === orderer.SeekInfo.SeekBehavior.FAIL_IF_NOT_READY) return NOT_FOUND;
    if (!(await view.committed.next(abort))) return SUCCESS;
  }
  return null;
}

function rangeOf(view: ChannelView, seek: orderer.SeekInfo): { start: number; stop: number } | Status {
  const start = startOf(view, seek.getStart());
  const stop = start === null ? null : stopOf(view, seek, start);
  if (start === null || stop === null) return BAD_REQUEST;
  if (start > view.height) return NOT_FOUND;
  return stop < start ? BAD_REQUEST : { start, stop };
}

/** The channel's policy of a resource for one client, asked again with each new configuration. */
class Access {
  #sequence = -1;
  #allowed = false;

  constructor(
    private readonly view: ChannelView,
    private readonly resource: string,
    private readonly client: SignedData,
  ) {}

  allows(): boolean {
    const { bundle } = this.view;
    const identity = bundle.find(this.client.identity);
    if (identity === null || new Date() > new Date(identity.certificate.validTo)) return false;
    if (this.#sequence === bundle.sequence) return this.#allowed;
    this.#sequence = bundle.sequence;
    try {
      checkChannelAcl(this.view, this.resource, this.client);
      this.#allowed = true;
    } catch {
      // The protocol has no place for the reason.
      this.#allowed = false;
    }
    return this.#allowed;
  }
}

function startOf(view: ChannelView, position: orderer.SeekPosition | undefined): number | null {
  if (position === undefined) return null;
  if (position.hasOldest()) return 0;
  if (position.hasNewest()) return view.height - 1;
  if (position.hasNextCommit()) return view.height;
  return position.getSpecified()?.getNumber() ?? null;
}

function stopOf(view: ChannelView, seek: orderer.SeekInfo, start: number): number | null {
  const position = seek.getStop();
  if (position === undefined) return null;
  if (position.hasOldest()) return start;
  if (position.hasNewest()) return seek.getStart()?.hasNewest() === true ? start : view.height - 1;
  // As in Fabric: it is open upwards.
  if (position.hasNextCommit()) return Number.MAX_SAFE_INTEGER;
  return position.getSpecified()?.getNumber() ?? null;
}

/** For `HEADER_WITH_SIG`, header and metadata alone; config blocks always come whole. */
function contentOf(block: common.Block, seek: orderer.SeekInfo): common.Block {
  if (seek.getContentType() !== orderer.SeekInfo.SeekContentType.HEADER_WITH_SIG || configOf(block) !== null) {
    return block;
  }
  const bare = new common.Block();
  bare.setHeader(block.getHeader());
  bare.setMetadata(block.getMetadata());
  return bare;
}

function isInTime({ channelHeader }: UnpackedEnvelope): boolean {
  const time = channelHeader.getTimestamp()?.toDate();
  return time !== undefined && Math.abs(Date.now() - time.getTime()) <= TIME_WINDOW_MS;
}

function readable(envelope: common.Envelope): UnpackedEnvelope | null {
  try {
    return unpackEnvelope(envelope);
  } catch {
    // The client is told by the status.
    return null;
  }
}
