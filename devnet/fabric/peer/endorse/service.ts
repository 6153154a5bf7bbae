import type { peer } from '@hyperledger/fabric-protos';
import type { IEndorserServer } from '@hyperledger/fabric-protos/lib/peer/peer_grpc_pb.js';
import { unary } from '../gateway/service.js';
import { ConcurrencyLimit } from '../grpc.js';
import type { PeerNode } from '../node.js';
import type { OpenCalls } from '../openCalls.js';

/** Fabric's `peer.limits.concurrency.endorserService`. */
const CONCURRENT_CALLS = 2500;

/** `protos.Endorser` of one peer. */
export function endorserService(node: PeerNode, open: OpenCalls): IEndorserServer {
  const limit = new ConcurrencyLimit('protos.Endorser', CONCURRENT_CALLS);
  return {
    processProposal: unary(limit, open, (proposal: peer.SignedProposal) => node.endorser.processProposal(proposal)),
  };
}
