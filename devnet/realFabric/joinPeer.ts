import { credentials } from '@grpc/grpc-js';
import { common, peer } from '@hyperledger/fabric-protos';
import { channelHeader } from '../fabric/config/envelope.js';
import { signatureHeader, signingIdentity } from '../fabric/msp/signingIdentity.js';
import { sha256 } from '../fabric/orderer/blockHash.js';
import type { NetworkChannel, PeerOrganization } from '../fabric/world.js';

const JOIN_TIMEOUT_MS = 30_000;
const OK = 200;

/** Has an organisation's peer join a channel by its genesis block, as its admin; fine where it is in it. @throws {Error} with the peer's answer */
export async function joinPeer(organization: PeerOrganization, channel: NetworkChannel): Promise<void> {
  const tls = credentials.createSsl(Buffer.from(organization.tlsRootCertificatePem));
  const client = new peer.EndorserClient(organization.peerEndpoint, tls);
  try {
    const response = await processProposal(client, joinProposal(organization, channel));
    const { status, message } = response.getResponse()?.toObject() ?? { status: 0, message: 'no response' };
    if (status !== OK && !message.includes('already exists')) throw new Error(`${status} ${message}`);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (text.includes('already exists')) return;
    throw new Error(`The peer of ${organization.mspId} did not join ${channel.name}: ${text}`, { cause: error });
  } finally {
    client.close();
  }
}

function processProposal(client: peer.EndorserClient, signed: peer.SignedProposal): Promise<peer.ProposalResponse> {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + JOIN_TIMEOUT_MS;
    client.processProposal(signed, { deadline }, (error, response) =>
      response === undefined ? reject(error ?? new Error('no response')) : resolve(response),
    );
  });
}

/** cscc's JoinChain belongs to no channel: its channel id is empty. */
function joinProposal(organization: PeerOrganization, channel: NetworkChannel): peer.SignedProposal {
  const keys = organization.users['admin'];
  if (keys === undefined) throw new Error(`${organization.mspId} has no admin`);
  const admin = signingIdentity(organization.mspId, keys);
  const id = new peer.ChaincodeID();
  id.setName('cscc');
  const creator = signatureHeader(admin.serialized);
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(id);
  const header = channelHeader(common.HeaderType.ENDORSER_TRANSACTION, '');
  header.setTxId(Buffer.from(sha256([creator.getNonce_asU8(), admin.serialized])).toString('hex'));
  header.setExtension$(extension.serializeBinary());
  const headers = new common.Header();
  headers.setChannelHeader(header.serializeBinary());
  headers.setSignatureHeader(creator.serializeBinary());
  const proposal = new peer.Proposal();
  proposal.setHeader(headers.serializeBinary());
  proposal.setPayload(invocation(id, [Buffer.from('JoinChain'), channel.genesis.serializeBinary()]));
  const bytes = proposal.serializeBinary();
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(bytes);
  signed.setSignature(admin.sign(bytes));
  return signed;
}

function invocation(id: peer.ChaincodeID, args: readonly Uint8Array[]): Uint8Array {
  const input = new peer.ChaincodeInput();
  input.setArgsList([...args]);
  const spec = new peer.ChaincodeSpec();
  spec.setType(peer.ChaincodeSpec.Type.GOLANG);
  spec.setChaincodeId(id);
  spec.setInput(input);
  const invocationSpec = new peer.ChaincodeInvocationSpec();
  invocationSpec.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocationSpec.serializeBinary());
  return payload.serializeBinary();
}
