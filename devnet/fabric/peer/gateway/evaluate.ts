import { status } from '@grpc/grpc-js';
import { gateway, peer } from '@hyperledger/fabric-protos';
import { RpcError } from '../grpc.js';
import type { NodeError } from '../grpc.js';
import { unpackProposal } from '../messages/proposal.js';
import type { UnpackedProposal } from '../messages/proposal.js';
import { reasonOf } from '../messages/response.js';
import type { PeerNode } from '../node.js';
import { attempt, nodeError } from './endorsement.js';
import type { Registry } from './registry.js';

/** Runs a proposal on one peer, for its result alone. */
export async function evaluate(
  registry: Registry,
  request: gateway.EvaluateRequest,
): Promise<gateway.EvaluateResponse> {
  const signed = request.getProposedTransaction() ?? new peer.SignedProposal();
  const proposal = unpacked(signed);
  const channel = proposal.channelHeader.getChannelId();
  if (!registry.knows(channel)) {
    throw new RpcError(
      status.UNAVAILABLE,
      `failed to get config for channel [${channel}]: could not get last config for channel ${channel}`,
    );
  }
  const errors: NodeError[] = [];
  let code = status.UNAVAILABLE;
  for (const node of candidates(registry, proposal, request.getTargetOrganizationsList())) {
    const result = await attempt(node, signed, registry.local);
    if (result.type === 'endorsed') return answer(result.response);
    errors.push(nodeError(node, result.message));
    code = result.code;
    if (!result.retry) {
      throw new RpcError(code, `evaluate call to endorser returned error: ${result.message}`, errors);
    }
  }
  throw new RpcError(code, 'failed to evaluate transaction, see attached details for more info', errors);
}

function unpacked(signed: peer.SignedProposal): UnpackedProposal {
  try {
    const proposal = unpackProposal(signed);
    if (proposal.channelHeader.getChannelId() === '') throw new Error('no channel id provided');
    return proposal;
  } catch (error) {
    throw new RpcError(status.INVALID_ARGUMENT, `failed to unpack transaction proposal: ${reasonOf(error)}`);
  }
}

/** Peers that may see the proposal: the local organisation's alone where it brings transient data. */
function candidates(registry: Registry, proposal: UnpackedProposal, targets: readonly string[]): PeerNode[] {
  const channel = proposal.channelHeader.getChannelId();
  const able = registry.peersWith(channel, proposal.chaincode);
  const protects = proposal.hasTransientData && targets.length === 0;
  const allowed = protects ? [registry.local.mspId] : targets;
  const found = allowed.length === 0 ? able : able.filter(({ mspId }) => allowed.includes(mspId));
  if (found.length > 0) return found;
  const none = `no peers available to evaluate chaincode ${proposal.chaincode} in channel ${channel}`;
  throw new RpcError(
    status.FAILED_PRECONDITION,
    protects
      ? `no endorsers found in the gateway's organization; retry specifying target organization(s) to protect transient data: ${none}`
      : none,
  );
}

/** The chaincode's response with the result that stands in the endorsed payload. */
function answer(proposalResponse: peer.ProposalResponse): gateway.EvaluateResponse {
  const payload = peer.ProposalResponsePayload.deserializeBinary(proposalResponse.getPayload_asU8());
  const action = peer.ChaincodeAction.deserializeBinary(payload.getExtension_asU8());
  const response = action.getResponse() ?? proposalResponse.getResponse();
  const message = new gateway.EvaluateResponse();
  message.setResult(response);
  return message;
}
