import { Server, ServerCredentials, type ServerDuplexStream, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { common, orderer } from '@hyperledger/fabric-protos';
import type { KeyPair } from '../ports.js';
import { deliver } from './deliver.js';
import type { Ordering } from './orderingService.js';

const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

type BroadcastCall = ServerDuplexStream<common.Envelope, orderer.BroadcastResponse>;
type DeliverCall = ServerDuplexStream<common.Envelope, orderer.DeliverResponse>;

/** An orderer's gRPC endpoint on loopback. */
export interface OrdererServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `orderer.AtomicBroadcast` over TLS. @throws {Error} where the port is taken */
export async function serveAtomicBroadcast(ordering: Ordering, port: number, tls: KeyPair): Promise<OrdererServer> {
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  const service: UntypedServiceImplementation = {
    broadcast: (call: BroadcastCall) => serveBroadcast(ordering, call),
    deliver: (call: DeliverCall) => serveDeliver(ordering, call),
  };
  server.addService(orderer.AtomicBroadcastService, service);
  const credentials = ServerCredentials.createSsl(null, [
    { cert_chain: Buffer.from(tls.certificatePem), private_key: Buffer.from(tls.privateKeyPem) },
  ]);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, actual) => (error ? reject(error) : resolve(actual)));
  });
  return { port: bound, close: () => closeServer(server) };
}

/** Streams that are still open would keep a graceful shutdown waiting for ever. */
function closeServer(server: Server): Promise<void> {
  server.forceShutdown();
  return Promise.resolve();
}

/** One answer a message, in order; the first refusal ends the stream. */
function serveBroadcast(ordering: Ordering, call: BroadcastCall): void {
  const answer = async (envelope: common.Envelope): Promise<boolean> => {
    const { status, info } = await ordering.broadcast(envelope);
    const response = new orderer.BroadcastResponse();
    response.setStatus(statusOf(status));
    response.setInfo(info);
    call.write(response);
    return status === common.Status.SUCCESS;
  };
  inTurn(call, answer);
}

/** One request after the other, each with its blocks and, at the end, a status; the first that fails ends the stream. */
function serveDeliver(ordering: Ordering, call: DeliverCall): void {
  const cancelled = new AbortController();
  call.on('cancelled', () => cancelled.abort());
  inTurn(call, async (envelope) => {
    const status = await deliver(
      ordering,
      envelope,
      (block) => sendBlock(call, block, cancelled.signal),
      cancelled.signal,
    );
    if (cancelled.signal.aborted) return false;
    const response = new orderer.DeliverResponse();
    response.setStatus(status);
    call.write(response);
    return status === common.Status.SUCCESS;
  });
}

async function sendBlock(call: DeliverCall, block: common.Block, signal: AbortSignal): Promise<void> {
  const response = new orderer.DeliverResponse();
  response.setBlock(block);
  if (call.write(response) || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      call.off('drain', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    call.once('drain', go);
    signal.addEventListener('abort', go);
  });
}

/** Handles a stream's messages one at a time; ends it after the last, or after the first that `handle` says ends it. */
function inTurn<Request, Response>(
  call: ServerDuplexStream<Request, Response>,
  handle: (message: Request) => Promise<boolean>,
): void {
  let running: Promise<void> = Promise.resolve();
  const step = async (message: Request): Promise<void> => {
    if (await handle(message)) call.resume();
    else call.end();
  };
  call.on('data', (message: Request) => {
    // Not iterated over: leaving a loop over the stream would destroy it before its status is sent.
    call.pause();
    running = step(message).catch((error: unknown) => {
      call.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  call.on('end', () => void running.then(() => call.end()));
}

const STATUSES: ReadonlyMap<number, common.StatusMap[keyof common.StatusMap]> = new Map(
  Object.values(common.Status).map((status) => [status, status]),
);

function statusOf(status: number): common.StatusMap[keyof common.StatusMap] {
  return STATUSES.get(status) ?? common.Status.INTERNAL_SERVER_ERROR;
}
