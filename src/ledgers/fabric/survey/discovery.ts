import { discovery, gossip, msp } from '@hyperledger/fabric-protos';
import type { Peer } from '../live/peer.js';
import { PeerProblem } from '../live/peerProblem.js';
import type { ClientSigner } from '../live/signer.js';

const DISCOVER = '/discovery.Discovery/Discover';
/** More peers than these in one answer are left out. */
const MAX_PEERS = 1_000;

/** A peer as gossip knows it. */
export interface DiscoveredPeer {
  readonly mspId: string;
  /** `host:port` as it advertises itself to others; that it can be reached there from here is not said. */
  readonly endpoint: string;
}

/**
 * The channel's peers that are alive, as one peer's discovery service tells them (`discovery.Discovery`, signed request).
 * Throws what gRPC throws, or `PeerProblem` with the service's own words where it refuses.
 */
export async function discoverPeers(
  peer: Peer,
  channel: string,
  signer: ClientSigner,
  signal: AbortSignal,
): Promise<readonly DiscoveredPeer[]> {
  const response = await ask(peer, signedRequest(channel, signer), signal);
  const [result] = response.getResultsList();
  if (result?.hasError() === true)
    throw new PeerProblem('forbidden', `The discovery service refuses: ${result.getError()?.getContent() ?? ''}`);
  const organizations = [...(result?.getMembers()?.getPeersByOrgMap().entries() ?? [])];
  return organizations.flatMap(([, peers]) => peers.getPeersList().flatMap(opened)).slice(0, MAX_PEERS);
}

function signedRequest(channel: string, signer: ClientSigner): discovery.SignedRequest {
  const authentication = new discovery.AuthInfo();
  authentication.setClientIdentity(signer.serialized);
  const query = new discovery.Query();
  query.setChannel(channel);
  query.setPeerQuery(new discovery.PeerMembershipQuery());
  const request = new discovery.Request();
  request.setAuthentication(authentication);
  request.setQueriesList([query]);
  const payload = request.serializeBinary();
  const signed = new discovery.SignedRequest();
  signed.setPayload(payload);
  signed.setSignature(signer.sign(payload));
  return signed;
}

function ask(peer: Peer, request: discovery.SignedRequest, signal: AbortSignal): Promise<discovery.Response> {
  return new Promise((resolve, reject) => {
    const call = peer.client.makeUnaryRequest<discovery.SignedRequest, discovery.Response>(
      DISCOVER,
      (message) => Buffer.from(message.serializeBinary()),
      (bytes) => discovery.Response.deserializeBinary(bytes),
      request,
      (error, response) => {
        signal.removeEventListener('abort', cancel);
        if (error !== null) reject(error);
        else if (response === undefined) reject(new Error('The discovery service answered nothing'));
        else resolve(response);
      },
    );
    const cancel = (): void => call.cancel();
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}

function opened(peer: discovery.Peer): DiscoveredPeer[] {
  try {
    return read(peer);
  } catch (cause) {
    throw new PeerProblem('contradiction', 'The discovery service tells peers that cannot be read', { cause });
  }
}

/** Nothing where gossip does not tell an endpoint: a peer without an external endpoint hides from other organisations. */
function read(peer: discovery.Peer): DiscoveredPeer[] {
  const alive = gossip.GossipMessage.deserializeBinary(
    peer.getMembershipInfo()?.getPayload_asU8() ?? new Uint8Array(0),
  ).getAliveMsg();
  const endpoint = alive?.getMembership()?.getEndpoint() ?? '';
  const mspId = msp.SerializedIdentity.deserializeBinary(peer.getIdentity_asU8()).getMspid();
  return /^[^\s/]+:\d+$/.test(endpoint) ? [{ mspId, endpoint }] : [];
}
