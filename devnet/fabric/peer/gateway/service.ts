import type { ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import type { gateway } from '@hyperledger/fabric-protos';
import type { OrderingService } from '../../ports.js';
import { ConcurrencyLimit, RpcError, toService } from '../grpc.js';
import { chaincodeEvents } from './chaincodeEvents.js';
import { commitStatus } from './commitStatus.js';
import { endorse } from './endorse.js';
import { evaluate } from './evaluate.js';
import type { Registry } from './registry.js';
import { submit } from './submit.js';
import { status } from '@grpc/grpc-js';
import type { IGatewayServer } from '@hyperledger/fabric-protos/lib/gateway/gateway_grpc_pb.js';
import { writeAll } from '../streams.js';
import type { OpenCalls } from '../openCalls.js';

/** Fabric's `peer.limits.concurrency.gatewayService`. */
const CONCURRENT_CALLS = 500;

export interface GatewayOptions {
  readonly registry: Registry;
  readonly ordering: OrderingService;
  /** How long endorsing or evaluating may take (`peer.gateway.endorsementTimeout`). */
  readonly endorsementTimeoutMs: number;
  readonly open: OpenCalls;
}

/** `gateway.Gateway` of one peer. */
export function gatewayService(options: GatewayOptions): IGatewayServer {
  const { registry, ordering, endorsementTimeoutMs: limitMs } = options;
  const limit = new ConcurrencyLimit('gateway.Gateway', CONCURRENT_CALLS);
  return {
    evaluate: unary(limit, options.open, (request: gateway.EvaluateRequest) =>
      within(limitMs, 'evaluate timeout expired', evaluate(registry, request)),
    ),
    endorse: unary(limit, options.open, (request: gateway.EndorseRequest) =>
      within(limitMs, 'endorsement timeout expired while collecting endorsements', endorse(registry, request)),
    ),
    submit: unary(limit, options.open, (request: gateway.SubmitRequest) => submit(registry, ordering, request)),
    commitStatus: unary(limit, options.open, (request: gateway.SignedCommitStatusRequest, abort) =>
      commitStatus(registry.local, request, abort),
    ),
    chaincodeEvents: (
      call: ServerWritableStream<gateway.SignedChaincodeEventsRequest, gateway.ChaincodeEventsResponse>,
    ) => void streamEvents(call, limit, options),
  };
}

type Unary<Q, R> = (request: Q, abort: AbortSignal) => Promise<R>;

/** A handler of grpc-js for a call that answers once; the signal aborts when the client hangs up. */
export function unary<Q, R>(limit: ConcurrencyLimit, open: OpenCalls, run: Unary<Q, R>) {
  return (call: ServerUnaryCall<Q, R>, callback: sendUnaryData<R>): void => {
    const abort = open.enter();
    call.on('cancelled', () => open.abort(abort));
    const answer = async (): Promise<R> => {
      const leave = limit.enter();
      try {
        return await run(call.request, abort.signal);
      } finally {
        leave();
      }
    };
    answer()
      .finally(() => open.leave(abort))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toService(error)),
      );
  };
}

async function streamEvents(
  call: ServerWritableStream<gateway.SignedChaincodeEventsRequest, gateway.ChaincodeEventsResponse>,
  limit: ConcurrencyLimit,
  { registry, open }: GatewayOptions,
): Promise<void> {
  const abort = open.enter();
  call.on('cancelled', () => abort.abort());
  try {
    const leave = limit.enter();
    try {
      await writeAll(call, chaincodeEvents(registry.local, call.request, abort.signal), abort.signal);
    } finally {
      leave();
    }
    call.end();
  } catch (error) {
    call.emit('error', toService(error));
  } finally {
    open.leave(abort);
  }
}

async function within<T>(timeoutMs: number, expired: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RpcError(status.DEADLINE_EXCEEDED, expired)), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
