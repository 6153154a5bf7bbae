import type { ChannelConfig, ChannelOrganization } from '../../../model/fabric.js';
import type { PeerAddress } from '../live/profile.js';
import type { DiscoveredPeer } from './discovery.js';

/** A node that is not in the connection profile: somebody named it. */
export interface KnownNode {
  readonly role: 'PEER' | 'ORDERER';
  /** host:port */
  readonly address: string;
  /** Null where the configuration does not tell whose consenter it is. */
  readonly mspId: string | null;
  /** PEM; null where it speaks without TLS. Empty: Parley knows no authority that its certificate may come from. */
  readonly tlsRootsPem: string | null;
}

/** Bounds what a configuration and gossip may make Parley probe. */
const MAX_NODES = 256;

const hostPort = ({ host, port }: { readonly host: string; readonly port: number }): string => `${host}:${port}`;

/**
 * The nodes that a channel's configuration and its gossip name, each once, without those of the profile. Whom they may prove to be is
 * the configuration's word too: each organisation's TLS authorities.
 */
export function knownNodes(
  config: ChannelConfig | null,
  discovered: readonly DiscoveredPeer[],
  profile: readonly PeerAddress[],
): readonly KnownNode[] {
  const roots = tlsRoots(config);
  // A profile without TLS is one of a network without TLS.
  const isPlain = profile.every(({ tlsRootsPem }) => tlsRootsPem === null);
  const taken = new Set(profile.flatMap(namesOf));
  const nodes = new Map<string, KnownNode>();
  for (const { role, address, mspId } of [...configured(config), ...discovered.map(asPeer)]) {
    const key = `${role} ${address}`;
    if (taken.has(key) || nodes.has(key) || nodes.size >= MAX_NODES) continue;
    nodes.set(key, { role, address, mspId, tlsRootsPem: isPlain ? null : (roots.get(mspId ?? '') ?? '') });
  }
  return [...nodes.values()];
}

type Named = Pick<KnownNode, 'role' | 'address' | 'mspId'>;

const asPeer = ({ endpoint, mspId }: DiscoveredPeer): Named => ({ role: 'PEER', address: endpoint, mspId });

function configured(config: ChannelConfig | null): Named[] {
  if (config === null) return [];
  const anchors = config.organizations.flatMap(({ mspId, anchorPeers }) =>
    anchorPeers.map((anchor): Named => ({ role: 'PEER', address: hostPort(anchor), mspId })),
  );
  const orderers = config.ordererOrganizations.flatMap(({ mspId, ordererEndpoints }) =>
    ordererEndpoints.map((address): Named => ({ role: 'ORDERER', address, mspId })),
  );
  const consenters = config.consensus.consenters.map((consenter): Named => ({
    role: 'ORDERER',
    address: hostPort(consenter),
    mspId: consenter.mspId || null,
  }));
  return [...anchors, ...orderers, ...consenters];
}

/** A peer of the profile may be known to others by the name that its certificate is for. */
function namesOf({ address, tlsName }: PeerAddress): string[] {
  const port = address.slice(address.lastIndexOf(':'));
  return [`PEER ${address}`, ...(tlsName === null ? [] : [`PEER ${tlsName}${port}`])];
}

function tlsRoots(config: ChannelConfig | null): ReadonlyMap<string, string> {
  const all: readonly ChannelOrganization[] =
    config === null ? [] : [...config.organizations, ...config.ordererOrganizations];
  return new Map(
    all.map(({ mspId, tlsRootCertificates }) => [mspId, tlsRootCertificates.map(({ pem }) => pem).join('\n')]),
  );
}
