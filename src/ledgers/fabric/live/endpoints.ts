import type { EndpointReport } from '../../ledger.js';
import type { LedgerId } from '../../../model/ids.js';
import type { ChannelReader } from './channelReader.js';
import type { Peer } from './peer.js';
import { asPeerProblem, FIXES } from './peerProblem.js';

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
