import type { ServerDuplexStream } from '@grpc/grpc-js';
import { common, peer } from '@hyperledger/fabric-protos';
import type { IDeliverServer } from '@hyperledger/fabric-protos/lib/peer/events_grpc_pb.js';
import type { SignedData } from '../../ports.js';
import type { ChannelView } from '../channelView.js';
import { ConcurrencyLimit, toService } from '../grpc.js';
import type { PeerNode } from '../node.js';
import type { OpenCalls } from '../openCalls.js';
import { writeMessage } from '../streams.js';
import { filteredBlock } from './filteredBlock.js';
import { blockAndPrivateData } from './privateData.js';
import { deliver, readRequest } from './session.js';
import type { Status } from './session.js';

type Call = ServerDuplexStream<common.Envelope, peer.DeliverResponse>;

/** Fabric's `peer.limits.concurrency.deliverService`. */
const CONCURRENT_STREAMS = 2500;

/** How one of the three methods gives a block. */
interface Method {
  readonly resource: string;
  readonly respond: (
    response: peer.DeliverResponse,
    block: common.Block,
    view: ChannelView,
    client: SignedData,
  ) => void;
}

const methods: Readonly<Record<'deliver' | 'deliverFiltered' | 'deliverWithPrivateData', Method>> = {
  deliver: { resource: 'event/Block', respond: (response, block) => response.setBlock(block) },
  deliverFiltered: {
    resource: 'event/FilteredBlock',
    respond: (response, block) => response.setFilteredBlock(filteredBlock(block)),
  },
  deliverWithPrivateData: {
    resource: 'event/Block',
    respond: (response, block, view, client) =>
      response.setBlockAndPrivateData(blockAndPrivateData(view, block, client)),
  },
};

/** `protos.Deliver` of one peer. */
export function deliverService(node: PeerNode, open: OpenCalls): IDeliverServer {
  const limit = new ConcurrencyLimit('protos.Deliver', CONCURRENT_STREAMS);
  const handler =
    (method: Method) =>
    (call: Call): void =>
      void converse(call, node, method, limit, open);
  return {
    deliver: handler(methods.deliver),
    deliverFiltered: handler(methods.deliverFiltered),
    deliverWithPrivateData: handler(methods.deliverWithPrivateData),
  };
}

/** One request after another, until one of them ends with something else than success or the client has no more. */
async function converse(
  call: Call,
  node: PeerNode,
  method: Method,
  limit: ConcurrencyLimit,
  open: OpenCalls,
): Promise<void> {
  const abort = open.enter();
  const { signal } = abort;
  call.on('cancelled', () => abort.abort());
  try {
    const leave = limit.enter();
    try {
      // Not `for await`: leaving that would destroy the call before its last answer is sent.
      const requests = (call as AsyncIterable<common.Envelope>)[Symbol.asyncIterator]();
      for (let next = await requests.next(); next.done !== true; next = await requests.next()) {
        const status = await answer(call, next.value, node, method, signal);
        if (signal.aborted) break;
        await writeMessage(call, statusResponse(status), signal);
        if (status !== common.Status.SUCCESS) break;
      }
    } finally {
      leave();
    }
    call.end();
  } catch (error) {
    if (!signal.aborted) call.emit('error', toService(error));
  } finally {
    open.leave(abort);
  }
}

async function answer(
  call: Call,
  envelope: common.Envelope,
  node: PeerNode,
  { resource, respond }: Method,
  signal: AbortSignal,
): Promise<Status> {
  const request = readRequest(envelope, (channel) => node.view(channel));
  if (typeof request === 'number') return request;
  const blocks = deliver(request, resource, signal);
  for (let next = await blocks.next(); ; next = await blocks.next()) {
    if (next.done === true) return next.value;
    if (signal.aborted) return common.Status.SUCCESS;
    const response = new peer.DeliverResponse();
    respond(response, next.value, request.view, request.client);
    await writeMessage(call, response, signal);
  }
}

function statusResponse(status: Status): peer.DeliverResponse {
  const response = new peer.DeliverResponse();
  response.setStatus(status);
  return response;
}
