import { common } from '@hyperledger/fabric-protos';
import { Metadata, type ClientDuplexStream } from '@grpc/grpc-js';
import { asPeerProblem, isConnectionLost, PeerProblem } from './peerProblem.js';
import { BYTES_2, Fields, NUMBER_1 } from '../wire/fields.js';
import type { Peer } from './peer.js';

/** Whose blocks are asked for: both services take the same seek and answer in the same shape. */
const PATHS = { peer: '/protos.Deliver/Deliver', orderer: '/orderer.AtomicBroadcast/Deliver' } as const;
export type DeliverFrom = keyof typeof PATHS;
/** Keys of `protos.DeliverResponse` and of `orderer.DeliverResponse`. */
const STATUS = NUMBER_1;
const BLOCK = BYTES_2;

export interface DeliverCall {
  readonly from: DeliverFrom;
  /** A signed seek envelope, serialised. */
  readonly envelope: Uint8Array;
  readonly signal: AbortSignal;
  /**
   * For a seek that ends: how long to wait for the first answer and for each further one. Null for one that does not, which waits as
   * long as the connection lives.
   */
  readonly timeoutMs: number | null;
}

/**
 * The blocks that a peer delivers, each as the peer serialised it; ends where the seek does. Few are read ahead: gRPC holds the rest
 * back. Throws `PeerProblem`; an abort ends it without one.
 */
export async function* deliver(
  peer: Peer,
  { from, envelope, signal, timeoutMs }: DeliverCall,
): AsyncGenerator<Uint8Array> {
  if (signal.aborted) return;
  const stream = open(peer, from);
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    stream.write(envelope);
    // Nothing more is asked on this stream, so a seek that ends lets the peer close it: resetting each one costs connections.
    if (timeoutMs !== null) stream.end();
    const answers: AsyncIterator<Response> = stream[Symbol.asyncIterator]() as AsyncIterator<Response>;
    let status: number | null = null;
    for (;;) {
      const answer = await inTime(answers.next(), timeoutMs, peer);
      if (answer.done === true) return endOf(status);
      if (answer.value.block !== null) yield answer.value.block;
      else status = answer.value.status;
      if (status !== null && timeoutMs === null) return endOf(status);
    }
  } catch (error) {
    if (!signal.aborted) throw asPeerProblem(error);
  } finally {
    signal.removeEventListener('abort', cancel);
    stream.cancel();
  }
}

interface Response {
  readonly status: number;
  readonly block: Uint8Array | null;
}

function open(peer: Peer, from: DeliverFrom): ClientDuplexStream<Uint8Array, Response> {
  const stream = peer.client.makeBidiStreamRequest<Uint8Array, Response>(
    PATHS[from],
    (bytes) => Buffer.from(bytes),
    readResponse,
    new Metadata(),
  );
  // Whoever iterates is told of errors; this is for those that a cancelled stream gives after that.
  stream.on('error', () => undefined);
  return stream;
}

/** Reads the outermost message alone, so that a block stays exactly the bytes that the peer sent. */
function readResponse(bytes: Buffer): Response {
  let response: Response = { status: common.Status.UNKNOWN, block: null };
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === STATUS) response = { status: fields.int32(), block: null };
    else if (fields.key === BLOCK) response = { status: 0, block: fields.value() };
  }
  return response;
}

function endOf(status: number | null): void {
  const { SUCCESS, FORBIDDEN, NOT_FOUND } = common.Status;
  if (status === SUCCESS) return;
  if (status === null) throw new PeerProblem('unavailable', 'The peer ended the stream');
  if (status === FORBIDDEN) throw new PeerProblem('forbidden', 'The peer refuses to deliver (status 403 FORBIDDEN)');
  if (status === NOT_FOUND) throw new PeerProblem('notFound', 'The peer has no such channel or block (status 404)');
  throw new PeerProblem('unavailable', `The peer ended the stream with status ${status}`);
}

/** A connection on which an answer does not come in time is given up: it may be gone without anyone having been told. */
async function inTime<T>(promise: Promise<T>, timeoutMs: number | null, peer: Peer): Promise<T> {
  if (timeoutMs === null) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PeerProblem('unavailable', `No answer in ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    if (error instanceof PeerProblem || isConnectionLost(error)) peer.reconnect();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
