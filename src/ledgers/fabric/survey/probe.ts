import { status } from '@grpc/grpc-js';
import type { LedgerId } from '../../../model/ids.js';
import type { NodeRole } from '../../../model/networkNode.js';
import type { EndpointReport } from '../../ledger.js';
import type { ChannelReader } from '../live/channelReader.js';
import type { Peer } from '../live/peer.js';
import { asPeerProblem, FIXES, isServiceError, type PeerProblem } from '../live/peerProblem.js';
import { openBlock } from '../wire/block.js';

/** How long a node may take to be probed. */
const PROBE_MS = 3_000;

export interface Target {
  readonly role: Exclude<NodeRole, 'CHAIN_NODE'>;
  readonly operator: string | null;
  /** Whether it is in no connection profile. */
  readonly isFound: boolean;
  readonly node: Peer;
  readonly reader: ChannelReader;
}

export interface Sounding {
  readonly target: Target;
  readonly report: EndpointReport;
  /** The block that set the configuration in force, as the node's newest block names it. */
  readonly lastConfigBlock: number | null;
}

/** Asks one node for the newest block of the channel. Its height, or why it does not tell it. */
export async function probe(target: Target, ledger: LedgerId, signal: AbortSignal): Promise<Sounding> {
  const { role, operator, isFound, node, reader } = target;
  const facts = { endpoint: node.address.address, role, operator, version: null, ...(isFound ? FOUND : {}) } as const;
  const patience = AbortSignal.timeout(PROBE_MS);
  const both = AbortSignal.any([signal, patience]);
  try {
    await reader.check(node, ledger, both);
    const { number, bytes } = await reader.newest(node, both);
    const { lastConfigBlock } = openBlock(bytes).metadata;
    return { target, report: { ...facts, height: number, problem: null }, lastConfigBlock };
  } catch (error) {
    signal.throwIfAborted();
    const said = patience.aborted ? LATE : saidOf(asPeerProblem(error), role);
    return { target, report: { ...facts, height: null, ...said }, lastConfigBlock: null };
  }
}

const FOUND = { found: true } as const;

type Said = Pick<EndpointReport, 'problem' | 'standing'>;

const LATE: Said = { problem: `No answer in ${PROBE_MS} ms. Fix: ${FIXES.unavailable}` };

function saidOf(problem: PeerProblem, role: Target['role']): Said {
  const { kind, message, cause } = problem;
  if (kind === 'forbidden' || kind === 'expired')
    return {
      problem: `It refuses to tell its height (${kind === 'expired' ? message : 'status 403 FORBIDDEN'}). Fix: ${FIXES[kind]}`,
      standing: 'REFUSES',
    };
  // A consenter whose cluster has a listener of its own takes no clients there.
  if (isServiceError(cause) && cause.code === status.UNIMPLEMENTED)
    return { problem: `It does not tell its height: ${message}`, standing: 'REFUSES' };
  return { problem: `${message}. Fix: ${role === 'ORDERER' ? ORDERER_FIX : FIXES[kind]}` };
}

const ORDERER_FIX =
  'Check that the orderer runs at the address that the channel’s configuration names, and that this machine reaches it.';
