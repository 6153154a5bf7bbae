import { status } from '@grpc/grpc-js';
import { gateway, orderer } from '@hyperledger/fabric-protos';
import type { common, peer } from '@hyperledger/fabric-protos';
import type { ChannelView } from '../channelView.js';
import { RpcError } from '../grpc.js';
import { blockData, blockNumber, transactionsFilter } from '../messages/block.js';
import { envelopeOf, eventOf, isEndorserTransaction, unpackAction } from '../messages/transaction.js';
import type { PeerNode } from '../node.js';
import { authorizedView } from './commitStatus.js';

/** The events of one chaincode, block by block, for as long as the client listens. */
export async function* chaincodeEvents(
  node: PeerNode,
  signed: gateway.SignedChaincodeEventsRequest,
  abort: AbortSignal,
): AsyncGenerator<gateway.ChaincodeEventsResponse> {
  const bytes = signed.getRequest_asU8();
  if (bytes.length === 0) throw new RpcError(status.INVALID_ARGUMENT, 'a chaincode events request is required');
  const request = gateway.ChaincodeEventsRequest.deserializeBinary(bytes);
  const view = authorizedView(node, 'gateway/ChaincodeEvents', request.getChannelId(), {
    data: bytes,
    identity: request.getIdentity_asU8(),
    signature: signed.getSignature_asU8(),
  });
  let next = startOf(view, request);
  const matches = matcher(request);
  while (!abort.aborted) {
    if (next >= view.height) {
      if (!(await view.committed.next(abort))) return;
      continue;
    }
    const block = view.block(next);
    next++;
    const events = eventsOf(block).filter(matches);
    if (events.length > 0) yield responseOf(block, events);
  }
}

function startOf(view: ChannelView, request: gateway.ChaincodeEventsRequest): number {
  const after = view.transaction(request.getAfterTransactionId());
  if (after !== null) return after.block;
  const position = request.getStartPosition() ?? new orderer.SeekPosition();
  const specified = position.getSpecified();
  if (specified !== undefined) return specified.getNumber();
  if (position.hasOldest() || position.hasNewest()) {
    const type = position.hasOldest() ? 'Oldest' : 'Newest';
    throw new RpcError(status.INVALID_ARGUMENT, `invalid start position type: *orderer.SeekPosition_${type}`);
  }
  return view.height;
}

/** As Fabric's: where a transaction is named, nothing matches until its own event, of whichever chaincode, has gone by. */
function matcher(request: gateway.ChaincodeEventsRequest): (event: peer.ChaincodeEvent) => boolean {
  const after = request.getAfterTransactionId();
  let passed = after === '';
  return (event) => {
    if (passed) return event.getChaincodeId() === request.getChaincodeId();
    passed = event.getTxId() === after;
    return false;
  };
}

/** Events of valid transactions, in the order of the block. */
function eventsOf(block: common.Block): peer.ChaincodeEvent[] {
  const filter = transactionsFilter(block);
  return blockData(block).flatMap((data, index) => (filter[index] === 0 ? (eventIn(data) ?? []) : []));
}

function eventIn(data: Uint8Array): peer.ChaincodeEvent | null {
  const { channelHeader, payload } = envelopeOf(data);
  return isEndorserTransaction(channelHeader) ? eventOf(unpackAction(payload.getData_asU8()).action) : null;
}

function responseOf(block: common.Block, events: peer.ChaincodeEvent[]): gateway.ChaincodeEventsResponse {
  const response = new gateway.ChaincodeEventsResponse();
  response.setBlockNumber(blockNumber(block));
  response.setEventsList(events);
  return response;
}
