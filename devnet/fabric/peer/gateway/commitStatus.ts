import { status } from '@grpc/grpc-js';
import { gateway } from '@hyperledger/fabric-protos';
import type { peer } from '@hyperledger/fabric-protos';
import { checkChannelAcl } from '../acl.js';
import { RpcError } from '../grpc.js';
import { reasonOf } from '../messages/response.js';
import type { ChannelView } from '../channelView.js';
import type { PeerNode } from '../node.js';

type ValidationCode = peer.TxValidationCodeMap[keyof peer.TxValidationCodeMap];

/** The validation code of a transaction, as soon as its block is there. */
export async function commitStatus(
  node: PeerNode,
  signed: gateway.SignedCommitStatusRequest,
  abort: AbortSignal,
): Promise<gateway.CommitStatusResponse> {
  const bytes = signed.getRequest_asU8();
  if (bytes.length === 0) throw new RpcError(status.INVALID_ARGUMENT, 'a commit status request is required');
  const request = decoded(bytes);
  const view = authorizedView(node, 'gateway/CommitStatus', request.getChannelId(), {
    data: bytes,
    identity: request.getIdentity_asU8(),
    signature: signed.getSignature_asU8(),
  });
  const id = request.getTransactionId();
  let position = view.transaction(id);
  while (position === null) {
    if (!(await view.committed.next(abort))) throw new RpcError(status.CANCELLED, 'context canceled');
    position = view.transaction(id);
  }
  const response = new gateway.CommitStatusResponse();
  // The filter holds nothing but codes of this enumeration.
  response.setResult(position.code as ValidationCode);
  response.setBlockNumber(position.block);
  return response;
}

/** The peer's view of the channel; throws where the signer may not use the resource on it. */
export function authorizedView(
  node: PeerNode,
  resource: string,
  channel: string,
  signed: Parameters<typeof checkChannelAcl>[2],
): ChannelView {
  const view = node.view(channel);
  if (view === null) {
    throw new RpcError(status.PERMISSION_DENIED, `Failed to get policy manager for channel [${channel}]`);
  }
  try {
    checkChannelAcl(view, resource, signed);
  } catch (error) {
    throw new RpcError(status.PERMISSION_DENIED, reasonOf(error));
  }
  return view;
}

function decoded(bytes: Uint8Array): gateway.CommitStatusRequest {
  const request = gateway.CommitStatusRequest.deserializeBinary(bytes);
  if (request.getIdentity_asU8().length === 0) throw new RpcError(status.INVALID_ARGUMENT, 'no identity provided');
  if (request.getChannelId() === '') throw new RpcError(status.INVALID_ARGUMENT, 'no channel ID provided');
  if (request.getTransactionId() === '') {
    throw new RpcError(status.INVALID_ARGUMENT, 'transaction ID should not be empty');
  }
  return request;
}
