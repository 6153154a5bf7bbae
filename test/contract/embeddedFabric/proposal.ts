import { credentials } from '@grpc/grpc-js';
import { common, peer } from '@hyperledger/fabric-protos';
import { channelHeader } from '../../../devnet/fabric/config/envelope.js';
import { signatureHeader, signingIdentity } from '../../../devnet/fabric/msp/signingIdentity.js';
import { transactionId } from '../../../devnet/fabric/peer/messages/transaction.js';
import type { FabricWorld } from './world.js';

export interface Call {
  readonly mspId: string;
  readonly user: string;
  /** Empty: a call about the peer itself. */
  readonly channel: string;
  readonly chaincode: string;
  readonly args: readonly (string | Uint8Array)[];
  readonly isInit?: boolean;
  readonly timestamp?: Date;
}

/** Sends a proposal to a peer's Endorser service itself, past the gateway. */
export async function propose(world: FabricWorld, call: Call, at = call.mspId): Promise<peer.ProposalResponse> {
  const { peerEndpoint, tlsRootCertificatePem } = world.organization(at);
  const client = new peer.EndorserClient(peerEndpoint, credentials.createSsl(Buffer.from(tlsRootCertificatePem)));
  try {
    return await new Promise((resolve, reject) =>
      client.processProposal(signedProposal(world, call), (error, response) =>
        response === undefined ? reject(error ?? new Error('no answer')) : resolve(response),
      ),
    );
  } finally {
    client.close();
  }
}

function signedProposal(world: FabricWorld, call: Call): peer.SignedProposal {
  const keys = world.organization(call.mspId).users[call.user];
  if (keys === undefined) throw new Error(`${call.mspId} has no ${call.user}`);
  const signer = signingIdentity(call.mspId, keys);
  const creator = signatureHeader(signer.serialized);
  const header = new common.Header();
  header.setSignatureHeader(creator.serializeBinary());
  header.setChannelHeader(headerOf(call, transactionId(creator.getNonce_asU8(), signer.serialized)).serializeBinary());
  const proposal = new peer.Proposal();
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(payloadOf(call).serializeBinary());
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(proposal.serializeBinary());
  signed.setSignature(signer.sign(proposal.serializeBinary()));
  return signed;
}

function headerOf(call: Call, id: string): common.ChannelHeader {
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincodeId(call));
  const header = channelHeader(common.HeaderType.ENDORSER_TRANSACTION, call.channel);
  header.setTxId(id);
  header.setExtension$(extension.serializeBinary());
  if (call.timestamp !== undefined) header.getTimestamp()?.fromDate(call.timestamp);
  return header;
}

function payloadOf(call: Call): peer.ChaincodeProposalPayload {
  const input = new peer.ChaincodeInput();
  input.setArgsList(call.args.map((argument) => (typeof argument === 'string' ? Buffer.from(argument) : argument)));
  input.setIsInit(call.isInit ?? false);
  const spec = new peer.ChaincodeSpec();
  spec.setType(peer.ChaincodeSpec.Type.NODE);
  spec.setChaincodeId(chaincodeId(call));
  spec.setInput(input);
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  return payload;
}

function chaincodeId({ chaincode }: Call): peer.ChaincodeID {
  const id = new peer.ChaincodeID();
  id.setName(chaincode);
  return id;
}
