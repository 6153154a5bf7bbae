import { status } from '@grpc/grpc-js';
import { peer } from '@hyperledger/fabric-protos';
import { ProposalRefusal } from '../endorse/endorser.js';
import type { NodeError } from '../grpc.js';
import type { PeerNode } from '../node.js';

/** What became of a proposal on one peer. */
export type Attempt =
  | { readonly type: 'endorsed'; readonly response: peer.ProposalResponse }
  | {
      readonly type: 'failed';
      readonly code: status;
      readonly message: string;
      /** True where another peer may do better. */
      readonly retry: boolean;
    };

/** Runs a proposal on a peer. `local`: the peer whose gateway was called; others are reached over gRPC in Fabric. */
export async function attempt(node: PeerNode, proposal: peer.SignedProposal, local: PeerNode): Promise<Attempt> {
  try {
    return judge(await node.endorser.processProposal(proposal));
  } catch (error) {
    if (!(error instanceof ProposalRefusal)) throw error;
    if (node === local && !error.filtered)
      return { type: 'failed', code: status.FAILED_PRECONDITION, message: error.message, retry: false };
    const message = `${node === local ? '' : 'rpc error: code = Unknown desc = '}${error.message}`;
    return { type: 'failed', code: status.UNAVAILABLE, message, retry: true };
  }
}

function judge(response: peer.ProposalResponse): Attempt {
  const result = response.getResponse() ?? new peer.Response();
  const code = result.getStatus();
  if (code >= 200 && code < 400) return { type: 'endorsed', response };
  const message = result.getMessage();
  // Without a payload the peer speaks, not the chaincode.
  if (response.getPayload_asU8().length === 0 && code === 500) {
    return { type: 'failed', code: status.ABORTED, message, retry: true };
  }
  return { type: 'failed', code: status.UNKNOWN, message: `chaincode response ${code}, ${message}`, retry: false };
}

export const nodeError = ({ endpoint, mspId }: PeerNode, message: string): NodeError => ({
  address: endpoint,
  mspId,
  message,
});
