import { createHash } from 'node:crypto';
import { discovery, gossip } from '@hyperledger/fabric-protos';
import { definedChaincodes } from '../lifecycle/lifecycleState.js';
import type { PeerNode } from '../node.js';

/** A peer as gossip would tell of it, with its state on a channel where one is named. */
export function peerMessage(node: PeerNode, channel: string | null): discovery.Peer {
  const message = new discovery.Peer();
  message.setIdentity(node.identity.serialized);
  message.setMembershipInfo(envelopeOf(node, aliveMessage(node)));
  if (channel !== null) message.setStateInfo(envelopeOf(node, stateMessage(node, channel)));
  return message;
}

/** A peer's public key infrastructure id: SHA-256 of its MSP id and certificate. */
const pkiId = (node: PeerNode): Uint8Array => createHash('sha256').update(node.identity.serialized).digest();

function aliveMessage(node: PeerNode): gossip.GossipMessage {
  const member = new gossip.Member();
  member.setEndpoint(node.endpoint);
  member.setPkiId(pkiId(node));
  const alive = new gossip.AliveMessage();
  alive.setMembership(member);
  const message = new gossip.GossipMessage();
  message.setAliveMsg(alive);
  return message;
}

function stateMessage(node: PeerNode, channel: string): gossip.GossipMessage {
  const view = node.view(channel);
  const properties = new gossip.Properties();
  properties.setLedgerHeight(view?.height ?? 0);
  const names = ['_lifecycle', ...(view === null ? [] : definedChaincodes(view.state))];
  properties.setChaincodesList(names.flatMap((name) => chaincodeMessage(node, channel, name)));
  const state = new gossip.StateInfo();
  state.setPkiId(pkiId(node));
  state.setProperties(properties);
  const message = new gossip.GossipMessage();
  message.setStateInfo(state);
  return message;
}

/** Only what the peer can run is told. */
function chaincodeMessage(node: PeerNode, channel: string, name: string): gossip.Chaincode[] {
  const version = node.runnableVersion(channel, name);
  if (version === null) return [];
  const message = new gossip.Chaincode();
  message.setName(name);
  message.setVersion(version);
  return [message];
}

function envelopeOf(node: PeerNode, message: gossip.GossipMessage): gossip.Envelope {
  const payload = message.serializeBinary();
  const envelope = new gossip.Envelope();
  envelope.setPayload(payload);
  envelope.setSignature(node.identity.sign(payload));
  return envelope;
}
