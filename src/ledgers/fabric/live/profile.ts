import { X509Certificate } from 'node:crypto';
import type { ConnectionProfile, ProfilePeer } from '../../../config/index.js';
import { ParleyError } from '../../../errors/index.js';
import type { FabricLedgerOptions } from '../options.js';

/** A peer as the connection profile names it. */
export interface PeerAddress {
  readonly name: string;
  /** host:port */
  readonly address: string;
  /** Null where the profile has the peer in no organisation. */
  readonly mspId: string | null;
  /** PEM of the authorities that its TLS certificate must come from; null where it speaks without TLS. */
  readonly tlsRootsPem: string | null;
  /** The name that its TLS certificate is for, where that is not the host. */
  readonly tlsName: string | null;
}

type Options = Pick<FabricLedgerOptions, 'channel' | 'connectionProfile' | 'identity' | 'name'>;

/** The channel's peers by preference: those of one's own organisation first, then the others in the profile's order. */
export function peerAddresses(options: Options): PeerAddress[] {
  const names = channelPeers(options);
  const peers = names.map((name) => peerAddress(name, options));
  if (peers.length === 0)
    throw new ParleyError('CONFIG_INVALID', `The connection profile of ledger ${options.name} names no peer`, {
      source: options.name,
      expected: 'at least one entry under `peers`',
    });
  const own = (peer: PeerAddress): boolean => peer.mspId === options.identity.mspId;
  return [...peers.filter(own), ...peers.filter((peer) => !own(peer))];
}

/** Those that the profile lists for the channel, else all. */
function channelPeers({ channel, connectionProfile }: Options): string[] {
  const listed = connectionProfile.channels?.[channel]?.peers ?? [];
  const names = Array.isArray(listed) ? (listed as readonly string[]) : Object.keys(listed);
  const known = names.filter((name) => connectionProfile.peers[name] !== undefined);
  return known.length > 0 ? [...known] : Object.keys(connectionProfile.peers);
}

function peerAddress(name: string, options: Options): PeerAddress {
  const peer = options.connectionProfile.peers[name];
  const match = /^(grpcs?):\/\/([^/]+:\d+)$/.exec(peer?.url ?? '');
  if (peer === undefined || match === null) throw badUrl(name, options.name, peer?.url);
  const [, scheme, address = ''] = match;
  return {
    name,
    address,
    mspId: operatorOf(name, options.connectionProfile),
    tlsRootsPem: scheme === 'grpcs' ? tlsRoots(name, peer, options.name) : null,
    tlsName: tlsName(peer.grpcOptions ?? {}),
  };
}

function operatorOf(name: string, { organizations }: ConnectionProfile): string | null {
  return Object.values(organizations ?? {}).find((org) => org.peers?.includes(name) === true)?.mspid ?? null;
}

const badUrl = (peer: string, ledger: string, got: unknown): ParleyError =>
  new ParleyError('CONFIG_INVALID', `Peer ${peer} of ledger ${ledger} has no usable url`, {
    source: ledger,
    got,
    expected: 'grpcs://host:port',
  });

/** Empty where the profile names no authority: the system's own are asked then. */
function tlsRoots(name: string, { tlsCACerts }: ProfilePeer, ledger: string): string {
  const pem = tlsCACerts?.pem ?? '';
  if (pem === '' || isCertificate(pem)) return pem;
  throw new ParleyError('CONFIG_INVALID', `tlsCACerts of peer ${name} of ledger ${ledger} cannot be read`, {
    source: ledger,
    expected: 'PEM certificates, with line breaks',
  });
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

function tlsName(options: Readonly<Record<string, unknown>>): string | null {
  for (const key of ['ssl-target-name-override', 'grpc.ssl_target_name_override', 'hostnameOverride']) {
    const value = options[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}
