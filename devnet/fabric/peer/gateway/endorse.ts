import { status } from '@grpc/grpc-js';
import { common, gateway, peer } from '@hyperledger/fabric-protos';
import { RpcError } from '../grpc.js';
import type { NodeError } from '../grpc.js';
import { unpackProposal } from '../messages/proposal.js';
import type { UnpackedProposal } from '../messages/proposal.js';
import { reasonOf } from '../messages/response.js';
import type { PeerNode } from '../node.js';
import { attempt, nodeError } from './endorsement.js';
import { EndorsementPlan } from './plan.js';
import type { Endorsed } from './plan.js';
import { interestIn } from './registry.js';
import type { Registry } from './registry.js';

/** Collects the endorsements that a proposal needs and makes the transaction of them, ready to be signed. */
export async function endorse(registry: Registry, request: gateway.EndorseRequest): Promise<gateway.EndorseResponse> {
  const signed = request.getProposedTransaction() ?? new peer.SignedProposal();
  if (signed.getProposalBytes_asU8().length === 0) {
    throw new RpcError(status.INVALID_ARGUMENT, 'the proposed transaction must contain a signed proposal');
  }
  const proposal = unpacked(signed);
  const organizations = request.getEndorsingOrganizationsList();
  const plan =
    organizations.length > 0
      ? planForOrganizations(registry, proposal, organizations)
      : await planFromFirstEndorser(registry, proposal);
  const endorsed = await plan.collect(signed);
  if (endorsed === null) {
    throw new RpcError(
      status.ABORTED,
      'failed to collect enough transaction endorsements, see attached details for more info',
      plan.errors,
    );
  }
  const response = new gateway.EndorseResponse();
  response.setPreparedTransaction(transactionOf(proposal, endorsed));
  return response;
}

function unpacked(signed: peer.SignedProposal): UnpackedProposal {
  try {
    return unpackProposal(signed);
  } catch (error) {
    throw new RpcError(status.INVALID_ARGUMENT, reasonOf(error));
  }
}

/** The client names the organisations and answers for it that they are enough. */
function planForOrganizations(
  registry: Registry,
  proposal: UnpackedProposal,
  organizations: readonly string[],
): EndorsementPlan {
  const peers = registry.peersWith(proposal.channelHeader.getChannelId(), proposal.chaincode);
  const missing = organizations.filter((mspId) => !peers.some((node) => node.mspId === mspId));
  if (missing.length > 0) {
    throw new RpcError(status.UNAVAILABLE, `failed to find any endorsing peers for org(s): ${missing.join(', ')}`);
  }
  return new EndorsementPlan([[...new Set(organizations)]], peers, registry.local);
}

/** The first endorser, of the gateway's own organisation where it can, tells what the transaction touches; from that the rest follows. */
async function planFromFirstEndorser(registry: Registry, proposal: UnpackedProposal): Promise<EndorsementPlan> {
  const channel = proposal.channelHeader.getChannelId();
  const first = firstEndorser(registry, proposal);
  const result = await attempt(first, proposal.signedProposal, registry.local);
  if (result.type === 'failed') {
    const errors: NodeError[] = [nodeError(first, result.message)];
    throw new RpcError(status.ABORTED, 'failed to endorse transaction, see attached details for more info', errors);
  }
  const touched = result.response.getInterest();
  const interest =
    touched === undefined || touched.getChaincodesList().length === 0 ? interestIn(proposal.chaincode) : touched;
  const plan = new EndorsementPlan(
    layoutsFor(registry, proposal, interest, first),
    registry.peersOf(channel),
    registry.local,
  );
  plan.note(first, result.response);
  return plan;
}

function firstEndorser(registry: Registry, proposal: UnpackedProposal): PeerNode {
  const channel = proposal.channelHeader.getChannelId();
  const able = registry.peersWith(channel, proposal.chaincode);
  if (able[0] === registry.local) return registry.local;
  if (proposal.hasTransientData) {
    throw new RpcError(
      status.FAILED_PRECONDITION,
      "no endorsers found in the gateway's organization; retry specifying endorsing organization(s) to protect transient data",
    );
  }
  const [layout] = preconditioned(() => registry.layouts(channel, interestIn(proposal.chaincode), null));
  const node = able.find(({ mspId }) => layout?.includes(mspId) === true);
  if (node === undefined) throw new RpcError(status.FAILED_PRECONDITION, 'no endorsers found');
  return node;
}

/** Transient data goes only to organisations that may keep the collections it is meant for. */
function layoutsFor(
  registry: Registry,
  proposal: UnpackedProposal,
  interest: peer.ChaincodeInterest,
  first: PeerNode,
): ReturnType<Registry['layouts']> {
  const channel = proposal.channelHeader.getChannelId();
  const shielded = interest.getChaincodesList().filter((call) => call.getNoPrivateReads());
  if (!proposal.hasTransientData || shielded.length === 0) {
    return preconditioned(() => registry.layouts(channel, interest, first.mspId));
  }
  const cautious = interest.cloneMessage();
  for (const call of cautious.getChaincodesList()) call.setNoPrivateReads(false);
  try {
    return registry.layouts(channel, cautious, first.mspId);
  } catch {
    // Without the caution it may work, but then the client has to say whom it trusts.
    preconditioned(() => registry.layouts(channel, interest, first.mspId));
    const collections = shielded.flatMap((call) => call.getCollectionNamesList());
    throw new RpcError(
      status.FAILED_PRECONDITION,
      `requires endorsement from organisation(s) that are not in the distribution policy of the private data collection(s): [${collections.join(' ')}]; retry specifying trusted endorsing organizations to protect transient data`,
    );
  }
}

function preconditioned<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new RpcError(status.FAILED_PRECONDITION, reasonOf(error));
  }
}

function transactionOf(proposal: UnpackedProposal, endorsed: Endorsed): common.Envelope {
  const action = new peer.ChaincodeEndorsedAction();
  action.setProposalResponsePayload(endorsed.payload);
  action.setEndorsementsList([...endorsed.endorsements]);
  const payload = new peer.ChaincodeActionPayload();
  payload.setChaincodeProposalPayload(proposal.payloadWithoutTransient);
  payload.setAction(action);
  const transactionAction = new peer.TransactionAction();
  transactionAction.setHeader(proposal.header.getSignatureHeader_asU8());
  transactionAction.setPayload(payload.serializeBinary());
  const transaction = new peer.Transaction();
  transaction.setActionsList([transactionAction]);
  const envelopePayload = new common.Payload();
  envelopePayload.setHeader(proposal.header);
  envelopePayload.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(envelopePayload.serializeBinary());
  return envelope;
}
