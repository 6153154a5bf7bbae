import { ParleyError } from '../errors/index.js';
import type { StreamPosition } from '../feed/feed.js';
import { MAX_CURSOR_BYTES } from '../lib/cursorSeal.js';
import type { RequestContext } from './context.js';
import { streamPurpose, type StreamBinding } from './streamBinding.js';
import { packStream, unpackStream, type PackedStream } from './streamPacking.js';

/** So many fit into a cursor at their largest (80 bytes each), with 3 KiB of what else a stream remembers. */
export const MAX_STREAM_LEDGERS = 64;
const NOTHING = Buffer.alloc(0);

/** The cursor that a stream of that binding resumes with after a position. Errors: `LIMIT_EXCEEDED`. */
export const sealStream = (
  context: Pick<RequestContext, 'cursors'>,
  binding: StreamBinding,
  position: StreamPosition,
): string => streamSeal(context, binding)(position);

/** Seals the cursors of one stream. */
export type StreamSeal = (position: StreamPosition, rest?: Buffer) => string;

export function streamSeal({ cursors }: Pick<RequestContext, 'cursors'>, binding: StreamBinding): StreamSeal {
  const purpose = streamPurpose(binding);
  return (position, rest = NOTHING) => {
    const bytes = packStream({ position, rest }, MAX_CURSOR_BYTES);
    if (bytes === undefined) throw tooManyLedgers(position.size);
    return cursors.sealBytes(purpose, bytes);
  };
}

/** What a cursor says. Errors: `CURSOR_INVALID` where it was not made for this stream, or names a ledger that the caller may not see. */
export function openStreamCursor(context: RequestContext, binding: StreamBinding, cursor: string): PackedStream {
  const bytes = context.cursors.openBytes(streamPurpose(binding), cursor);
  const packed = bytes === undefined ? undefined : unpackStream(bytes);
  if (packed === undefined) {
    throw new ParleyError('CURSOR_INVALID', `\`after\` is no cursor of \`${binding.field}\` with this filter`, {
      fix: 'Subscribe without `after`, or with the filter that the cursor was made with.',
    });
  }
  if ([...packed.position.keys()].every((ledger) => context.scope.ledgers.includes(ledger))) return packed;
  throw new ParleyError('CURSOR_INVALID', '`after` names a ledger that the caller may not see', {
    fix: 'Subscribe without `after`.',
  });
}

/** Errors: `LIMIT_EXCEEDED`. */
export function requireFewLedgers(context: RequestContext, ledgers: readonly string[] | null | undefined): void {
  const spanned = context.scope.ledgers.filter((ledger) => ledgers?.includes(ledger) ?? true).length;
  if (spanned > MAX_STREAM_LEDGERS) throw tooManyLedgers(spanned);
}

const tooManyLedgers = (got: number): ParleyError =>
  new ParleyError('LIMIT_EXCEEDED', 'The stream spans too many ledgers', {
    got,
    expected: `at most ${MAX_STREAM_LEDGERS}`,
    fix: 'Name fewer in `ledgers`, and subscribe several times.',
  });
