import type { EndpointReport } from '../../ledger.js';
import type { LedgerId } from '../../../model/ids.js';
import type { ChannelReader } from './channelReader.js';
import type { Peer } from './peer.js';
import { asPeerProblem, type PeerProblem } from './peerProblem.js';

const FIXES: Readonly<Record<PeerProblem['kind'], string>> = {
  unavailable:
    'Check that the peer runs at this address and that `tlsCACerts` in the connection profile is its authority.',
  forbidden:
    'Check that the organisation is a member of the channel and that the certificate is valid and not revoked.',
  notFound: 'Check `channel` in parley.yaml, and that the peer has joined it.',
  mismatch: 'Check that the connection profile is that of this channel’s network.',
  contradiction: 'Check the peer: what it delivers is not what was asked for.',
};

/** What each peer says of the channel now. */
export function endpointReports(
  reader: ChannelReader,
  peers: readonly Peer[],
  ledger: LedgerId,
  signal: AbortSignal,
): Promise<EndpointReport[]> {
  return Promise.all(peers.map((peer) => report(reader, peer, ledger, signal)));
}

async function report(
  reader: ChannelReader,
  peer: Peer,
  ledger: LedgerId,
  signal: AbortSignal,
): Promise<EndpointReport> {
  const facts = { endpoint: peer.address.address, role: 'PEER', operator: peer.address.mspId, version: null } as const;
  try {
    await reader.check(peer, ledger, signal);
    const { number } = await reader.head(peer, signal);
    return { ...facts, height: number, problem: null };
  } catch (error) {
    const { kind, message } = asPeerProblem(error);
    return { ...facts, height: null, problem: `${message}. Fix: ${FIXES[kind]}` };
  }
}
