/** What a connection profile says of one peer. */
export interface ProfilePeer {
  readonly mspId: string;
  readonly name: string;
  /** host:port */
  readonly endpoint: string;
  readonly tlsRootCertificatePem: string;
}

/**
 * Fabric's common connection profile for one organisation: its own peer first, then the others of its channels as stand-ins.
 * @param channels each channel with the MSP ids of its organisations
 */
export function connectionProfile(
  own: ProfilePeer,
  others: readonly ProfilePeer[],
  channels: ReadonlyMap<string, readonly string[]>,
): object {
  const peers = [own, ...others];
  return {
    name: `${own.name}-network`,
    version: '1.0.0',
    client: { organization: own.mspId, connection: { timeout: { peer: { endorser: '30' } } } },
    organizations: Object.fromEntries(peers.map((peer) => [peer.mspId, { mspid: peer.mspId, peers: [hostOf(peer)] }])),
    peers: Object.fromEntries(peers.map((peer) => [hostOf(peer), peerEntry(peer)])),
    channels: Object.fromEntries(
      [...channels]
        .filter(([, mspIds]) => mspIds.includes(own.mspId))
        .map(([channel, mspIds]) => [channel, { peers: channelPeers(peers, mspIds) }]),
    ),
  };
}

function hostOf(peer: ProfilePeer): string {
  return `peer.${peer.name}.example`;
}

function peerEntry(peer: ProfilePeer): object {
  return {
    url: `grpcs://${peer.endpoint}`,
    tlsCACerts: { pem: peer.tlsRootCertificatePem },
    grpcOptions: { 'ssl-target-name-override': 'localhost', hostnameOverride: 'localhost' },
  };
}

function channelPeers(peers: readonly ProfilePeer[], mspIds: readonly string[]): object {
  return Object.fromEntries(
    peers
      .filter((peer) => mspIds.includes(peer.mspId))
      .map((peer) => [
        hostOf(peer),
        { endorsingPeer: true, chaincodeQuery: true, ledgerQuery: true, eventSource: true },
      ]),
  );
}
